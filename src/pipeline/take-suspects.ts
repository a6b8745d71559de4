import type { Deps } from "../deps.ts";
import type { InboxRow } from "../store/inbox.ts";
import { readSuspects } from "../store/suspects.ts";
import { claimRows } from "./claims.ts";
import type { Workspace } from "./workspace.ts";

/** A group that waits for its CRM longer than this keeps the next one waiting no more. */
export const longestTurnMs = 10_000;

/** As many as one call reads; after a second death each alone. */
const groupSize = (deaths: number) => (deaths < 2 ? 100 : 1);

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
  if (found.nextDeaths === null) {
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
