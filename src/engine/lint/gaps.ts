import { segmentFor } from "../narrowing.ts";
import { type Condition, linesOf, type Policy } from "../policy.ts";
import type { LeadFacts } from "../snapshot.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { admitting, routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import type { Answer } from "./solve.ts";
import { leadWith } from "./witness.ts";

/** Scores for which some lead is taken by no tier rule, and so is T3 without the policy saying so. */
export const scoreGap: Lint = {
  severity: "warning",
  label: "scores that no tier rule takes",
  find(input) {
    const { policy, solver } = input;
    const score = policy.qualification.score === "own" ? "lead.own.score" : "lead.score";
    const lines = policy.tiers.flatMap(({ when }) => linesOf(when)).filter(({ field }) => field === score);
    const bounds = lines
      .flatMap(({ value }) => (Array.isArray(value) ? value : [value]))
      .filter(Number.isFinite)
      .map(Number);
    const taken = [...policy.tiers, ...policy.gates].map(({ when }) => when);
    const spans = spansOf(bounds).map((span) => ({
      span,
      answer: solver.solve({ all: [within(score, span), ...admitting(policy)] }, taken),
    }));
    return bandsOf(spans).map(({ first, last, lead }) => ({
      message: `no tier rule takes every lead with a score ${bandInWords(first, last)}: what is left is T3; say so with a rule, or close the gap`,
      rules: ["tiers"],
      witness: show(input, lead),
    }));
  },
};

/** A bound, or what is between two of them; null: no end. */
type Span = { above: number | null; below: number | null } | { at: number };

function spansOf(bounds: readonly number[]): Span[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const first = sorted[0];
  if (first === undefined) return [];
  return [
    { above: null, below: first },
    ...sorted.flatMap((at, place): Span[] => [{ at }, { above: at, below: sorted[place + 1] ?? null }]),
  ];
}

function within(field: string, span: Span): Condition {
  if ("at" in span) return { field, operator: "between", value: [span.at, span.at] };
  const { above, below } = span;
  return {
    all: [
      ...(above === null ? [] : [{ field, operator: "gt" as const, value: above }]),
      ...(below === null ? [] : [{ field, operator: "lt" as const, value: below }]),
    ],
  };
}

type Band = { first: Span; last: Span; lead: LeadFacts };

/** Neighbours together. One of which nobody can say belongs to a band that goes on behind it. */
function bandsOf(spans: readonly { span: Span; answer: Answer }[]): Band[] {
  const bands: Band[] = [];
  let open: Band | undefined;
  for (const { span, answer } of spans) {
    if (answer.kind === "never") open = undefined;
    if (answer.kind !== "holds") continue;
    if (open === undefined) {
      open = { first: span, last: span, lead: answer.lead };
      bands.push(open);
    }
    open.last = span;
  }
  return bands;
}

function bandInWords(first: Span, last: Span): string {
  if (first === last && "at" in first) return `of ${first.at}`;
  const from = "at" in first ? `from ${first.at}` : first.above === null ? "" : `above ${first.above}`;
  const to = "at" in last ? `up to ${last.at}` : last.below === null ? "" : `below ${last.below}`;
  return [from, to].filter(Boolean).join(" and ");
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
