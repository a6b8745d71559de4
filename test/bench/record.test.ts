import { expect, test } from "@jest/globals";
import { run, describe as tell } from "../../scripts/bench/record.ts";
import { testServer } from "../store/database.ts";

// Five seconds of work, most of it the embedded database being made; a crowded machine takes a multiple of that.
const patienceMs = 120_000;

(testServer === undefined ? test.skip : test)(
  "a tiny run of record records everything, as small with 200 reps",
  async () => {
    const result = await run({ leads: 100, rounds: 1 });

    // A warm-up of as many leads and three batches alone go with each: 2 × (100 + 300) decisions a side.
    const whole = { decisions: 800, operations: 1_600, timers: 1_600, followUps: 800 };
    expect(result.rows).toEqual({ pglite20: whole, pglite200: whole, postgres20: whole, postgres200: whole });
    expect(result.sides.postgres200.bytes).toBe(result.sides.pglite200.bytes);
    expect(result.sides.postgres200.mostBytes).toBeLessThanOrEqual(4_096);
    expect(result.ratioBytes).toBeLessThanOrEqual(1.01);
    expect(tell(result)).toContain("(ratioBytes)");
  },
  patienceMs,
);
