import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { leadIdOf } from "../../scripts/bench/hubspot-world.ts";
import { runNaive } from "../../scripts/bench/naive-process.ts";
import { type SandboxProcess, startSandbox } from "../../scripts/bench/sandbox-process.ts";
import type { Latency } from "../../src/sandbox/latency.ts";

let sandbox: SandboxProcess;
let accessToken: string;

beforeAll(async () => {
  const latency: Latency = { readMs: [80, 250], writeMs: [80, 250] };
  sandbox = await startSandbox({ crm: "hubspot", seed: 1, leads: 12, latency, speed: 20, automationMs: 0 });
  accessToken = await sandbox.install();
});
afterAll(() => sandbox.stop());

const client = () => ({ ...sandbox.at, crm: "hubspot" as const, accessToken, factor: 20 });

test("the naive client routes each lead in eight calls, two of them searches", async () => {
  await sandbox.begin();
  const leadIds = await sandbox.turn({ from: 0, count: 6 });
  const gaveUp = await runNaive({ ...client(), leadIds, workers: 2, oneAtATime: false });
  const side = await sandbox.measure();

  expect(gaveUp).toBe(0);
  expect(side).toMatchObject({ leads: 6, tasks: 6, duplicates: 0, unassigned: 0 });
  // A refused search is sent once more.
  expect((side.beside.searches ?? 0) - side.refused).toBe(12);
  // A lead of no known company spares the reading of one.
  expect(side.callsPerLead).toBeGreaterThan(5);
  expect(side.callsPerLead).toBeLessThanOrEqual(6);
});

test("its times are those of the sandbox's clock, whatever the factor", async () => {
  await sandbox.begin();
  const leadIds = [6, 7].map(leadIdOf);
  const onNext = (id: string) => sandbox.turn({ from: Number(id) - Number(leadIdOf(0)), count: 1 });
  await runNaive({ ...client(), leadIds, workers: 1, oneAtATime: true }, onNext);
  const side = await sandbox.measure();

  // Five calls of 80 to 250 ms stand before the owner's write.
  expect(side.ownerP50Ms).toBeGreaterThan(400);
  expect(side.ownerP99Ms).toBeLessThan(20_000);
});
