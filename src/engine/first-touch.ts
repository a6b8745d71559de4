import type { Decision } from "./decision.ts";
import type { FirstTouch } from "./policy.ts";
import { repCalendar } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { addBusinessMinutes, type Calendar } from "./working-hours.ts";

export type FirstTouchLimits = { warnAt: string; breachAt: string };

/** When the first touch of a lead given to this rep at `shared.now` is at risk, and when it is late; both ISO. */
export function firstTouchLimits(
  { shared, decision }: { shared: Shared; decision: Decision },
  repId: string,
): FirstTouchLimits {
  const { warnMinutes, breachMinutes } = limitsOf(shared, decision);
  const calendar = clockCalendar(shared, decision, repId);
  return {
    warnAt: after(calendar, shared.now, warnMinutes),
    breachAt: after(calendar, shared.now, breachMinutes),
  };
}

function limitsOf(shared: Shared, { tier }: Decision): FirstTouch {
  return shared.policy.firstTouch[tier === "nurture" ? "T3" : tier];
}

/**
 * The hours that a rep's clock runs in. The clock of an owner who was away at assignment runs as if they were there:
 * nobody else has the lead, so their manager must hear of it in time.
 */
function clockCalendar(shared: Shared, decision: Decision, repId: string): Calendar | null {
  const rep = shared.reps.find(({ id }) => id === repId);
  if (rep === undefined) return null;
  const calendar = repCalendar(shared, rep);
  const ownerAway = decision.trace.some((step) => step.step === "noted" && step.because === "owner-away");
  return ownerAway ? { ...calendar, absences: [] } : calendar;
}

/** Someone who never works still gets a limit, in elapsed time: a clock that never ends would hide the lead. */
function after(calendar: Calendar | null, from: string, minutes: number): string {
  const open = calendar === null ? null : addBusinessMinutes(calendar, from, minutes);
  return open ?? new Date(Date.parse(from) + minutes * 60_000).toISOString();
}
