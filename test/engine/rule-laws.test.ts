import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import type { Condition, Policy } from "../../src/engine/policy.ts";
import { rulesOf } from "../../src/engine/policy-rules.ts";
import { readLead } from "../../src/engine/read-lead.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { seededRandom } from "../builders.ts";
import { type RandomWorld, randomWorld } from "./random-world.ts";

// What the order of rules means: the first that holds counts, and nothing else about the order does.

const seeds = Array.from({ length: 2_000 }, (_, at) => at + 1);

const answer = ({ shared, leads, state }: RandomWorld): string =>
  JSON.stringify(decideAll(shared, leads, state).decisions);

const withPolicy = (world: RandomWorld, parts: Partial<Policy>): RandomWorld => ({
  ...world,
  shared: { ...world.shared, policy: { ...world.shared.policy, ...parts } },
});

const scoreBetween = (least: number, most: number): Condition => ({
  field: "lead.score",
  operator: "between",
  value: [least, most],
});

/** In any order, no two hold for one lead. */
const disjoint = (random: () => number): Policy["tiers"] => {
  const bounds = [0, ...Array.from({ length: 6 }, () => Math.floor(random() * 100)), 100].sort((a, b) => a - b);
  return bounds.slice(1).map((bound, at) => ({
    tier: (["T1", "T2", "T3", "nurture"] as const)[at % 4] ?? "T3",
    because: `band-${at}`,
    when: scoreBetween((bounds[at] ?? 0) + 0.5, bound + 0.4),
  }));
};

const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

test("rules of disjoint conditions may stand in any order", () => {
  const changed = seeds.filter((seed) => {
    const random = seededRandom(seed);
    const tiers = disjoint(random);
    const world = randomWorld(seed);
    return answer(withPolicy(world, { tiers })) !== answer(withPolicy(world, { tiers: shuffled(tiers, random) }));
  });

  expect(changed).toEqual([]);
});

test("a rule below those that match changes nothing, whatever it asks", () => {
  let below = 0;
  const changed = seeds.filter((seed) => {
    const random = seededRandom(seed);
    const world = randomWorld(seed);
    const { policy, now } = world.shared;
    const { gates, tiers } = rulesOf(policy);
    const read = (facts: LeadFacts): LeadFacts => readLead(policy, facts, now).facts;
    const leads = world.leads.filter((facts) => tiers.first(read(facts), now) >= 0);
    const lowest = (of: typeof tiers): number => Math.max(-1, ...leads.map((facts) => of.first(read(facts), now)));
    const rule = { when: { not: scoreBetween(-1, Math.floor(random() * 100)) }, because: "added" } as const;
    const after = lowest(tiers) + 1;
    const added = {
      tiers: [...policy.tiers.slice(0, after), { ...rule, tier: "nurture" as const }, ...policy.tiers.slice(after)],
      // Where no gate holds for a lead, one that is added would be below no match.
      gates: leads.every((facts) => gates.first(read(facts), now) >= 0)
        ? [...policy.gates, { ...rule, name: "added" }]
        : policy.gates,
    };
    below += leads.length;
    return answer({ ...world, leads }) !== answer(withPolicy({ ...world, leads }, added));
  });

  expect(changed).toEqual([]);
  expect(below).toBeGreaterThan(1_000);
});

test("a rule above those that match is one that counts", () => {
  const always: Condition = { field: "lead.stage", operator: "known", value: null };
  const world = randomWorld(1);
  const tiers = [{ tier: "nurture" as const, because: "above", when: always }, ...world.shared.policy.tiers];

  expect(answer(withPolicy(world, { tiers }))).not.toBe(answer(world));
});
