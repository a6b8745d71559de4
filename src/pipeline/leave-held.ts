import { isStillHeld, nextLook } from "../engine/next-turn.ts";
import type { Shared } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import { waitTimerId } from "../store/held-leads.ts";
import type { Settled } from "../store/inbox.ts";
import type { LeadRow } from "../store/leads.ts";
import { rearmTimers } from "../store/timers.ts";
import type { DecidedFresh } from "./decide-fresh.ts";
import type { Ready } from "./workspace.ts";

type Looked = { shared: Shared; known: ReadonlyMap<string, LeadRow>; inbox: Settled };
type Made = Pick<DecidedFresh, "ready" | "decisions" | "picks">;

/**
 * Takes out the leads that a list holds as it did before: nothing of theirs is recorded, and they are looked at again at
 * the next time that is known. They move nothing, so the others are decided as if they had not been there.
 */
export async function leaveHeld(
  tx: Tx,
  { shared, known, inbox }: Looked,
  { ready, decisions, picks }: Made,
): Promise<Pick<Looked, "inbox"> & Made> {
  const held = new Set<number>();
  const timers: { id: string; dueAt: string }[] = [];
  for (const [at, { facts }] of ready.entries()) {
    const decision = decisions[at];
    if (decision?.outcome.kind !== "queued" || decision.outcome.held === undefined) continue;
    if (!isStillHeld({ facts, decision })) continue;
    held.add(at);
    const decisionId = known.get(facts.lead.id)?.decisionId ?? null;
    if (decisionId !== null)
      timers.push({ id: waitTimerId(decisionId), dueAt: nextLook(decision.outcome.held, shared.now) });
  }
  if (held.size === 0) return { ready, decisions, picks, inbox };
  await rearmTimers(tx, timers);
  const others = <T>(list: readonly T[]): T[] => list.filter((_, at) => !held.has(at));
  return {
    ready: others(ready),
    decisions: others(decisions),
    picks: others(picks),
    inbox: ignoring(inbox, ready, held),
  };
}

function ignoring(inbox: Settled, ready: readonly Ready[], held: ReadonlySet<number>): Settled {
  const rows = ready.filter((_, at) => held.has(at)).flatMap(({ head }) => head.rows);
  const isHeld = new Set<object>(rows);
  return {
    ...inbox,
    done: (inbox.done ?? []).filter((row) => !isHeld.has(row)),
    ignored: [...(inbox.ignored ?? []), ...rows.map((row) => ({ ...row, because: "still-held" }))],
  };
}
