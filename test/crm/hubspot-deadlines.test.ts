import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

test("a request without an answer, or with half of one, ends at its deadline: a read is lost, a write unknown", async () => {
  const probe = fileURLToPath(new URL("deadline-probe.ts", import.meta.url));

  const { stdout } = await promisify(execFile)(process.execPath, [probe], { timeout: 20_000 });

  expect(JSON.parse(stdout)).toEqual(["unavailable", "unknown-outcome", "unknown-outcome"]);
});
