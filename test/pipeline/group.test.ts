import { expect, test } from "@jest/globals";
import { createGroup } from "../../src/pipeline/group.ts";

test("of a group that fails, only the item fails that fails alone too", async () => {
  const runs: string[][] = [];
  const ask = createGroup<string>(4, async (items) => {
    runs.push([...items]);
    await Promise.resolve();
    if (items.includes("bad")) throw new Error("no");
  });
  const answers = await Promise.allSettled(["first", "a", "bad", "b"].map(ask));
  expect(runs).toEqual([["first"], ["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
});

test("between two groups the process looks at its sockets, and what comes in meanwhile is one group", async () => {
  const runs: string[][] = [];
  const ask = createGroup<string>(10, async (items) => void runs.push([...items]));
  const asked = [ask("first")];
  await asked[0];
  await new Promise((resolve) => setImmediate(resolve));
  for (const item of ["second", "third"]) {
    asked.push(ask(item));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asked);
  expect(runs).toEqual([["first"], ["second", "third"]]);
});
