import { type Condition, linesOf, type Policy } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { isOwnScore } from "./own-score.ts";
import { ruleLists } from "./rule-lists.ts";

/** Below this share of leads a field is called seldom filled (default-policy.md §8). */
const usualShare = 0.9;

/** A field that rules ask for and that nobody fills, by a sample of leads. */
export const unfilledField: Lint = {
  severity: "warning",
  label: "a field that nobody fills",
  find(input) {
    const { samples } = input;
    if (samples === null || samples.length === 0) return [];
    return [...askedFields(input)].flatMap(([field, rules]): Found[] => {
      const name = (madeOf[field] ?? field).replace(/^lead\./, "");
      const filled = samples.filter((sample) => (sample[name] ?? "").trim() !== "").length;
      const share = filled / samples.length;
      if (share >= usualShare) return [];
      const rate = `filled in ${filled} of ${samples.length} leads (${Math.round(share * 100)} %)`;
      const message = `${field}, for which ${rules.join(", ")} ${rules.length === 1 ? "asks" : "ask"}, is ${rate}`;
      return [
        { message, rules: [field, ...rules], witness: null, ...(filled === 0 ? {} : { severity: "note" as const }) },
      ];
    });
  },
};

/** Fields that conditions ask for and that no CRM has → the one that they are made of. */
const madeOf: Readonly<Record<string, string>> = {
  "lead.emailDomain": "lead.email",
  "lead.countryCode": "lead.country",
  "lead.companyName": "lead.company",
  "lead.phoneNumber": "lead.phone",
  "lead.industryName": "lead.industry",
};

/** Field of the lead → the rules that ask for it. */
function askedFields({ policy }: LintInput): Map<string, string[]> {
  const asked = new Map<string, string[]>();
  const asks = [...ruleLists(policy).flatMap(({ rules }) => rules.map(asksOf)), ...scoreAsks(policy)];
  for (const { name, fields } of asks)
    for (const field of fields) {
      // Nobody but the policy fills in its own scores.
      if (!field.startsWith("lead.") || field === "lead.ownerId" || isOwnScore(field)) continue;
      const known = asked.get(field) ?? [];
      asked.set(field, known.includes(name) ? known : [...known, name]);
    }
  return asked;
}

type Asks = { name: string; fields: readonly string[] };

const asksOf = ({ name, when }: { name: string; when: Condition }): Asks => ({ name, fields: wantedBy(when) });

/** That a rule only asks whether a field is there is no wish that it is. */
const wantedBy = (condition: Condition): string[] =>
  linesOf(condition).flatMap(({ field, operator }) => (operator === "unknown" ? [] : [field]));

/** What the rules that give points ask for, count and date. */
function scoreAsks({ qualification: { fit, engagement } }: Policy): Asks[] {
  return [
    ...fit.map(({ name, when }) => asksOf({ name: `fit rule "${name}"`, when })),
    ...engagement.map(({ name, when, per, at }) => ({
      name: `engagement rule "${name}"`,
      fields: [...(when === null ? [] : wantedBy(when)), ...[per, at].filter((field) => field !== null)],
    })),
  ];
}
