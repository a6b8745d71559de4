import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeRecorded } from "../../src/cli/write-golden.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "golden-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("a recorded golden lead has a file of its own, which nothing overwrites", async () => {
  const file = await writeRecorded(directory, "d1", ["{", "}"]);
  expect(file).toBe(join(directory, "recorded", "d1.json"));
  await expect(writeRecorded(directory, "d1", ["other"])).rejects.toThrow(
    "d1.json is there already, and stays as it is",
  );
  expect(await readFile(file, "utf8")).toBe("{\n}\n");
});
