import type { Normalised } from "./normalised.ts";
import { remembered } from "./remembered.ts";

const groupedNumber = "\\d{1,3}(?:[.,'’ ]\\d{3})+|\\d+";
const band = new RegExp(`^(${groupedNumber})\\s*(?:-|–|—|to|bis)\\s*(${groupedNumber})$`);
const above = new RegExp(
  `^(?:>=?|≥|over|more than|at least|mehr als|mindestens|ab)\\s*(${groupedNumber})$|` +
    `^(${groupedNumber})\\s*(?:\\+|or more|and more|oder mehr|und mehr)$`,
);
const below = new RegExp(
  `^(?:<=?|≤|under|below|up to|less than|fewer than|unter|bis|bis zu|weniger als)\\s*(${groupedNumber})$`,
);
const exact = new RegExp(`^(${groupedNumber})(?:[.,]0+)?$`);

/** Longer texts hold something else than a number, and ends are looked for in them for seconds. */
const longest = 60;

const toCount = (text: string): number => Number(text.replace(/\D/g, ""));

/**
 * Head-count from "250", "1,000+", "51-200", "under 50" and the like. A band that is open above counts as above its bound,
 * any other by its middle, which is marked; 0 and negative numbers are unknown.
 */
export function normaliseEmployees(text: string | null | undefined): Normalised<number> {
  return read(text ?? "");
}

const read = remembered((text): Normalised<number> => {
  const written = text.normalize("NFKC").trim();
  if (written === "") return { value: null, mark: "employees-missing" };
  if (written.length > longest) return unknown;
  const given = written.toLowerCase().replace(/\s*(?:employees|mitarbeiter|people)$/, "");
  const range = band.exec(given);
  if (range?.[1] !== undefined && range[2] !== undefined) {
    return plausible(Math.round((toCount(range[1]) + toCount(range[2])) / 2), "employees-band");
  }
  const open = above.exec(given);
  const bound = open?.[1] ?? open?.[2];
  if (bound !== undefined) return plausible(toCount(bound) + 1, null);
  const most = below.exec(given)?.[1];
  if (most !== undefined) return plausible(Math.round((1 + toCount(most)) / 2), "employees-band");
  const number = exact.exec(given)?.[1];
  return number === undefined ? unknown : plausible(toCount(number), null);
});

const unknown: Normalised<number> = { value: null, mark: "employees-not-understood" };

const plausible = (count: number, mark: string | null): Normalised<number> =>
  count >= 1 && count <= 100_000_000 ? { value: count, mark } : unknown;
