import { expect, test } from "@jest/globals";
import { describe, run } from "../../scripts/bench/workers.ts";
import { findServer } from "../../scripts/bench/workers-baton.ts";
import { limitOf } from "../../scripts/bench/workers-limit.ts";
import { cores, cpuSecondsOf, rssOf } from "../../scripts/bench/workers-proc.ts";

const idle = {
  workers: 0,
  busiestWorker: 0,
  web: 0,
  database: 0,
  crmSandbox: 0,
  others: 0,
  databaseWaits: 0,
  crmBudget: 0,
};

test.each([
  [{ crmBudget: 0.95, workers: cores }, "CRM budget"],
  [{ workers: cores / 2, others: cores / 2 }, "CPU of this machine"],
  [{ crmSandbox: 0.95 }, "CRM sandbox"],
  [{ workers: 0.95, busiestWorker: 0.95 }, "one worker process"],
  [{ databaseWaits: 2 }, "database"],
  [{}, "waiting"],
])("with %j the limit is the %s", (used, limit) => {
  expect(limitOf({ ...idle, ...used }, 2)).toBe(limit);
});

test("a process's time and memory are read from the system", () => {
  expect(rssOf(process.pid)).toBeGreaterThan(20e6);
  expect(cpuSecondsOf(process.pid)).toBeGreaterThan(0);
  expect([rssOf(2 ** 30), cpuSecondsOf(2 ** 30)]).toEqual([0, 0]);
});

test("two workers share the workspaces, and the dead one's are taken over", async () => {
  // The embedded database has one process.
  if ((await findServer()) === null) return;
  const result = await run({ seed: 1, portals: 4, leads: 5, counts: [2], leaseSeconds: 5 });
  const [fleet] = result.fleets;
  expect(fleet).toMatchObject({ workers: 2, held: [2, 2], decisions: 20 });
  expect(fleet?.takeover).toMatchObject({ workspaces: 2, leaseMs: 5_000, mostHeld: 4 });
  expect(describe(result)).toContain("2 workers: ");
}, 120_000);
