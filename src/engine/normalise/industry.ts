import known from "../../data/industries.json" with { type: "json" };
import { foldName, type Normalised } from "./normalised.ts";

/** An industry's name by everything that it is called, folded. */
export type IndustryNames = ReadonlyMap<string, string>;

/** The names that a policy gives (`own`), and those that are known anyway; where both know a word, the policy has it. */
export function industryNames(own: readonly { name: string; synonyms: readonly string[] }[]): IndustryNames {
  const shipped = Object.entries(known.entries).map(([name, synonyms]) => ({ name, synonyms }));
  return new Map(
    [...shipped, ...own].flatMap(({ name, synonyms }) =>
      [name, ...synonyms].map((word) => [foldIndustry(word), name] as const),
    ),
  );
}

/** "HOSPITAL_HEALTH_CARE", "Health care" and "Gesundheitswesen" are `health care`. One that nobody knows is marked. */
export function normaliseIndustry(text: string | null | undefined, names: IndustryNames): Normalised<string> {
  const word = foldIndustry(text ?? "");
  if (word === "") return { value: null, mark: null };
  const name = names.get(word);
  return name === undefined ? { value: null, mark: "industry-not-understood" } : { value: name, mark: null };
}

/** As names are folded, with `&` and `/` as blanks: "IT & Services" is "it services". */
const foldIndustry = (text: string): string => foldName(text.slice(0, 200).replace(/[&/+]| and | und /gi, " "));
