import { linesOf } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { show } from "./show.ts";
import { numbersAround } from "./value-cells.ts";

const score = "lead.score";

/** Scores for which some lead is taken by no tier rule, and so is T3 without the policy saying so. */
export const scoreGap: Lint = {
  severity: "warning",
  label: "scores that no tier rule takes",
  find(input) {
    const { policy, solver } = input;
    const lines = policy.tiers.flatMap(({ when }) => linesOf(when)).filter(({ field }) => field === score);
    const bounds = lines
      .flatMap(({ value }) => (Array.isArray(value) ? value : [value]))
      .filter(Number.isFinite)
      .map(Number);
    if (bounds.length === 0) return [];
    const rules = policy.tiers.map(({ when }) => when);
    const untaken = numbersAround(bounds).map((at) => ({
      at,
      answer: solver.solve({ field: score, operator: "between", value: [at, at] }, rules),
    }));
    return bandsOf(
      untaken.map(({ at, answer }) => ({ at, isUntaken: answer.kind === "holds" })),
      bounds,
    ).map((band) => {
      const found = untaken.find(({ at }) => at === band.at)?.answer;
      return foundOf(input, band.words, found?.kind === "holds" ? found.lead : null);
    });
  },
};

function foundOf(input: LintInput, words: string, lead: Parameters<typeof show>[1] | null): Found {
  const message = `no tier rule takes every lead with a score ${words}: what is left is T3; say so with a rule, or close the gap`;
  return { message, rules: ["tiers"], witness: lead === null ? null : show(input, lead) };
}

/** Neighbours together. */
function bandsOf(
  cells: readonly { at: number; isUntaken: boolean }[],
  bounds: readonly number[],
): { at: number; words: string }[] {
  const bands: { first: number; last: number; at: number }[] = [];
  for (const [index, { at, isUntaken }] of cells.entries()) {
    if (!isUntaken) continue;
    const open = bands.at(-1);
    if (open !== undefined && open.last === index - 1) open.last = index;
    else bands.push({ first: index, last: index, at });
  }
  const isBound = (at: number | undefined): boolean => at !== undefined && bounds.includes(at);
  return bands.map(({ first, last, at }) => {
    const [low, high] = [cells[first]?.at, cells[last]?.at];
    const from = isBound(low) ? `from ${low}` : first === 0 ? "" : `above ${cells[first - 1]?.at}`;
    const to = isBound(high) ? `up to ${high}` : last === cells.length - 1 ? "" : `below ${cells[last + 1]?.at}`;
    return { at, words: low === high && isBound(low) ? `of ${low}` : [from, to].filter(Boolean).join(" and ") };
  });
}
