import { evaluate } from "../../src/engine/conditions.ts";
import type { Condition } from "../../src/engine/policy.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";

type Kind = { name: string; values: readonly string[] } | { name: string; most: number };

const of = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);

/** Twelve fields as a CRM has them: words of a few kinds, and numbers. */
const kinds: readonly Kind[] = [
  { name: "country", values: of("country", 30) },
  { name: "state", values: of("state", 50) },
  { name: "industry", values: of("industry", 20) },
  { name: "language", values: of("language", 8) },
  { name: "source", values: of("source", 10) },
  { name: "jobTitle", values: of("title", 40) },
  { name: "crm.product", values: of("product", 10) },
  { name: "crm.plan", values: of("plan", 4) },
  { name: "score", most: 100 },
  { name: "fitScore", most: 100 },
  { name: "employees", most: 5_000 },
  { name: "pageViews", most: 60 },
];

export type Line = { field: string; operator: "in" | "not_equals" | "gte"; value: string | number | readonly string[] };
export type BenchRule = readonly Line[];
/** A lead as each contestant gets it: the CRM's texts for ours, words and numbers for the others. */
export type BenchLead = { facts: LeadFacts; plain: Readonly<Record<string, string | number>>; first: number };

export const asCondition = (rule: BenchRule): Condition => ({ all: rule });
export const plainName = (field: string): string => field.slice("lead.".length).replace(".", "_");

/**
 * Of five conditions on five different fields, so many ask for words; `share` of a field's words that a rule takes, and
 * how often it refuses one word instead. Of thousands of rules each must be narrow, over fields of many words
 * (`fewestWords`), or the first would take all leads.
 */
export type Shape = { count: number; words: number; fewestWords: number; share: number; refuses: number };

export function createRules(shape: Shape, seed: number): BenchRule[] {
  const random = createRandom(seed);
  const words = kinds.filter((kind) => "values" in kind && kind.values.length >= shape.fewestWords);
  const numbers = kinds.filter((kind) => "most" in kind);
  const rules = new Map<string, BenchRule>();
  while (rules.size < shape.count) {
    const asked = [
      ...shuffled(words, random).slice(0, shape.words),
      ...shuffled(numbers, random).slice(0, 5 - shape.words),
    ];
    const rule = shuffled<Kind>(asked, random).map((kind) => lineOf(kind, shape, random));
    // One that asks for the same words as another may be hidden by it.
    rules.set(
      JSON.stringify(
        rule
          .filter(({ operator }) => operator === "in")
          .map(({ field, value }) => [field, value])
          .sort(),
      ),
      rule,
    );
  }
  return [...rules.values()];
}

function lineOf(kind: Kind, { share, refuses }: Shape, random: () => number): Line {
  const field = `lead.${kind.name}`;
  if ("most" in kind) return { field, operator: "gte", value: Math.round(kind.most * (0.5 + random() * 0.4)) };
  if (random() < refuses) return { field, operator: "not_equals", value: pick(kind.values, random) };
  const count = Math.max(1, Math.floor(kind.values.length * share));
  return { field, operator: "in", value: shuffled(kind.values, random).slice(0, count) };
}

/**
 * Leads whose first matches are spread evenly over all rules, and a fifth that none matches; throws when rules hide
 * each other so much that this cannot be.
 */
export function createLeads(rules: readonly BenchRule[], count: number, seed: number): BenchLead[] {
  const random = createRandom(seed);
  const conditions = rules.map(asCondition);
  const firstOf = (facts: LeadFacts) => conditions.findIndex((when) => evaluate(when, facts, now));
  return Array.from({ length: count }, (_, at) => {
    const wanted = at % 5 === 4 ? -1 : (at - Math.floor(at / 5)) % rules.length;
    for (let attempt = 0; attempt < 20_000; attempt += 1) {
      const lead = leadOf(at, wanted === -1 ? [] : (rules[wanted] ?? []), random);
      if (firstOf(lead.facts) === wanted) return { ...lead, first: wanted };
    }
    throw new Error(`No lead's first match is rule ${wanted}: these rules bunch, take another seed.`);
  });
}

export const now = "2026-11-20T09:00:00.000Z";

function leadOf(at: number, wanted: BenchRule, random: () => number): Omit<BenchLead, "first"> {
  const lines = new Map(wanted.map((line) => [line.field, line]));
  const values = kinds.map((kind) => [kind.name, valueFor(kind, lines.get(`lead.${kind.name}`), random)] as const);
  const facts: LeadFacts = {
    trigger: { qualifiedAt: now, round: 0, cause: "qualified", breachedBy: [] },
    lead: {
      id: String(at),
      ownerId: null,
      accountId: null,
      qualifiedAt: now,
      createdAt: now,
      fields: Object.fromEntries(values.map(([name, value]) => [name, String(value)])),
    },
    match: null,
    noMatchBecause: null,
    opportunities: [],
    ownerHistory: [],
    earlierAssignment: null,
  };
  return { facts, plain: Object.fromEntries(values.map(([name, value]) => [plainName(`lead.${name}`), value])) };
}

/** A value that the line takes, or any. */
function valueFor(kind: Kind, line: Line | undefined, random: () => number): string | number {
  if ("most" in kind) {
    const least = line === undefined ? 0 : Number(line.value);
    // 0 employees would be no number of employees.
    return Math.max(1, least) + Math.floor(random() * (kind.most - least));
  }
  const { value } = line ?? {};
  if (Array.isArray(value)) return pick(value as readonly string[], random);
  return pick(value === undefined ? kind.values : kind.values.filter((each) => each !== value), random);
}

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T;

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
