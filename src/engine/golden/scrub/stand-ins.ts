import { getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { normaliseCompany } from "../../normalise/company.ts";
import { normaliseCountry } from "../../normalise/country.ts";
import { normaliseEmployees } from "../../normalise/employees.ts";
import { industryNames, normaliseIndustry } from "../../normalise/industry.ts";
import { normaliseLanguage } from "../../normalise/language.ts";
import { normalisePhone } from "../../normalise/phone.ts";
import { hasStates, normaliseState } from "../../normalise/state.ts";
import type { Policy } from "../../policy.ts";

/** What may stand in place of a text, the least telling first. */
export type StandIns = readonly string[];

const anything: StandIns = ["Sample", "x", "1", "-", "Sample Sample"];

const isNumber = (text: string): boolean => /^\s*[-+]?[\d.,]{1,8}\s*$/.test(text);
const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(text.trim());
const isFlag = (text: string): boolean => /^(true|false|yes|no)$/i.test(text.trim());
/** A CRM's own value of a list, such as ORGANIC_SEARCH. */
const isListed = (text: string): boolean => /^[A-Z][A-Z0-9_]{0,40}$/.test(text);

/** Texts that a person wrote: none of their words but those that the policy looks for. */
export function ofFreeText(text: string, words: readonly string[], neutral: StandIns = anything): StandIns {
  const joined = words.join(" ");
  const kept = words.length === 0 ? [] : [joined, `${joined} sample`, `sample ${joined}`, ...words];
  // Numbers, days and flags tell of nobody; they count only where the policy asks for them.
  return [...neutral, ...anything, ...kept, ...(isNumber(text) || isDate(text) || isFlag(text) ? [text] : [])];
}

const neutrals: Readonly<Record<string, StandIns>> = {
  firstName: ["Robin"],
  lastName: ["Sample"],
  city: ["Sampleton"],
};

/** Of one of our fields of a lead. What is one of few values for many people stays as it is, as long as it is understood. */
export function ofField(
  name: string,
  text: string,
  { policy, country, words }: { policy: Policy; country: string | null; words: readonly string[] },
): StandIns {
  const otherwise = ofFreeText(text, words, neutrals[name]);
  const kept = (isKept: boolean): StandIns => (isKept ? [text] : otherwise);
  switch (name) {
    case "stage":
      return [text];
    case "status":
    case "source":
      return kept(isListed(text));
    case "country":
      return kept(normaliseCountry(text).value !== null);
    case "state":
      return kept(isKnownState(policy, normaliseState(text, country).value, country));
    case "language": {
      const { value } = normaliseLanguage(text);
      return [...(value === null ? [] : [value]), ...otherwise];
    }
    case "employees": {
      const { value } = normaliseEmployees(text);
      const isPlain = value !== null && /^[\d\s.,+–-]{1,20}$/.test(text);
      return isPlain ? [text] : [...(value === null ? [] : [String(value)]), ...otherwise];
    }
    case "score":
    case "fitScore":
    case "pageViews":
      return kept(isNumber(text));
    case "conversionAt":
    case "engagedAt":
      return kept(isDate(text));
    case "industry": {
      const { value } = normaliseIndustry(text, industryNames(policy.industries));
      return [...(value === null ? [] : [value]), ...otherwise];
    }
    case "postalCode":
      return [...ofPostalCode(text), ...otherwise];
    case "phone":
      return [...ofPhone(text, country), ...otherwise];
    default:
      return otherwise;
  }
}

/** Where nobody has a list of states, any text is one: only those that a territory names tell of nobody. */
const isKnownState = ({ territories }: Policy, state: string | null, country: string | null): boolean =>
  state !== null && (hasStates(country) || territories.some(({ states }) => states.includes(state)));

/** As little of its beginning as may be. */
export function ofPostalCode(text: string): StandIns {
  const code = text.trim();
  if (code.length > 12) return [];
  return Array.from({ length: code.length }, (_, at) => {
    const kept = at + 1;
    return code.slice(0, kept) + code.slice(kept).replace(/\d/g, "0").replace(/\p{L}/gu, "A");
  });
}

/** The number that the country's own plan gives as its example; nothing for what is no number. */
function ofPhone(text: string, country: string | null): StandIns {
  const { value } = normalisePhone(text, country);
  const of = value === null ? undefined : parsePhoneNumberFromString(value)?.country;
  const example = of === undefined ? undefined : getExampleNumber(of, examples);
  return example === undefined ? [] : [example.number];
}

/** `n/a` and the like stay no company. */
export function ofCompany(text: string, number: number, words: readonly string[]): StandIns {
  return ofFreeText(text, words, normaliseCompany(text).value === null ? ["n/a"] : [`Sample ${number}`]);
}
