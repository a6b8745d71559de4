import type { Condition, Policy } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { LintInput } from "./finding.ts";
import { show } from "./show.ts";
import { leadWith, plainLead } from "./witness.ts";

/**
 * A lead that no gate stops and that is for a rep: one that `decide` lets through where one was found, else the one that
 * comes nearest; null: none was found.
 */
export function routableLead(input: LintInput): LeadFacts | null {
  const { policy, now, solver } = input;
  const stops = policy.gates.map(({ when }) => when);
  const isOwn = policy.qualification.score === "own";
  // Where the policy makes the score itself, no field says which leads are nurture.
  const nurture = isOwn ? [] : policy.tiers.filter(({ tier }) => tier === "nurture").map(({ when }) => when);
  const fails = [...stops, ...nurture];
  const wanted: Condition[] = [
    { all: [...admitting(policy), ...scoring(policy)] },
    { all: admitting(policy) },
    { all: [] },
  ];
  const leads = wanted.flatMap((holds): LeadFacts[] => {
    const found = solver.solve(holds, fails);
    return found.kind === "holds" ? [leadWith(found.lead, acts(policy, now))] : [];
  });
  const isStopped = (lead: LeadFacts): boolean => show(input, lead).decision.outcome.kind === "stopped";
  const lead = leads.find((each) => !isStopped(each)) ?? leads[0];
  if (lead !== undefined) return lead;
  return fails.length === 0 ? plainLead(policy.qualifyingStage, now) : null;
}

/** What a lead needs to be an MQL by definition, and to be contacted in every country. */
function admitting({ qualification: { when }, consent }: Policy): Condition[] {
  const [granted] = consent === null || consent.optInCountries.length === 0 ? [] : consent.granted;
  return [
    ...(when === null ? [] : [when]),
    ...(consent === null || granted === undefined
      ? []
      : [{ field: consent.field, operator: "equals" as const, value: granted }]),
  ];
}

/** All that gives points, where the policy makes the score itself. */
function scoring({ qualification: { score, fit, engagement } }: Policy): Condition[] {
  if (score !== "own") return [];
  return [...fit, ...engagement].flatMap(({ when, points }) => (when !== null && points > 0 ? [when] : []));
}

/** The acts that earn points, done just now and as often as counts. */
function acts({ qualification: { score, engagement } }: Policy, now: string): Map<string, string> {
  const earning = score === "own" ? engagement.filter(({ points }) => points > 0) : [];
  return new Map(
    earning.flatMap(({ per, atMost, at }) => [
      ...(at === null ? [] : [[at, now] as const]),
      ...(per === null ? [] : [[per, String(atMost ?? 100)] as const]),
    ]),
  );
}
