import type { Condition, Policy } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { LintInput } from "./finding.ts";
import { show } from "./show.ts";
import { plainLead } from "./witness.ts";

/**
 * A lead that no gate stops and that is for a rep: one that `decide` lets through where one was found, else the one that
 * comes nearest; null: none was found. `also`: what has to hold of it besides.
 */
export function routableLead(input: LintInput, also: Condition = { all: [] }): LeadFacts | null {
  const { policy, now, solver } = input;
  const stops = policy.gates.map(({ when }) => when);
  const wanted: Condition[] = [{ all: [also, ...admitting(policy)] }, also];
  let nearest: LeadFacts | undefined;
  for (const holds of wanted)
    for (const way of waysToRep(policy)) {
      const found = solver.solve({ all: [holds, way.holds] }, [...stops, ...way.fails]);
      if (found.kind !== "holds") continue;
      if (show(input, found.lead).decision.outcome.kind !== "stopped") return found.lead;
      nearest ??= found.lead;
    }
  if (nearest !== undefined || !isAnything(also)) return nearest ?? null;
  return stops.length === 0 ? plainLead(policy.qualifyingStage, now) : null;
}

type Way = { holds: Condition; fails: readonly Condition[] };

/** How a lead comes to be no nurture: by no such rule, or by a hotter one that comes before those. */
function waysToRep({ tiers }: Policy): Way[] {
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
export function admitting({ qualification: { when }, consent }: Policy): Condition[] {
  const [granted] = consent === null || consent.optInCountries.length === 0 ? [] : consent.granted;
  return [
    ...(when === null ? [] : [when]),
    ...(consent === null || granted === undefined
      ? []
      : [{ field: consent.field, operator: "equals" as const, value: granted }]),
  ];
}
