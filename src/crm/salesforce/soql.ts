/**
 * SOQL from a template: each value becomes a literal. Texts are quoted and escaped, dates become datetime literals, numbers
 * and booleans stand as they are, and a list of texts becomes `('a', 'b')`. jsforce's own builder is not used: it loses
 * empty lists and escapes too little (salesforce.md §7.3). Throws for an empty list, which would mean every record.
 */
export function soql(parts: TemplateStringsArray, ...values: readonly SoqlValue[]): string {
  return parts.reduce((text, part, index) => text + literal(values[index - 1] ?? "") + part);
}

/** `raw`: names of fields and objects, which are never anybody's input. */
export type SoqlValue = string | number | boolean | Date | readonly string[] | { raw: string };

function literal(value: SoqlValue): string {
  if (typeof value === "string") return quoted(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if ("raw" in value) return value.raw;
  if (value.length === 0) throw new Error("A SOQL list without values would mean every record.");
  return `(${value.map(quoted).join(",")})`;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

/** What else no query may hold as it is: control characters, and halves of surrogate pairs, which no address can. */
const byNumber = (one: string): string => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;

const quoted = (text: string): string =>
  `'${text.replace(/[\\'"]|\p{Cc}|\p{Cs}/gu, (one) => escapes[one] ?? byNumber(one))}'`;

/** Names that stand in the query as they are. */
export const names = (list: readonly string[]): { raw: string } => ({ raw: list.join(", ") });
