import { endedWhenSeen } from "../operator/alert-advice.ts";
import { resolveKinds } from "../store/alerts.ts";
import type { Db } from "../store/db.ts";

/** Somebody has seen to what no event and no sweep could end; tells how many alerts ended. */
export function endSeenAlerts(db: Db, at: string): Promise<number> {
  return resolveKinds(db.query, null, { kinds: endedWhenSeen, at });
}
