import { resolveKinds } from "../store/alerts.ts";
import type { Db } from "../store/db.ts";
import { redriveAll } from "../store/inbox.ts";
import { parkedAlert } from "./park.ts";
import { inboxChannel, unreadableAlert } from "./receive.ts";
import { poisonAlert } from "./take-over.ts";

/**
 * Lets all parked events wait again as if they were new, of one workspace or (null) of all; the alerts on them end.
 * Answers how many events; elements of a delivery that were no events stay parked.
 */
export async function redriveParked(
  db: Db,
  { workspaceId, at }: { workspaceId: string | null; at: string },
): Promise<number> {
  const count = await db.transaction(async (tx) => {
    const kinds = [parkedAlert, poisonAlert, unreadableAlert, "too-many-decisions"] as const;
    await resolveKinds(tx, workspaceId, { kinds, at });
    return redriveAll(tx, workspaceId);
  });
  await db.notify(inboxChannel);
  return count;
}
