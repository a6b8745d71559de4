import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeOutput } from "../../src/cli/open-output.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "open-output-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a file is written anew", async () => {
  const file = join(folder, "a.csv");
  await writeOutput(file, "long, long");
  await writeOutput(file, "short");
  expect(await readFile(file, "utf8")).toBe("short");
});

test("of a folder that is not there the folder is told", async () => {
  await expect(writeOutput(join(folder, "none", "a.csv"), "x")).rejects.toThrow(
    `There is no folder ${join(folder, "none")} to write a.csv in: make it first, or name another place.`,
  );
});
