import type { Condition, Policy } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { LintInput } from "./finding.ts";
import { show } from "./show.ts";
import { leadWith, plainLead } from "./witness.ts";

/**
 * A lead that no gate stops and that is for a rep: one that `decide` lets through where one was found, else the one that
 * comes nearest; null: none was found. `also`: what has to hold of it besides.
 */
export function routableLead(input: LintInput, also: Condition = { all: [] }): LeadFacts | null {
  const { policy, now, solver } = input;
  const stops = policy.gates.map(({ when }) => when);
  const wanted: Condition[] = [
    { all: [also, ...admitting(policy), ...scoring(policy)] },
    { all: [also, ...admitting(policy)] },
    also,
  ];
  let nearest: LeadFacts | undefined;
  for (const holds of wanted)
    for (const way of waysToRep(policy)) {
      const found = solver.solve({ all: [holds, way.holds] }, [...stops, ...way.fails]);
      if (found.kind !== "holds") continue;
      const lead = leadWith(found.lead, acts(policy, now));
      if (show(input, lead).decision.outcome.kind !== "stopped") return lead;
      nearest ??= lead;
    }
  if (nearest !== undefined || !isAnything(also)) return nearest ?? null;
  return stops.length === 0 ? plainLead(policy.qualifyingStage, now) : null;
}

type Way = { holds: Condition; fails: readonly Condition[] };

/** How a lead comes to be no nurture: by no such rule, or by a hotter one that comes before those. */
function waysToRep({ tiers, qualification }: Policy): Way[] {
  // Where the policy makes the score itself, no field says which leads are nurture.
  if (qualification.score === "own") return [{ holds: { all: [] }, fails: [] }];
  const nurtureOf = (rules: typeof tiers) => rules.filter(({ tier }) => tier === "nurture").map(({ when }) => when);
  return [
    { holds: { all: [] }, fails: nurtureOf(tiers) },
    ...tiers.flatMap(({ tier, when }, at) =>
      tier === "nurture" ? [] : [{ holds: when, fails: nurtureOf(tiers.slice(0, at)) }],
    ),
  ];
}

const isAnything = (condition: Condition): boolean => "all" in condition && condition.all.length === 0;

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
