import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Golden } from "./read-goldens.ts";
import { shortStep } from "./short-trace.ts";

/** What a golden lead came to; no difference: it passes. */
export type GoldenResult = { golden: Golden; decision: Decision; differences: readonly string[] };

/** Decides each golden lead and compares. */
export function runGoldens(goldens: readonly Golden[]): GoldenResult[] {
  return goldens.map((golden) => {
    const { decision } = decide(golden.shared, golden.facts, golden.state);
    return { golden, decision, differences: differencesOf(golden, decision) };
  });
}

function differencesOf(golden: Golden, { outcome, trace, marks }: Decision): string[] {
  return [
    ...partsThatDiffer(golden.outcome, outcome),
    ...(golden.trace === null ? [] : linesThatDiffer("trace", golden.trace, trace.map(shortStep))),
    ...(golden.marks === null ? [] : linesThatDiffer("marks", golden.marks, marks)),
  ];
}

function partsThatDiffer(expected: object, actual: object): string[] {
  const [wanted, got] = [toParts(expected), toParts(actual)];
  return [...new Set([...wanted.keys(), ...got.keys()])]
    .filter((part) => wanted.get(part) !== got.get(part))
    .map((part) => `outcome.${part}: expected ${wanted.get(part) ?? "none"}, got ${got.get(part) ?? "none"}`);
}

/** Parts of parts by their own names: `held.until`. */
const toParts = (outcome: object): Map<string, string> =>
  new Map(
    Object.entries(outcome).flatMap(([part, value]: [string, unknown]): [string, string][] => {
      if (value === undefined) return [];
      if (typeof value !== "object" || value === null) return [[part, String(value)]];
      return [...toParts(value)].map(([inner, text]) => [`${part}.${inner}`, text]);
    }),
  );

/** The lines of both, `-` before what was expected and is not there, `+` before what is there and was not expected. */
function linesThatDiffer(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  if (expected.length === actual.length && expected.every((line, at) => line === actual[at])) return [];
  return [`${what}:`, ...merged(expected, actual).map((line) => `  ${line}`)];
}

/** By their longest common subsequence. */
function merged(expected: readonly string[], actual: readonly string[]): string[] {
  const common = Array.from({ length: expected.length + 1 }, () => new Array<number>(actual.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = expected.length - 1; i >= 0; i -= 1)
    for (let j = actual.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row !== undefined)
        row[j] = expected[i] === actual[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < actual.length) {
    if (i < expected.length && expected[i] === actual[j]) {
      lines.push(`  ${expected[i]}`);
      i += 1;
      j += 1;
    } else if (i < expected.length && (j >= actual.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`- ${expected[i]}`);
      i += 1;
    } else {
      lines.push(`+ ${actual[j]}`);
      j += 1;
    }
  }
  return lines;
}
