import { overrideGiven } from "../claim.ts";
import type { Decision } from "../decision.ts";
import { countryName } from "../normalise/country.ts";
import type { Segment, Territory } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { Found, Lint, LintInput, Roster, Witness } from "./finding.ts";
import { placeIn } from "./lead-of-pool.ts";
import { emptyTerritories } from "./pool-without-rep.ts";
import { routableLead } from "./routable-lead.ts";
import { everybodyHere, show } from "./show.ts";
import { someOtherCountry } from "./some-country.ts";
import { leadWith, type Values } from "./witness.ts";

/** A cell of territory, segment and language for which nobody is: its leads never find anybody in their territory. */
export const uncovered: Lint = {
  severity: "error",
  label: "a country, or a cell of territory, segment and language, that nobody covers",
  find(input) {
    const lead = routableLead(input);
    if (lead === null || !input.policy.stages.includes("territory")) return [];
    return [...countryLeft(input, lead), ...(input.roster === null ? [] : cellsLeft(input, lead, input.roster))];
  },
};

/** That the rest of the world goes to the waterfall may be meant. */
function countryLeft(input: LintInput, lead: LeadFacts): Found[] {
  if (input.policy.territories.some((territory) => territory.countries.includes("*"))) return [];
  const country = someOtherCountry(input.policy);
  if (country === null) return [];
  const message = `no territory covers ${countryName(country)}, among other countries: its leads go to the waterfall; a territory of countries ["*"] takes all that are left`;
  const witness = show(input, leadWith(lead, new Map([["lead.country", country]])));
  return [{ severity: "warning", message, rules: ["territories"], witness }];
}

type Cell = { words: string[]; values: Map<string, string | null> };

function cellsLeft(input: LintInput, lead: LeadFacts, roster: Roster): Found[] {
  const empty = emptyTerritories(input, roster);
  return input.policy.territories
    .filter(({ name }) => !empty.has(name))
    .flatMap((territory) => {
      const left = cellsOf(territory, input).flatMap(({ words, values }) => {
        const witness = witnessOf({ input, lead, roster, territory }, values);
        return witness === null ? [] : [{ words, witness }];
      });
      // Of what is left as a whole the parts need not be told.
      const widest = left.filter(
        ({ words }) =>
          !left.some((other) => other.words.length < words.length && other.words.every((word) => words.includes(word))),
      );
      return widest.map(({ words, witness }) => ({
        message: `nobody of pool "${territory.pool}" covers ${words.join(", ")}: even with everybody at work such a lead falls through to the waterfall`,
        rules: words,
        witness,
      }));
    });
}

type At = { input: LintInput; lead: LeadFacts; roster: Roster; territory: Territory };

/** A lead of a cell that falls through, though everybody is at work; null: none was found. */
function witnessOf({ input, lead, roster, territory }: At, values: Values): Witness | null {
  const witness = show(input, leadWith(lead, values), everybodyHere(roster));
  if (!isOverridden(witness.decision)) return fellThrough(witness.decision, territory) ? witness : null;
  // Of the leads of the cell some may be left that no override takes.
  const whole = [...values].map(([field, value]) => ({ field, operator: "equals" as const, value: value ?? "" }));
  const taken = input.policy.overrides.map(({ when }) => when);
  const left = routableLead(input, { all: [...whole, { not: { any: taken } }] });
  if (left === null) return null;
  const other = show(input, leadWith(left, values), everybodyHere(roster));
  return fellThrough(other.decision, territory) ? other : null;
}

const isOverridden = (decision: Decision): boolean => overrideGiven(decision) !== null;

/**
 * It came to its territory and went on past it to the waterfall, and neither its tier nor its vertical was the reason.
 * Whom the pool offers the lead to is as good as somebody who gets it, and so is the territory's own team.
 */
function fellThrough({ trace }: Decision, { teamPool }: Territory): boolean {
  const isThere = trace.some((step) => step.step === "stage-narrowed" && step.stage === "territory");
  const end = trace.findLast((step) => step.step === "waterfall-level");
  const isEnd = end !== undefined && end.level !== teamPool;
  const relaxed = trace.flatMap((step) => (step.step === "relaxed" ? [step.stage] : []));
  const isOther = trace.some(
    (step) =>
      step.step === "stage-narrowed" && ["vertical", "tier"].includes(step.stage) && !relaxed.includes(step.stage),
  );
  return isThere && isEnd && !isOther;
}

/**
 * The territory alone, with each segment, with each language that is listed for a country of it, and with both; and each
 * country of it whose leads only some teams may have.
 */
function cellsOf(territory: Territory, input: LintInput): Cell[] {
  const { policy } = input;
  const place = placeIn(territory, input);
  const segments = policy.stages.includes("segment") ? policy.segments : [];
  const languages = policy.stages.includes("language")
    ? policy.languages.flatMap(({ language, countries: codes }) =>
        codes.filter((code) => isIn(code, territory, input)).map((code) => ({ language, code })),
      )
    : [];
  const sizes = [null, ...segments];
  const resident = policy.residency
    .flatMap(({ countries }) => countries)
    .filter((code) => isIn(code, territory, input))
    .map(
      (code): Cell => ({
        words: [`territory "${territory.name}"`, `residency of ${code}`],
        values: new Map([...place, ["lead.country", code]]),
      }),
    );
  const cells = [null, ...languages].flatMap((spoken) =>
    sizes.map((segment): Cell => {
      const values = new Map(place);
      if (spoken !== null) values.set("lead.country", spoken.code).set("lead.language", spoken.language);
      if (segment !== null) values.set("lead.employees", sizeIn(segment));
      const words = [
        `territory "${territory.name}"`,
        ...(spoken === null ? [] : [`language "${spoken.language}" in ${spoken.code}`]),
        ...(segment === null ? [] : [`segment "${segment.name}"`]),
      ];
      return { words, values };
    }),
  );
  return [...cells, ...resident];
}

/** Is a lead in this country in this territory, when nothing closer is known of it? */
function isIn(code: string, territory: Territory, { policy }: LintInput): boolean {
  const whole = policy.territories.filter(({ states, postalCodes }) => states.length + postalCodes.length === 0);
  const its =
    whole.find(({ countries: codes }) => codes.includes(code)) ??
    whole.find(({ countries: codes }) => codes.includes("*"));
  return its === territory;
}

const sizeIn = ({ min, max }: Segment): string => String(min ?? max ?? 1);
