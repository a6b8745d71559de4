import { decide } from "../decide.ts";
import type { LeadFacts, Shared, State } from "../snapshot.ts";
import type { LintInput, Roster, Witness } from "./finding.ts";

const noRoster: Roster = { reps: [], timeZone: "UTC" };

/** What the policy does with a lead now. */
export function show(
  { written: policy, now, roster }: LintInput,
  facts: LeadFacts,
  change: Partial<Shared> = {},
): Witness {
  const { reps, timeZone } = roster ?? noRoster;
  const shared: Shared = { policy, policyVersion: 1, now, reps, stages: [], timeZone, ...change };
  const state: State = { credits: {}, load: {} };
  return { facts, shared, state, decision: decide(shared, facts, state).decision };
}

/** Everybody who is active at work, around the clock and with room: whom a lead does not find then it never finds. */
export function everybodyHere({ reps }: Roster): Pick<Shared, "reps"> {
  const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
  const shifts = days.map((day) => ({ day, startMinute: 0, endMinute: 1440 }));
  return { reps: reps.map((rep) => ({ ...rep, shifts, absences: [] })) };
}
