import { describe, expect, test } from "@jest/globals";
import { isStrategyId, strategies } from "../../src/engine/strategies/index.ts";
import type { Candidate } from "../../src/engine/strategies/strategy.ts";

const candidate = (repId: string, parts: Partial<Candidate> = {}): Candidate => ({
  repId,
  weight: 1,
  share: 1 / 3,
  credit: 0,
  load: 0,
  busy: 0,
  capacity: 30,
  seniority: 1,
  ...parts,
});

const turn = { leadId: "lead-1", poolId: "dach", contactAt: () => 0, givenAt: () => 0 };

const choosing = Object.entries(strategies).flatMap(([name, strategy]) =>
  strategy.choose === null ? [] : [[name, strategy] as const],
);

describe.each(choosing)("%s", (_, strategy) => {
  const three = [candidate("a", { load: 3 }), candidate("b"), candidate("c", { load: 9 })] as const;

  test("chooses one of its candidates, the same one every time", () => {
    const first = strategy.choose(three, turn);
    expect(three.map(({ repId }) => repId)).toContain(first.repId);
    expect(strategy.choose(three, turn)).toEqual(first);
  });

  test("chooses the only one there is", () => {
    expect(strategy.choose([candidate("a", { credit: -5, load: 29 })], turn).repId).toBe("a");
  });

  test("has a label and gives a reason", () => {
    expect([strategy.label, strategy.choose(three, turn).because]).not.toContain("");
  });
});

describe("smooth weighted", () => {
  const { weigh } = strategies.smooth_weighted;

  test.each([
    [0, 1],
    [15, 0.5],
    [29, 1 / 30],
  ])("with a load of %d of 30 the weight counts %d times", (load, expected) => {
    expect(weigh?.({ weight: 1, busy: load, capacity: 30 })).toBeCloseTo(expected, 10);
  });

  test("who is owed a whole lead goes first, whatever their share", () => {
    const owed = [candidate("a", { credit: 0.5, share: 0.9 }), candidate("b", { credit: 1.45, share: 0.1 })] as const;
    expect(strategies.smooth_weighted.choose(owed, turn).repId).toBe("b");
  });
});

describe("equals", () => {
  test("the most recent contact comes first, and before seniority who has been without a lead for longest", () => {
    const heavy = [candidate("a"), candidate("b", { load: 9 })] as const;
    const senior = [candidate("a", { seniority: 3 }), candidate("b")] as const;
    const contactAt = (repId: string) => (repId === "b" ? 1 : 0);
    const givenAt = (repId: string) => (repId === "a" ? 1 : 0);

    expect([
      strategies.round_robin.choose(heavy, { ...turn, contactAt }),
      strategies.round_robin.choose(senior, { ...turn, givenAt }),
    ]).toEqual([
      { repId: "b", because: "credit-then-contact" },
      { repId: "b", because: "credit-then-longest" },
    ]);
  });

  test("the lower load ratio is first, then the more senior", () => {
    const byLoad = [candidate("a", { load: 6, capacity: 30 }), candidate("b", { load: 8, capacity: 60 })] as const;
    const bySeniority = [candidate("a"), candidate("b", { seniority: 2 })] as const;

    expect([strategies.round_robin.choose(byLoad, turn), strategies.round_robin.choose(bySeniority, turn)]).toEqual([
      { repId: "b", because: "credit-then-load" },
      { repId: "b", because: "credit-then-seniority" },
    ]);
  });

  test("at last a draw by the lead's id, which favours nobody", () => {
    const drawn = Array.from({ length: 3000 }, (_, at) => {
      const three = [candidate("a"), candidate("b"), candidate("c")] as const;
      return strategies.lowest_load.choose(three, { ...turn, leadId: `lead-${at}` }).repId;
    });

    const counts = ["a", "b", "c"].map((repId) => drawn.filter((one) => one === repId).length);
    expect(Math.min(...counts)).toBeGreaterThan(900);
  });
});

test.each([
  ["smooth_weighted", true],
  ["claim", true],
  ["constructor", false],
])("%s is a strategy: %s", (name, known) => {
  expect(isStrategyId(name)).toBe(known);
});

describe("highest effective weight", () => {
  const { choose } = strategies.highest_effective_weight;
  const heavy = (load: number) => candidate("heavy", { weight: 3, load });

  test.each([
    [0, "heavy"],
    [19, "heavy"],
    // 3 × (1 − 20 ÷ 30) = 1: as much as the other, who is less loaded.
    [20, "light"],
    [21, "light"],
  ])("with a load of %i of 30, somebody of weight 3 beside one of weight 1: %s", (load, expected) => {
    expect(choose([heavy(load), candidate("light")], turn).repId).toBe(expected);
  });
});
