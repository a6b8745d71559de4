import { operators } from "../operators.ts";
import type { ConditionLine } from "../policy.ts";
import { lineKey } from "./line-key.ts";

/** What lines of one kind may say together, and a text for it where there is one. */
export type Choice = { holds: Set<string>; text: string | null };

const dayMs = 86_400_000;

/** Each bound, one between each two, one below and one above all. */
export function numbersAround(bounds: readonly number[]): number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const between = sorted.flatMap((bound, at) => {
    const next = sorted[at + 1];
    return next === undefined ? [bound, bound + 1] : [bound, (bound + next) / 2];
  });
  return sorted.length === 0 ? [0] : [first - 1, ...between];
}

/** All that numeric lines may say of a text: of no number nothing. */
export function numberCells(lines: readonly ConditionLine[]): Choice[] {
  const bounds = lines.flatMap(({ value }) => (Array.isArray(value) ? value : [value]).map(Number));
  const numbers = lines.length === 0 ? [] : numbersAround(bounds).map(String);
  return [
    { holds: new Set(), text: null },
    ...numbers.map((text) => ({
      holds: new Set(lines.filter(({ operator, value }) => operators[operator].holds(text, value, "")).map(lineKey)),
      text,
    })),
  ];
}

/** All that lines on days may say of a time: one in the future, at each limit, and beyond; of no time nothing. */
export function ageCells(lines: readonly ConditionLine[], now: string): Choice[] {
  const limits = lines.map(({ value }) => Number(value));
  const ages = lines.length === 0 ? [] : [-1, ...numbersAround(limits).filter((age) => age >= 0)];
  return [
    { holds: new Set(), text: null },
    ...ages.map((age) => {
      const text = new Date(Date.parse(now) - age * dayMs).toISOString();
      const holding = lines.filter(({ operator, value }) => operators[operator].holds(text, value, now));
      return { holds: new Set(holding.map(lineKey)), text };
    }),
  ];
}

const mostFree = 8;

/** Each of them may hold or not, whatever the others say. */
export function freeChoices(lines: readonly ConditionLine[]): Set<string>[] | null {
  const keys = [...new Set(lines.map(lineKey))];
  if (keys.length > mostFree) return null;
  return Array.from(
    { length: 2 ** keys.length },
    (_, set) => new Set(keys.filter((_key, at) => (set & (1 << at)) !== 0)),
  );
}

/** One of each; null where one cannot be told, or there are more than `most`. */
export function combinations(
  choices: readonly (readonly ReadonlySet<string>[] | null)[],
  most: number,
): Set<string>[] | null {
  let made: Set<string>[] = [new Set()];
  for (const choice of choices) {
    if (choice === null) return null;
    const known = new Map<string, Set<string>>();
    for (const before of made)
      for (const each of choice) {
        const both = new Set([...before, ...each]);
        known.set([...both].sort().join("\n"), both);
      }
    if (known.size > most) return null;
    made = [...known.values()];
  }
  return made;
}
