import { availableParallelism } from "node:os";
import { evaluate } from "../../src/engine/conditions.ts";
import { decideAll } from "../../src/engine/decide.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { compileRules, itemsOf, type RuleSet } from "../../src/engine/rule-set.ts";
import type { State } from "../../src/engine/snapshot.ts";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";
import { aroundTheClock } from "../around-the-clock.ts";
import { type Rival, rivals } from "./engine-rivals.ts";
import { asCondition, type BenchLead, type BenchRule, createLeads, createRules, now } from "./engine-world.ts";
import { rounded } from "./measure.ts";
import { createFacts, repsOf, sharedOf } from "./record-world.ts";
import { type Goal, goalLine, missedGoals, type Spread, spreadOf, spreadText } from "./rounds.ts";

export type EngineOptions = { seed: number; leads: number; rounds: number };

export type EngineResult = {
  bench: "engine";
  /** Decisions a second by name: ours first, then a plain interpreter of the same rules, then the packages. */
  sides: Record<string, Spread>;
  /** Ours with the trace on ÷ the fastest package, the median over the rounds. */
  ratioToBest: number;
  best: string;
  /** A decision among 4,000 rules ÷ one among 40. */
  ratioRules: number;
  /** The whole default policy with 200 reps: decisions a second. */
  wholePolicy: Spread;
  missed: string[];
  leads: number;
  rounds: number;
  node: string;
  cores: number;
  date: string;
};

const few = { count: 40, words: 3, fewestWords: 0, share: 0.25, refuses: 0.25 };
const many = { count: 4_000, words: 4, fewestWords: 20, share: 0, refuses: 0 };
const manyLeads = 5_000;
const policyLeads = 10_000;
/** A server has decided more than that before anybody looks at it: until then much of the code is not compiled yet. */
const warmUps = 5;
const reps = 200;
/** A fast side goes on with the next shares of the leads, so that no round is over in an instant. */
const leastMs = 150;

/** Our rules beside those of other packages, on the same leads in the same process; throws when two disagree. */
export async function run({ seed, leads: count, rounds }: EngineOptions): Promise<EngineResult> {
  // Before there is anything else in memory: a server has no other engines in it.
  const whole = await wholePolicy(rounds);
  const rules = createRules(few, seed);
  const leads = createLeads(rules, count, seed);
  const set = compileRules(rules.map(asCondition));
  checkReasons(rules, leads.slice(0, 1_000), set);
  const sides = sidesOf(rules, set);
  const largeRules = createRules(many, seed);
  const largeLeads = createLeads(largeRules, manyLeads, seed);
  const large = { set: compileRules(largeRules.map(asCondition)), leads: largeLeads };

  const speeds: Record<string, number[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const shares = sharesOf(leads, { rounds, from: round });
    const names = Object.keys(sides);
    for (const name of round % 2 === 0 ? names : names.toReversed())
      speeds[name]?.push(await speedOf(name, sides[name], shares));
    const small = speeds[ours]?.at(-1) ?? 0;
    ratios.push(small / (await speedOf("4,000 rules", firstOf(large.set), [large.leads])));
  }
  return summary({ speeds, ratios, whole }, { leads: count, rounds });
}

const ours = "Baton";
const traced = "Baton, trace on";
const interpreted = "plain interpreter";

const firstOf =
  (set: RuleSet): Rival =>
  async (leads) =>
    leads.map(({ facts }) => set.first(facts, now));

function sidesOf(rules: readonly BenchRule[], set: RuleSet): Record<string, Rival> {
  const conditions = rules.map(asCondition);
  return {
    [ours]: firstOf(set),
    [traced]: async (leads) => leads.map(({ facts }) => set.match(facts, now).index),
    [interpreted]: async (leads) =>
      leads.map(({ facts }) => conditions.findIndex((when) => evaluate(when, facts, now))),
    ...Object.fromEntries(Object.entries(rivals).map(([name, make]) => [name, make(rules)])),
  };
}

/** As many shares of the leads as there are rounds, that of this round first. */
function sharesOf(leads: readonly BenchLead[], { rounds, from }: { rounds: number; from: number }): BenchLead[][] {
  const size = leads.length / rounds;
  return Array.from({ length: rounds }, (_, at) => {
    const share = (from + at) % rounds;
    return leads.slice(share * size, (share + 1) * size);
  });
}

/** Decisions a second. Throws when a lead's first match is another than the one that it was made for. */
async function speedOf(name: string, side: Rival | undefined, shares: readonly BenchLead[][]): Promise<number> {
  if (side === undefined) throw new Error(`There is no side ${name}.`);
  const answers: [leads: readonly BenchLead[], found: readonly number[]][] = [];
  const startedAt = performance.now();
  let done = 0;
  for (let at = 0; at === 0 || performance.now() - startedAt < leastMs; at += 1) {
    const leads = shares[at % shares.length] ?? [];
    answers.push([leads, await side(leads)]);
    done += leads.length;
  }
  const ms = performance.now() - startedAt;
  for (const [leads, found] of answers) checkAnswers(name, leads, found);
  return Math.round((done / ms) * 1_000);
}

function checkAnswers(name: string, leads: readonly BenchLead[], found: readonly number[]): void {
  const wrong = leads.findIndex((lead, at) => lead.first !== found[at]);
  if (wrong >= 0)
    throw new Error(`${name} found rule ${found[wrong]} for a lead whose first match is ${leads[wrong]?.first}.`);
}

/** Each reason that the trace gives is one: by the plain interpreter, that item fails, and no rule before the match holds. */
function checkReasons(rules: readonly BenchRule[], leads: readonly BenchLead[], set: RuleSet): void {
  for (const { facts, first } of leads) {
    const match = set.match(facts, now);
    const { index } = match;
    const failed = set.failedItems(match);
    const passed = rules.slice(0, index === -1 ? rules.length : index).map(asCondition);
    const isRight = passed.every((rule, at) => {
      const item = itemsOf(rule)[failed[at] ?? -1];
      return item !== undefined && !evaluate(item, facts, now);
    });
    if (index !== first || failed.length !== passed.length || !isRight)
      throw new Error(`The trace of lead ${facts.lead.id} blames a condition that holds.`);
  }
}

/** Everything that the shipped policy says, for 200 reps whom no load fills, in batches of a hundred leads. */
async function wholePolicy(rounds: number): Promise<number[]> {
  const at = new Date();
  const policy = parsePolicy(aroundTheClock(await readStartingPolicy(null)));
  const shared = sharedOf(policy, repsOf(reps, at), at);
  const factsOf = createFacts({ policy, now: at });
  const facts = Array.from({ length: policyLeads }, (_, index) => factsOf(index));
  const speed = (): number => {
    const startedAt = performance.now();
    let state: State = { credits: {}, load: {} };
    for (let from = 0; from < facts.length; from += 100) {
      const { after } = decideAll(shared, facts.slice(from, from + 100), state);
      // What other leads of the same person or account became is read for each batch anew.
      state = { credits: after.credits, load: after.load, recent: after.recent ?? {} };
    }
    return Math.round((facts.length / (performance.now() - startedAt)) * 1_000);
  };
  for (let pass = 0; pass < warmUps; pass += 1) speed();
  return Array.from({ length: rounds }, speed);
}

type Measured = { speeds: Record<string, number[]>; ratios: number[]; whole: number[] };

function summary({ speeds, ratios, whole }: Measured, about: { leads: number; rounds: number }): EngineResult {
  const sides = Object.fromEntries(Object.entries(speeds).map(([name, values]) => [name, spreadOf(values)]));
  const [best = ""] = Object.keys(rivals).sort((a, b) => (sides[b]?.median ?? 0) - (sides[a]?.median ?? 0));
  const toBest = (speeds[traced] ?? []).map((speed, round) => speed / (speeds[best]?.[round] ?? 1));
  const result = {
    bench: "engine" as const,
    sides,
    best,
    ratioToBest: rounded(spreadOf(toBest).median, 1),
    ratioRules: rounded(spreadOf(ratios).median, 2),
    wholePolicy: spreadOf(whole),
    ...about,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
  };
  return { ...result, missed: missedGoals(goalsOf(result)) };
}

const goalsOf = ({ sides, ratioToBest, ratioRules, wholePolicy: whole }: Omit<EngineResult, "missed">): Goal[] => [
  { name: "trace on ÷ the fastest package (ratioToBest)", value: ratioToBest, atLeast: 10 },
  { name: "decisions/s without the trace", value: sides[ours]?.median ?? 0, atLeast: 500_000 },
  { name: "a decision among 4,000 rules ÷ among 40 (ratioRules)", value: ratioRules, atMost: 3 },
  { name: "decisions/s by the default policy with 200 reps", value: whole.median, atLeast: 50_000 },
];

export function describe(result: EngineResult): string {
  const { sides, best, wholePolicy: whole, leads, rounds, cores } = result;
  return [
    `40 rules of 5 conditions, ${leads} leads over ${rounds} rounds there and back: median (least–most) of one process on ${cores} cores; every answer was the same.`,
    "",
    `${"".padEnd(28)}decisions/s`,
    ...Object.entries(sides).map(([name, spread]) => `${name.padEnd(28)}${spreadText(spread)}`),
    `${"default policy, 200 reps".padEnd(28)}${spreadText(whole)}`,
    "",
    `the fastest package: ${best}`,
    ...goalsOf(result).map(goalLine),
  ].join("\n");
}
