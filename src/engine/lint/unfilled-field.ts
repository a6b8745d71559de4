import { linesOf } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
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
      const name = field.replace(/^lead\./, "").replace("emailDomain", "email");
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

/** Field of the lead → the rules that ask for it. That a rule only asks whether it is there is no wish that it is. */
function askedFields({ policy }: LintInput): Map<string, string[]> {
  const asked = new Map<string, string[]>();
  for (const { rules } of ruleLists(policy))
    for (const { name, when } of rules)
      for (const { field, operator } of linesOf(when)) {
        if (!field.startsWith("lead.") || field === "lead.ownerId" || operator === "unknown") continue;
        const known = asked.get(field) ?? [];
        asked.set(field, known.includes(name) ? known : [...known, name]);
      }
  return asked;
}
