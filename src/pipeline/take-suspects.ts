import type { Deps } from "../deps.ts";
import type { InboxRow } from "../store/inbox.ts";
import { readSuspects } from "../store/suspects.ts";
import { claimRows } from "./claims.ts";
import { mostDeaths } from "./take-over.ts";
import type { Workspace } from "./workspace.ts";

/** A group that waits for its CRM longer than this keeps the next one waiting no more. */
export const longestTurnMs = 10_000;

/** As many as one call reads; after a second death each alone. */
const groupSize = (deaths: number) => (isLast(deaths) ? 1 : 100);

/** One more death, and it is parked. */
const isLast = (deaths: number) => deaths + 1 >= mostDeaths;

/**
 * For so long a new holder tries nobody for the last time: where processes are killed one after the other by somebody
 * else, their deaths say nothing about whoever is in hand.
 */
export const quietMs = 5_000;

/**
 * The next group of suspects (events that were in hand when a process was lost), when it is its turn; else none. Hardly
 * any of them is to blame, so the groups shrink with each death: one that kills costs its siblings two deaths at most,
 * and is found by the third. One group at a time in the whole process, or two workspaces' groups would share a death.
 */
export async function claimSuspects(deps: Deps, workspace: Workspace): Promise<InboxRow[]> {
  const { suspects, lease, links } = workspace;
  if (!suspects.any) return [];
  const { turnstile, visitor, claim } = suspects;
  const connectionIds = [...links.keys()];
  const now = deps.now().toISOString();
  const found = await readSuspects(deps.db.query, lease, { connectionIds, now, claim });
  suspects.any = found.waiting > 0;
  if (turnstile.isInside(visitor)) {
    if (found.inHand > 0) return [];
    turnstile.leave(visitor);
  }
  const isYoung = deps.monotonic() - suspects.sinceMs < quietMs;
  // The next has the fewest deaths: when it has to wait, all have.
  if (found.nextDeaths === null || (isYoung && isLast(found.nextDeaths))) {
    turnstile.leave(visitor);
    return [];
  }
  if (!turnstile.enter(visitor)) return [];
  // Those with the fewest deaths first: when one of the others kills, they are through.
  const deaths = found.nextDeaths;
  suspects.claim = workspace.claims.last + 1;
  const rows = await claimRows(deps, workspace, { limit: groupSize(deaths), deaths });
  if (rows.length === 0) turnstile.leave(visitor);
  return rows;
}
