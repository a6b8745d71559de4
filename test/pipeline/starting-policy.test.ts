import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readStartingPolicy } from "../../src/pipeline/starting-policy.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-policy-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a file that is no valid policy is named, with its problems", async () => {
  const file = join(folder, "mine.yaml");
  await writeFile(file, "poolz: {}\n");

  await expect(readStartingPolicy(file)).rejects.toThrow(`The policy ${file} has `);
});

test("a file that is valid is read as it stands", async () => {
  const shipped = await readStartingPolicy(null);
  const file = join(folder, "copy.yaml");
  await writeFile(file, shipped);

  expect(await readStartingPolicy(file)).toBe(shipped);
});
