import type { Normalised } from "./normalised.ts";

/** A score as a number; anything that is none is unknown, and marked. */
export function normaliseScore(text: string | null | undefined): Normalised<number> {
  const given = (text ?? "").trim();
  if (given === "") return { value: null, mark: "score-missing" };
  const score = toNumber(given);
  return score === null ? { value: null, mark: "score-not-understood" } : { value: score, mark: null };
}

/** A plain decimal number, else null: `Number` alone takes "", "0x10" and "Infinity". */
export function toNumber(text: string): number | null {
  const given = text.trim();
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?$/i.test(given)) return null;
  const number = Number(given);
  return Number.isFinite(number) ? number : null;
}
