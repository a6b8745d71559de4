import { expect, test } from "@jest/globals";
import { backoffMs } from "../../src/jobs/backoff.ts";

const usual = { firstMs: 1_000, maxMs: 60_000, chance: 1 };

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [7, 60_000],
  [5_000, 60_000],
])("after failure %i the wait is at most %i ms", (attempt, waitMs) => {
  expect(backoffMs({ ...usual, attempt })).toBe(waitMs);
});

test("half of the wait is certain", () => {
  expect(backoffMs({ ...usual, attempt: 3, chance: 0 })).toBe(2_000);
});
