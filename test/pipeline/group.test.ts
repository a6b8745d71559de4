import { expect, test } from "@jest/globals";
import { createGroup } from "../../src/pipeline/group.ts";

test("of a group that fails, only the item fails that fails alone too", async () => {
  const runs: string[][] = [];
  const ask = createGroup<string>({
    atMost: 4,
    async run(items) {
      runs.push([...items]);
      await Promise.resolve();
      if (items.includes("bad")) throw new Error("no");
    },
  });
  const answers = await Promise.allSettled(["first", "a", "bad", "b"].map(ask));
  expect(runs).toEqual([["first"], ["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("groups run side by side as far as they may, and the next begins when one of them ends", async () => {
  const begun: string[][] = [];
  const ends: (() => void)[] = [];
  const ask = createGroup<string>({
    atMost: 2,
    sideBySide: 2,
    run: (items) => {
      begun.push([...items]);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  const answers = ["a", "b", "c", "d", "e"].map(ask);
  expect(begun).toEqual([["a"], ["b"]]);
  ends[1]?.();
  await settled();
  expect(begun).toEqual([["a"], ["b"], ["c", "d"]]);
  for (const end of ends) end();
  await settled();
  for (const end of ends) end();
  await Promise.all(answers);
  expect(begun).toEqual([["a"], ["b"], ["c", "d"], ["e"]]);
});

test("one that looks around first takes along what the same turn of the event loop brings", async () => {
  const groups: string[][] = [];
  const run = async (items: readonly string[]) => void groups.push([...items]);
  const ask = createGroup<string>({ atMost: 10, run, lookAround: true });
  const first = ask("first");
  await Promise.resolve();
  await Promise.all([first, ask("second"), ask("third")]);
  expect(groups).toEqual([["first", "second", "third"]]);
});
