import type { Normalised } from "./normalised.ts";

/** A postal code without blanks, dashes and a country before it, in capitals: "ec1a 1bb" is "EC1A1BB", "D-80331" is "80331". */
export function normalisePostalCode(text: string | null | undefined): Normalised<string> {
  const given = (text ?? "").normalize("NFKC").trim();
  if (given === "") return { value: null, mark: null };
  const code = given
    .toUpperCase()
    .replace(/^[A-Z]{1,2}[ -](?=\d)/, "")
    .replace(/[\s-]/g, "");
  return /^(?=.*\d)[A-Z0-9]{2,12}$/.test(code)
    ? { value: code, mark: null }
    : { value: null, mark: "postal-code-not-understood" };
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
