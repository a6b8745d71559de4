/** A record as a CRM sends it. */
export type Fields = Readonly<Record<string, unknown>>;

/** The text of a field; null when it is unset, empty or unknown to the account. */
export function text(fields: Fields, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : null;
  return value === null || value === undefined || value === "" ? null : String(value);
}

/** Of several fields the first that has a value. */
export function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const found = text(fields, name);
    if (found !== null) return found;
  }
  return null;
}

/** The instant of a date field, as ISO. */
export const instant = (fields: Fields, name: string): string | null => toInstant(text(fields, name));

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * An instant as ISO, from any form of ISO or epoch milliseconds: CRMs write them in many ways. Null for what is neither, and for years that
 * are no date of a lead: before 1 and after 9999 they are written in a way that neither sorts as text nor can be stored.
 */
export function toInstant(value: string | null): string | null {
  if (value === null) return null;
  const isIso = isoInstant.test(value) && !Number.isNaN(Date.parse(value));
  const instant = isIso ? value : isoOf(new Date(/^-?\d+$/.test(value) ? Number(value) : value));
  return instant === null || !/^\d{4}-/.test(instant) || instant.startsWith("0000") ? null : instant;
}

const isoOf = (date: Date): string | null => (Number.isNaN(date.getTime()) ? null : date.toISOString());

/** ISO instants in UTC sort as text. */
export function latest(instants: readonly (string | null)[]): string | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}

/** Without what is null: facts are kept with each decision. */
export const known = <Key extends string>(values: Readonly<Record<Key, string | null>>): Partial<Record<Key, string>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Partial<Record<Key, string>>;

/** `https://www.One.example:443/about` → `one.example`. Registrable domains are for whoever knows the list of them. */
export function toHost(text: string): string {
  const bare = text
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(/[/?#:].*$/, "");
  return bare.replace(/^www\d?\./, "").replace(/\.$/, "");
}
