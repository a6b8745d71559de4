import { expect, test } from "@jest/globals";
import { alternate, goalLine, missedGoals, spreadOf } from "../../scripts/bench/rounds.ts";

test("sides take turns there and back, so that none is always the first", async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  expect(await alternate(3, { a: side("a"), b: side("b") })).toEqual([
    { a: 1, b: 2 },
    { b: 3, a: 4 },
    { a: 5, b: 6 },
  ]);
  expect(order).toEqual(["a", "b", "b", "a", "a", "b"]);
});

test("a spread is the middle and both ends", () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

test.each([
  ["at least, reached", { name: "x", value: 2, atLeast: 2 }, []],
  ["at least, missed", { name: "x", value: 1.9, atLeast: 2 }, ["x 1.9, goal ≥ 2: MISSED"]],
  ["at most, kept", { name: "x", value: 3, atMost: 3 }, []],
  ["at most, missed", { name: "x", value: 3.1, atMost: 3 }, ["x 3.1, goal ≤ 3: MISSED"]],
  ["no figure at all", { name: "x", value: Number.NaN, atLeast: 2 }, ["x NaN, goal ≥ 2: MISSED"]],
])("a goal: %s", (_what, goal, missed) => {
  expect(missedGoals([goal])).toEqual(missed);
  expect(goalLine(goal).endsWith("met")).toBe(missed.length === 0);
});
