import type { Deps } from "../deps.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import type { InboxRow } from "../store/inbox.ts";
import { type Lease, requireLease } from "../store/leases.ts";
import { takeOverClaims } from "../store/suspects.ts";
import { hasKillers } from "./killers.ts";
import type { Turnstile } from "./turnstile.ts";
import type { SuspectWatch } from "./workspace.ts";

/** An event that was in hand at so many deaths of its process is parked (reliability.md §3.11). */
export const mostDeaths = 3;
/** Alerts of this kind end when the parked events are re-driven. */
export const poisonAlert = "poison";

type NewLease = { lease: Lease; turnstile: Turnstile; wake: () => void };

/**
 * The first thing under a new lease: what the holder before had in hand is free again. When that holder was lost, it
 * is counted with each of these events, and those that were there too often are parked before they kill again.
 */
export async function takeOver(
  deps: Pick<Deps, "db" | "now" | "monotonic" | "log">,
  { lease, turnstile, wake }: NewLease,
): Promise<SuspectWatch> {
  const parked = await deps.db.transaction(async (tx) => {
    await requireLease(tx, lease);
    const rows = await takeOverClaims(tx, lease, mostDeaths);
    for (const row of rows) await alertPoison(tx, row, deps.now().toISOString());
    return rows;
  });
  for (const { workspaceId, connectionId, subjectId, because } of parked)
    deps.log.error(
      { workspaceId, connectionId, leadId: subjectId, because },
      "an event is parked: it ended its process",
    );
  // Whether there are any suspects is seen at the first look.
  return {
    turnstile,
    visitor: { wake },
    sinceMs: deps.monotonic(),
    any: true,
    claim: 0,
    killers: await hasKillers(deps, lease.workspaceId),
  };
}

async function alertPoison(tx: Tx, row: InboxRow, raisedAt: string): Promise<void> {
  const { workspaceId, connectionId, subjectKind, subjectId, because } = row;
  await raiseAlert(tx, {
    workspaceId,
    connectionId,
    kind: poisonAlert,
    subjectId,
    message: `An event of ${subjectKind} ${subjectId} was in hand ${mostDeaths} times when Baton's process died, so it is parked: ${because}.`,
    whatToDo:
      "Look in the log for how the process ended each time, and mend or report it. Then run `baton redrive`: the parked events are worked again. Until then nothing new decides this lead.",
    raisedAt,
  });
}
