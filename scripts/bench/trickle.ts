import { availableParallelism } from "node:os";
import type { Latency } from "../../src/sandbox/latency.ts";
import { startBaton, until } from "./baton.ts";
import { ratio } from "./burst.ts";
import type { CrmName, Writing } from "./crm-bench.ts";
import { crmBenches } from "./crm-benches.ts";
import { goalsOfTrickle } from "./goals.ts";
import type { Side } from "./measure.ts";
import { runNaive } from "./naive-process.ts";
import { type Goal, goalLine, missedGoals } from "./rounds.ts";
import { startSandbox } from "./sandbox-process.ts";
import { sidesTable } from "./sides-table.ts";

export type TrickleOptions = Writing & { crm: CrmName; seed: number; leads: number };

export type TrickleResult = {
  bench: "trickle";
  crm: CrmName;
  ours: Side;
  naive: Side;
  ratioCalls: number;
  ratioOwnerP50: number;
  ratioOwnerP99: number;
  goals: readonly Goal[];
  missed: readonly string[];
  database: string;
  node: string;
  cores: number;
  date: string;
  seed: number;
};

const latency: Latency = { readMs: [100, 100], writeMs: [150, 150] };

/** One lead at a time, each after the one before has its task: what a quiet day feels like. Both at wall speed. */
export async function run(options: TrickleOptions): Promise<TrickleResult> {
  const { ours, database } = await measureOurs(options);
  const naive = await measureNaive(options);
  const goals = goalsOfTrickle(ours, options);
  return {
    ...{ bench: "trickle", crm: options.crm, goals, missed: missedGoals(goals) },
    ours,
    naive,
    ratioCalls: ratio(naive.callsPerLead, ours.callsPerLead),
    ratioOwnerP50: ratio(naive.ownerP50Ms, ours.ownerP50Ms),
    ratioOwnerP99: ratio(naive.ownerP99Ms, ours.ownerP99Ms),
    database,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
    seed: options.seed,
  };
}

export function describe(result: TrickleResult): string {
  const { ours, naive, database, goals } = result;
  const bench = crmBenches[result.crm];
  return [
    `${ours.leads} leads of ${bench.title} one by one; the sandbox in a process of its own, reads in 100 ms, writes in 150 ms; Baton in this one on ${database}.`,
    `The naive client: ${bench.naive.about}, in a process of its own, at wall speed.`,
    "",
    ...sidesTable(ours, naive, bench.words),
    "",
    `ratios: calls ${result.ratioCalls}, owner p50 ${result.ratioOwnerP50}, owner p99 ${result.ratioOwnerP99}`,
    ...goals.map(goalLine),
  ].join("\n");
}

async function measureOurs(options: TrickleOptions): Promise<{ ours: Side; database: string }> {
  const { leads } = options;
  const sandbox = await startSandbox({ ...options, latency, speed: 1 });
  try {
    const baton = await startBaton(sandbox, options);
    try {
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      await sandbox.begin();
      for (let lead = 0; lead < leads; lead += 1) {
        await sandbox.turn({ from: lead, count: 1 });
        await until(
          "the lead has an owner and a task",
          { everyMs: 20, timeoutMs: 10_000 },
          async () => (await sandbox.countDone()) === lead + 1,
        );
      }
      return { ours: await sandbox.measure(), database: baton.database };
    } finally {
      await baton.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function measureNaive(options: TrickleOptions): Promise<Side> {
  const { crm, leads } = options;
  const sandbox = await startSandbox({ ...options, latency, speed: 1 });
  try {
    const accessToken = await sandbox.install();
    const leadIds = await sandbox.leadIds({ from: 0, count: leads });
    await sandbox.begin();
    const access = { url: sandbox.at.url, accessToken, repIds: sandbox.at.repIds };
    let next = 0;
    const onNext = async () => sandbox.turn({ from: next++, count: 1 });
    await runNaive({ crm, ...access, leadIds, workers: 1, factor: 1, oneAtATime: true }, onNext);
    return await sandbox.measure();
  } finally {
    await sandbox.stop();
  }
}
