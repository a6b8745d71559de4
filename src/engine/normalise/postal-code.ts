import type { Normalised } from "./normalised.ts";

/**
 * Countries whose codes are so many digits and may begin with 0, which spreadsheets take away: "1067" of Dresden.
 * Source: the postal-code patterns of Unicode CLDR 26, the last that had them.
 */
const digitsOf: Readonly<Record<string, number>> = {
  ...{ AU: 4, NO: 4, NZ: 4, ZA: 4, BR: 8, CN: 6, KZ: 6, RO: 6, SG: 6, JP: 7 },
  ...{ DE: 5, ES: 5, FI: 5, FR: 5, IT: 5, LT: 5, MX: 5, MY: 5, PE: 5, PL: 5, SK: 5, TR: 5, UA: 5, US: 5 },
  // Of 2015, after that release.
  KR: 5,
};
/** No code begins with more of them. */
const mostZeros = 2;

/**
 * A postal code without blanks, dashes and a country before it, in capitals: "ec1a 1bb" is "EC1A1BB", "D-80331" is "80331".
 * Zeros that it lost in front are put back, where its country is known.
 */
export function normalisePostalCode(text: string | null | undefined, country: string | null): Normalised<string> {
  const given = text ?? "";
  const code = digitsAlone.test(given) ? given : bareCode(given);
  if (code === "") return { value: null, mark: null };
  if (code === null) return { value: null, mark: "postal-code-not-understood" };
  const missing = zerosMissing(code, country);
  return missing === 0
    ? { value: code, mark: null }
    : { value: "0".repeat(missing) + code, mark: "postal-code-without-zero" };
}

/** What most of the world has. */
const digitsAlone = /^\d{2,12}$/;

/** "" of nothing; null: it is no code. */
function bareCode(text: string): string | null {
  const given = text.normalize("NFKC").trim();
  const code = given
    .toUpperCase()
    .replace(/^[A-Z]{1,2}[ -](?=\d)/, "")
    .replace(/[\s-]/g, "");
  return given === "" || /^(?=.*\d)[A-Z0-9]{2,12}$/.test(code) ? code : null;
}

function zerosMissing(code: string, country: string | null): number {
  const digits = country !== null && Object.hasOwn(digitsOf, country) ? (digitsOf[country] ?? 0) : 0;
  const missing = digits - code.length;
  return missing > 0 && missing <= mostZeros && /^\d+$/.test(code) ? missing : 0;
}

/** Codes from `from` to `to`, both whole: of a longer code its first characters count. A beginning is a span of its own. */
export type PostalSpan = { from: string; to: string };

/** "80" (all codes that begin so) or "80000-81999"; null: neither. */
export function parsePostalSpan(text: string): PostalSpan | null {
  const given = text.normalize("NFKC").trim().toUpperCase();
  const [from = "", to = from, ...more] = given.split(/\s*[-–]\s*/).map((part) => part.replace(/\s/g, ""));
  const isCode = (part: string) => /^[A-Z0-9]{1,12}$/.test(part);
  if (more.length > 0 || !isCode(from) || !isCode(to) || from.length !== to.length || from > to) return null;
  return { from, to };
}

export function coversCode({ from, to }: PostalSpan, code: string): boolean {
  const start = code.slice(0, from.length);
  return start.length === from.length && start >= from && start <= to;
}

/** Is there a code that both cover? */
export function spansOverlap(a: PostalSpan, b: PostalSpan): boolean {
  const length = Math.min(a.from.length, b.from.length);
  return a.from.slice(0, length) <= b.to.slice(0, length) && b.from.slice(0, length) <= a.to.slice(0, length);
}
