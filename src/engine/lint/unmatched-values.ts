import { countryName, normaliseCountry } from "../normalise/country.ts";
import { hasStates, normaliseState, stateInWords } from "../normalise/state.ts";
import { linesOf, type Policy, type Territory } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { impossibleIn } from "./impossible.ts";
import { ownSpans } from "./own-score.ts";
import { type ListedRule, ruleLists } from "./rule-lists.ts";
import { inOwnScores } from "./spell-out.ts";

/** A value in a condition that its field never has, where the rest of the rule may hold all the same. */
export const impossibleValue: Lint = {
  severity: "warning",
  label: "a value in a condition that its field never has",
  find(input) {
    const { written } = input;
    const spans = ownSpans(written.qualification);
    const told = neverHolding(input);
    return conditionsByName(written)
      .filter(({ name }) => !told.has(name))
      .flatMap(({ name, when }): Found[] => {
        const why = new Set(linesOf(when).flatMap((line) => impossibleIn(line, spans)));
        return [...why].map((reason) => ({
          message: `${name} asks for what is never there: ${reason}`,
          rules: [name],
          witness: null,
        }));
      });
  },
};

/** Rules of which it is told as a whole that no lead comes to them. */
function neverHolding({ policy, solver }: LintInput): ReadonlySet<string> {
  const all = ruleLists(policy).flatMap(({ rules }) => rules);
  return new Set(all.filter(({ when }) => solver.solve(when, []).kind === "never").map(({ name }) => name));
}

/** Every condition of a policy as it was given, but for whose scores it asks. */
function conditionsByName(policy: Policy): ListedRule[] {
  const { qualification, reps, repDefaults } = policy;
  const { when, handRaiser, content, fit, engagement, score } = qualification;
  const before = [
    { name: "hand_raiser", when: handRaiser },
    { name: "content", when: content },
    ...fit.map((rule) => ({ name: `fit rule "${rule.name}"`, when: rule.when })),
    ...engagement.map((rule) => ({ name: `engagement rule "${rule.name}"`, when: rule.when })),
  ];
  const after = [
    { name: "the definition of an MQL", when },
    ...ruleLists(policy).flatMap(({ rules }) => rules),
    { name: "never of rep_defaults", when: repDefaults.never },
    ...Object.entries(reps).map(([name, { never }]) => ({ name: `never of ${name}`, when: never })),
  ];
  const isThere = (rule: { name: string; when: ListedRule["when"] | null }): rule is ListedRule => rule.when !== null;
  const scored = after.filter(isThere);
  return [
    ...before.filter(isThere),
    ...(score === "own" ? scored.map((rule) => ({ ...rule, when: inOwnScores(rule.when) })) : scored),
  ];
}

/** A territory that names a state by a code where Baton compares but the text: "BY" is not "Bayern". */
export const stateCode: Lint = {
  severity: "warning",
  label: "a state named by a code in a country whose states Baton does not know by code",
  find: (input) => input.policy.territories.flatMap((territory) => ofTerritory(territory, input)),
};

function ofTerritory({ name, countries: [country], states }: Territory, { samples }: LintInput): Found[] {
  if (country === undefined || hasStates(country)) return [];
  const isWritten = (state: string): boolean =>
    samples?.some(
      (fields) =>
        normaliseCountry(fields.country).value === country && normaliseState(fields.state, country).value === state,
    ) === true;
  return states
    .filter((state) => isCode(state) && !isWritten(state))
    .map((state) => {
      const code = stateInWords(state);
      return {
        message: `territory "${name}" names the state ${code}: of ${countryName(country)} Baton does not know the states by their codes, so that only leads whose state is written "${code}" are in it; write the states as the CRM has them`,
        rules: [`territory "${name}"`],
        witness: null,
      };
    });
}

/** Some names are as short as three letters (Uri, Var, Goa): none without a vowel. */
const isCode = (state: string): boolean => /^(?:[a-z0-9]{1,2}|[b-df-hj-np-tv-z]{3})$/.test(state);
