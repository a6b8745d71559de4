/** States and countries that an org with picklists for them knows, as `readFields` takes values: a small part of ISO 3166. */
export const countryValues =
  "AT:Austria|CA:Canada|CH:Switzerland|DE:Germany|FR:France|GB:United Kingdom|US:United States";

/** A state's code is its country's own: the same may be another state elsewhere. */
export const stateValues: Readonly<Record<string, string>> = {
  CA: "BC:British Columbia|ON:Ontario|QC:Quebec",
  US: "CA:California|IL:Illinois|MA:Massachusetts|NY:New York|TX:Texas|WA:Washington",
};

/** The states of a country by their codes; empty of one that has none here. */
export const statesOf = (countryCode: string): ReadonlyMap<string, string> => labelsOf(stateValues[countryCode] ?? "");

/** Labels by codes. */
export function labelsOf(values: string): ReadonlyMap<string, string> {
  const pairs = values.split("|").filter(Boolean);
  return new Map(pairs.map((pair) => pair.split(":")).map(([code = "", label = code]) => [code, label]));
}
