import type { Territory } from "../policy.ts";
import { rulesOf } from "../policy-rules.ts";
import { type SharedPlace, sharedPlace } from "../shared-place.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import { leadWith } from "./witness.ts";

/** Two territories that both cover a place, neither more closely than the other: their pools are joined for it. */
export const territoryOverlap: Lint = {
  severity: "error",
  label: "two territories that both cover a place",
  find(input) {
    const { territories, stages } = input.policy;
    if (!stages.includes("territory")) return [];
    const { rivals } = rulesOf(input.policy);
    if (rivals.size === 0) return [];
    const lead = routableLead(input);
    return territories.flatMap((later, at) =>
      territories.slice(0, at).flatMap((earlier): Found[] => {
        const place = rivals.get(earlier.name)?.includes(later) ? sharedPlace(earlier, later) : null;
        return place === null ? [] : [foundOf(input, lead, { earlier, later, place })];
      }),
    );
  },
};

function foundOf(
  input: LintInput,
  lead: LeadFacts | null,
  { earlier, later, place }: { earlier: Territory; later: Territory; place: SharedPlace },
): Found {
  const code = place.postalCode === null ? null : place.postalCode.padEnd(5, "0");
  const country = place.country === "*" ? null : place.country;
  const values = new Map<string, string | null>([
    ["lead.country", country],
    ["lead.state", place.state],
    ["lead.postalCode", code],
    ...(place.account === null ? [] : [["account.name", place.account] as const]),
  ]);
  return {
    message: `the territories "${earlier.name}" and "${later.name}" both cover ${place.words}, and the pools of both share such leads: take them out of one; where both teams are to have them, give them a territory of their own, with a pool of both`,
    rules: [`territory "${earlier.name}"`, `territory "${later.name}"`],
    witness: lead === null ? null : show(input, leadWith(lead, values)),
  };
}
