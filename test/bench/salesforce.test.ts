import { expect, describe as group, test } from "@jest/globals";
import { describe, run } from "../../scripts/bench/burst.ts";
import { goalsOfBurst } from "../../scripts/bench/goals.ts";
import type { Side } from "../../scripts/bench/measure.ts";
import { missedGoals } from "../../scripts/bench/rounds.ts";
import { run as runTrickle } from "../../scripts/bench/trickle.ts";

const usual = { crm: "salesforce", seed: 1, automationMs: 0, streams: null } as const;

test("a small burst: all leads have their owners and one task each, by far fewer calls than the naive client's six a lead", async () => {
  const result = await run({ ...usual, leads: 40, warmUpLeads: 5, naiveLeads: 10, factor: 5, automationMs: 1 });

  expect(result.ours).toMatchObject({ leads: 40, tasks: 40, duplicates: 0, unassigned: 0, refused: 0 });
  expect(result.ours.callsPerLead).toBeLessThan(1);
  expect(result.naive).toMatchObject({ callsPerLead: 6, duplicates: 0, unassigned: 0, sampledLeads: 10 });
  expect(result.missed).toEqual([]);
  expect(describe(result)).toContain("REQUEST_LIMIT_EXCEEDED");
}, 120_000);

test("a trickle: a lead alone is read once and written once", async () => {
  const { ours, naive } = await runTrickle({ ...usual, leads: 2 });

  expect(ours).toMatchObject({ callsPerLead: 2, tasks: 2, duplicates: 0, unassigned: 0 });
  expect(naive.callsPerLead).toBe(6);
}, 120_000);

group("the bounds of a burst", () => {
  const side = (figures: Partial<Side>): Side => ({
    ...{ leads: 10_000, calls: 150, callsPerLead: 0.015, beside: {}, refused: 0, budgetUsed: null },
    ...{ ownerP50Ms: 2_900, ownerP99Ms: 5_000, t1P50Ms: null, t1P99Ms: null, lastOwnerMs: 5_000, doneMs: 5_000 },
    ...{ tasks: 10_000, duplicates: 0, unassigned: 0, ...figures },
  });
  const missed = (figures: Partial<Side>, automationMs = 0, streams: number | null = null) =>
    missedGoals(goalsOfBurst(side(figures), { crm: "salesforce", automationMs, streams }));

  test("are three seconds without automation, and a call for sixty leads", () => {
    expect(missed({})).toEqual([]);
    expect(missed({ ownerP50Ms: 3_001, callsPerLead: 0.0161 })).toEqual([
      "calls per lead 0.0161, goal ≤ 0.016: MISSED",
      "owner p50, ms 3001, goal ≤ 3000: MISSED",
    ]);
  });

  test("grow with the automation of each lead, and shrink with the streams", () => {
    // 10,000 leads of 50 ms in four streams take 125 s.
    expect(missed({ ownerP50Ms: 75_000, ownerP99Ms: 143_750 }, 50)).toEqual([]);
    expect(missed({ ownerP50Ms: 75_001, ownerP99Ms: 143_751 }, 50)).toHaveLength(2);
    expect(missed({ ownerP50Ms: 75_000, ownerP99Ms: 143_750 }, 50, 8)).toHaveLength(2);
  });

  test("no call is refused, and no lead is left or served twice", () => {
    expect(missed({ refused: 1, unassigned: 1 })).toHaveLength(2);
  });
});
