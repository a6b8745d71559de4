import type { Decision, Tier } from "./decision.ts";
import { repCalendar } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";
import { addBusinessMinutes, type Calendar } from "./working-hours.ts";

export type FirstTouchLimits = { warnAt: string; breachAt: string };

/** When the first touch of a lead given to this rep at `shared.now` is at risk, and when it is late. */
export type LimitsOf = (decision: Decision, repId: string) => FirstTouchLimits;

/**
 * Computes what it is asked, each once: a batch has one `now`, so a hundred leads ask for a handful of answers, and reps
 * who work the same hours have the same.
 */
export function createLimits(shared: Shared): LimitsOf {
  const ofReps = new Map<string, FirstTouchLimits>();
  const ofCalendars = new Map<string, FirstTouchLimits>();
  return (decision, repId) => {
    const { tier } = decision;
    const motion = motionOf(decision);
    const key = `${tier} ${motion ?? ""} ${repId}`;
    const known = ofReps.get(key);
    if (known !== undefined) return known;
    const rep = shared.reps.find(({ id }) => id === repId);
    const calendar = rep === undefined ? null : repCalendar(shared, rep);
    const hours = `${tier} ${motion ?? ""} ${JSON.stringify(calendar)}`;
    const limits = ofCalendars.get(hours) ?? computeLimits(shared, { tier, motion }, calendar);
    ofCalendars.set(hours, limits);
    ofReps.set(key, limits);
    return limits;
  };
}

function computeLimits(
  { policy, now }: Shared,
  { tier, motion }: { tier: Tier; motion: string | null },
  calendar: Calendar | null,
): FirstTouchLimits {
  const clocks = tier === "nurture" ? "T3" : tier;
  const own = policy.motions.find(({ name }) => name === motion)?.firstTouch[clocks];
  const { warnMinutes, breachMinutes } = own ?? policy.firstTouch[clocks];
  return {
    warnAt: after(calendar, now, warnMinutes),
    breachAt: after(calendar, now, breachMinutes),
  };
}

/** Which way the lead came; null: as an ordinary MQL. */
export function motionOf({ trace }: Decision): string | null {
  const step = trace.find((each) => each.step === "motion");
  return step?.step === "motion" ? step.motion : null;
}

/** Who had the claim to the lead and was away when it was decided; null: nobody. */
export function awayOwnerOf({ trace }: Decision): string | null {
  const away = trace.find((step) => step.step === "noted" && step.because === "owner-away");
  return away?.step === "noted" ? (away.detail ?? null) : null;
}

/** Someone who never works still gets a limit, in elapsed time: a clock that never ends would hide the lead. */
function after(calendar: Calendar | null, from: string, minutes: number): string {
  const open = calendar === null ? null : addBusinessMinutes(calendar, from, minutes);
  return open ?? new Date(Date.parse(from) + minutes * 60_000).toISOString();
}
