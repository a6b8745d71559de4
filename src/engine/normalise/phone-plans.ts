import metadata from "libphonenumber-js/min/metadata";

/** How the numbers of a country look, from libphonenumber's table, compiled once instead of for each number. */
type Country = {
  pattern: RegExp;
  leadingDigits: RegExp | null;
  /** Of fixed lines, mobile phones and so on; null: any that has the pattern. */
  kinds: readonly { pattern: RegExp; lengths: readonly number[] }[] | null;
};

type Plan = { countries: readonly Country[]; nationalPrefix: RegExp | null };

const plans = new Map<string, Plan | null>();

/** Where a country's row in the table has what; the order is that of the package's own reader, metadata.js. */
const columns = {
  pattern: 2,
  lengths: 3,
  nationalPrefix: 5,
  prefixForParsing: 7,
  leadingDigits: 10,
  kinds: 11,
} as const;

type Row = readonly unknown[];

const rows: Readonly<Record<string, Row>> = metadata.countries;
const codesOf: Readonly<Record<string, readonly string[]>> = metadata.country_calling_codes;

const whole = (pattern: unknown): RegExp => new RegExp(`^(?:${pattern})$`);

function readCountry(row: Row): Country {
  const kinds = row[columns.kinds] as readonly (readonly [pattern: string, lengths?: readonly number[]] | 0)[] | 0;
  const leadingDigits = row[columns.leadingDigits];
  return {
    pattern: whole(row[columns.pattern]),
    leadingDigits: leadingDigits ? new RegExp(`^(?:${leadingDigits})`) : null,
    kinds: kinds
      ? kinds
          .filter((kind) => kind !== 0)
          .filter(([pattern]) => pattern !== "")
          .map(([pattern, lengths]) => ({
            pattern: whole(pattern),
            lengths: lengths ?? (row[columns.lengths] as readonly number[]),
          }))
      : null,
  };
}

function readPlan(callingCode: string): Plan | null {
  if (!Object.hasOwn(codesOf, callingCode)) return null;
  const countries = (codesOf[callingCode] ?? []).map((code) => rows[code] ?? []);
  const [main = []] = countries;
  const prefix = main[columns.prefixForParsing] || main[columns.nationalPrefix];
  return {
    countries: countries.map(readCountry),
    nationalPrefix: prefix ? new RegExp(`^(?:${prefix})`) : null,
  };
}

function planOf(callingCode: string): Plan | null {
  const known = plans.get(callingCode);
  if (known !== undefined) return known;
  const plan = readPlan(callingCode);
  plans.set(callingCode, plan);
  return plan;
}

const isOfKind = (digits: string, { pattern, kinds }: Country): boolean =>
  pattern.test(digits) &&
  (kinds === null || kinds.some((kind) => kind.lengths.includes(digits.length) && kind.pattern.test(digits)));

/** Digits and usual signs alone, no extension; the package's own reader takes more. */
const plain = /^\+[1-9][\d ().-]{6,}\d$/;
const oneDigit = /^(\d)\1*$/;
const fewest = 7;
const most = 15;

/**
 * E.164 of a number that is written with its country's code, as libphonenumber has it in a tenth of the time; null: it is
 * nobody's; undefined: it needs a closer look.
 */
export function plainNumber(text: string): string | null | undefined {
  if (!plain.test(text)) return undefined;
  const digits = text.replace(/[^\d]/g, "");
  if (digits.length < fewest || digits.length > most) return undefined;
  for (let length = 1; length <= 3; length += 1) {
    const plan = planOf(digits.slice(0, length));
    if (plan === null) continue;
    const national = digits.slice(length);
    if (plan.nationalPrefix?.test(national) === true) return undefined;
    return !oneDigit.test(national) && isValid(national, plan) ? `+${digits}` : null;
  }
  return undefined;
}

function isValid(national: string, { countries }: Plan): boolean {
  const [main, ...others] = countries;
  if (main === undefined) return false;
  for (const country of others.length === 0 ? [] : countries) {
    if (country.leadingDigits === null) {
      if (isOfKind(national, country)) return true;
    } else if (country.leadingDigits.test(national)) return isOfKind(national, country);
  }
  return isOfKind(national, main);
}
