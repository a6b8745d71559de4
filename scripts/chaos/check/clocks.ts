import type { Evidence, Violation } from "./violation.ts";

/** I6: an assignment begins two clocks, reminder and limit, in its own transaction, and they end with its follow-up. */
export function everyAssignmentHasItsClocks({ claim }: Evidence): Violation[] {
  const clocks = new Map(claim.clocks.map((clock) => [clock.decisionId, clock]));
  return claim.decisions.flatMap(({ accountId, leadId, id, outcome }) => {
    if (outcome.kind !== "assigned") return [];
    const clock = clocks.get(id);
    const wrong: string[] = [];
    if (clock === undefined) wrong.push(`decision ${id} assigned it and nobody follows it up`);
    else if (clock.timers !== 2) wrong.push(`decision ${id} assigned it with ${clock.timers} timers`);
    else if (clock.state !== "open" && clock.armed > 0)
      wrong.push(`the follow-up of decision ${id} is ${clock.state}, and ${clock.armed} of its timers are armed`);
    return wrong.map((what) => ({ promise: "I6", what, lead: { accountId, leadId } }));
  });
}

/** The load that reps are chosen by is the sum of their open work. */
export function loadsAreOpenWork({ claim }: Evidence): Violation[] {
  return claim.wrongLoads.map(({ workspaceId, repId, load, openWork }) => ({
    promise: "load",
    what: `rep ${repId} of workspace ${workspaceId} counts ${load} points of work, and has ${openWork}`,
    lead: null,
  }));
}
