import type { ConditionLine } from "../policy.ts";

const keys = new WeakMap<ConditionLine, string>();

/** The same for lines that ask the same. */
export function lineKey(line: ConditionLine): string {
  const known = keys.get(line);
  if (known !== undefined) return known;
  const key = `${line.field} ${line.operator} ${JSON.stringify(line.value)}`;
  keys.set(line, key);
  return key;
}

/** Fields that are another one's text cleaned, or a part of it. */
const sources: Readonly<Record<string, string>> = {
  "lead.emailDomain": "lead.email",
  "lead.countryCode": "lead.country",
  "lead.companyName": "lead.company",
};

/** The field of a fact that a condition's field is read from: an e-mail's domain is the e-mail's. */
export const sourceOf = (field: string): string => sources[field] ?? field;
