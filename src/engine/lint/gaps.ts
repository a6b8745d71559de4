import { segmentFor } from "../narrowing.ts";
import { linesOf, type Policy } from "../policy.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import { numbersAround } from "./value-cells.ts";
import { leadWith } from "./witness.ts";

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
      return scoreGapOf(input, band.words, found?.kind === "holds" ? found.lead : null);
    });
  },
};

function scoreGapOf(input: LintInput, words: string, lead: Parameters<typeof show>[1] | null): Found {
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

/** Sizes between two segments that neither covers: leads of such companies are narrowed to no specialists. */
export const segmentGap: Lint = {
  severity: "warning",
  label: "sizes of companies between two segments that none covers",
  find(input) {
    if (!input.policy.stages.includes("segment")) return [];
    return gapsOf(input.policy).map((gap) => segmentGapOf(input, gap));
  },
};

type Gap = { below: string; above: string; from: number; to: number };

/** Those at either end may be meant: a policy need not have segments for all sizes. */
function gapsOf({ segments }: Policy): Gap[] {
  const bySize = [...segments].sort((a, b) => (a.min ?? 0) - (b.min ?? 0));
  return bySize.slice(1).flatMap((above, at): Gap[] => {
    const below = bySize[at];
    if (below === undefined || below.max === null || above.min === null || above.min - below.max <= 1) return [];
    return [{ below: below.name, above: above.name, from: below.max + 1, to: above.min - 1 }];
  });
}

function segmentGapOf(input: LintInput, { below, above, from, to }: Gap): Found {
  const sizes = from === to ? `${from} employees` : `${from} to ${to} employees`;
  const lead = routableLead(input);
  const facts = lead === null ? null : leadWith(lead, new Map([["lead.employees", String(from)]]));
  const isInNone = facts !== null && segmentFor(input.policy, facts).segment === null;
  return {
    message: `no segment covers companies of ${sizes}, between "${below}" and "${above}": their leads go to everybody of the pool`,
    rules: [`segment "${below}"`, `segment "${above}"`],
    witness: facts !== null && isInNone ? show(input, facts) : null,
  };
}
