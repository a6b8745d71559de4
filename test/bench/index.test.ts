import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const script = join(import.meta.dirname, "../../scripts/bench/index.ts");

test.each([
  ["no name", [], /^npm run bench -- NAME/],
  ["a name of none", ["nonsense"], /^There is no bench "nonsense"\.\nnpm run bench -- NAME/],
])("%s lists the benches", (_what, args, begins) => {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });

  expect([status, stderr.split("\n").flatMap((line) => /^ {2}(\w+) +how /.exec(line)?.[1] ?? [])]).toEqual([
    1,
    ["limiter", "burst", "trickle", "overload", "workers", "ingest", "engine", "replay", "record", "match"],
  ]);
  expect(stderr).toMatch(begins);
});
