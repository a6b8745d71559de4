import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readMutationOptions } from "../../scripts/chaos/mutation-options.ts";
import { copyWithPatch } from "../../scripts/patched-copy.ts";

const folder = join(import.meta.dirname, "../mutations");

test("each build that is broken on purpose can still be made from this code", async () => {
  const patches = (await readdir(folder)).sort();
  expect(patches).toEqual([
    "blind-retry-of-task.patch",
    "ledger-outside-transaction.patch",
    "no-directory-lock.patch",
    "no-fencing-check.patch",
    "no-inbox-key.patch",
    "no-timers.patch",
  ]);
  const poison = join(import.meta.dirname, "../faults/poison.patch");
  for (const patch of [...patches.map((name) => join(folder, name)), poison]) {
    const copy = await copyWithPatch(patch);
    await copy.remove();
  }
});

test("the faults that are wanted are handed on to each run", () => {
  const known = ["no-inbox-key", "no-fencing-check"];
  expect(readMutationOptions(["--seed", "3", "--only", "SIGSTOP until", "no-fencing-check"], known)).toEqual({
    names: ["no-fencing-check"],
    run: { seed: 3, only: "SIGSTOP until" },
  });
  expect(readMutationOptions([], known)).toEqual({ names: [], run: { seed: 1, only: "" } });
  expect(readMutationOptions(["--help"], known)).toBeNull();
  expect(readMutationOptions(["--seed", "zero"], known)).toBeNull();
  expect(readMutationOptions(["--speed", "3"], known)).toBeNull();
  expect(readMutationOptions(["no-such-build"], known)).toBeNull();
});
