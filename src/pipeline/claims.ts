import type { Deps } from "../deps.ts";
import { claimInbox, type InboxRow, releaseClaims, settleInbox, type WaitingKey } from "../store/inbox.ts";
import { retryWaitMs } from "./retry-wait.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Longer than any statement runs (db.ts ends it after 30 s), counted from the moment its connection failed. */
const claimMayLandMs = 60_000;

type Wanted = Pick<Parameters<typeof claimInbox>[2], "limit" | "deaths" | "besideSuspects">;

/** The next waiting rows of the open connections, the oldest first; fewer than `limit` when no more may be taken now. */
export async function claimRows(
  deps: Deps,
  { lease, links, claims }: Pick<Workspace, "lease" | "links" | "claims">,
  wanted: Wanted,
): Promise<InboxRow[]> {
  claims.last += 1;
  const number = claims.last;
  const connectionIds = [...links.keys()];
  const now = deps.now().toISOString();
  try {
    return await claimInbox(deps.db.query, lease, { ...wanted, connectionIds, now, number });
  } catch (error) {
    claims.unanswered.set(number, deps.monotonic());
    throw error;
  }
}

/**
 * A claim may stand although its answer got lost: nobody has its rows in hand. The server may even be at it still when
 * we look, and commit afterwards, so it is looked for until it was found or can come no more.
 */
export async function undoUnanswered(deps: Deps, { lease, claims }: Workspace): Promise<void> {
  for (const [number, failedAtMs] of claims.unanswered) {
    const isLast = deps.monotonic() - failedAtMs > claimMayLandMs;
    const released = await releaseClaims(deps.db.query, lease, { number });
    if (released > 0 || isLast) claims.unanswered.delete(number);
  }
}

/** The wait is stored with the row: nothing that wakes us, not even a crash, makes its attempts come closer together. */
export const waiting = (deps: Deps) => (row: InboxRow) => ({
  ...row,
  notBefore: new Date(deps.now().getTime() + retryWaitMs(row.attempts - 1)).toISOString(),
});

/** Rows that a failed call leaves to nobody wait for another try. Never throws: at worst they are owed. */
export async function giveBack(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { rows, error }: { rows: readonly InboxRow[]; error: unknown },
): Promise<void> {
  const { id: connectionId } = link.connection;
  deps.log.warn({ error, connectionId }, "sorting events failed; they are tried again");
  link.owed.push(...rows.map(waiting(deps)));
  try {
    await returnOwed(deps, workspace, link);
  } catch (failure) {
    deps.log.warn({ error: failure, connectionId }, "events could not be given back yet");
  }
}

/** Lets owed rows wait again; throws when that fails, and then they are owed still. */
export async function returnOwed(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const again: WaitingKey[] = link.owed.splice(0);
  try {
    await settleInbox(deps.db.query, workspace.lease, { again });
  } catch (error) {
    link.owed.push(...again);
    throw error;
  }
}
