import { availableParallelism } from "node:os";
import { startBaton, until } from "./baton.ts";
import type { CrmName, Writing } from "./crm-bench.ts";
import { crmBenches } from "./crm-benches.ts";
import { goalsOfBurst } from "./goals.ts";
import { rounded, type Side } from "./measure.ts";
import { runNaive } from "./naive-process.ts";
import { type Goal, goalLine, missedGoals } from "./rounds.ts";
import { type SandboxProcess, startSandbox } from "./sandbox-process.ts";
import { sidesTable } from "./sides-table.ts";

export type BurstOptions = Writing & {
  crm: CrmName;
  seed: number;
  leads: number;
  /** Routed before anything counts. */
  warmUpLeads: number;
  factor: number;
  naiveLeads: number | null;
};

/** `sampledLeads`: how many it really routed; the figures of more are extrapolated from those. */
export type NaiveSide = Side & { sampledLeads: number; gaveUp: number };

export type BurstResult = {
  bench: "burst";
  crm: CrmName;
  automationMs: number;
  ours: Side;
  naive: NaiveSide;
  ratioCalls: number;
  ratioOwnerP50: number;
  ratioDone: number;
  /** Every timer of the naive side ran so many times as fast; its times are multiplied back. */
  naiveFactor: number;
  goals: readonly Goal[];
  missed: readonly string[];
  warmUpLeads: number;
  database: string;
  node: string;
  cores: number;
  date: string;
  seed: number;
};

const longestNaiveMs = 240_000;

/** Many leads turn MQL at once: Baton at wall speed, then a naive per-lead client on a sandbox of its own. */
export async function run(options: BurstOptions): Promise<BurstResult> {
  const { ours, database } = await measureOurs(options);
  const naive = await measureNaive(options);
  const { crm, automationMs, warmUpLeads } = options;
  const goals = goalsOfBurst(ours, options);
  return {
    ...{ bench: "burst", crm, automationMs, warmUpLeads, goals, missed: missedGoals(goals) },
    ours,
    naive,
    ratioCalls: ratio(naive.callsPerLead, ours.callsPerLead),
    ratioOwnerP50: ratio(naive.ownerP50Ms, ours.ownerP50Ms),
    ratioDone: ratio(naive.doneMs, ours.doneMs),
    naiveFactor: options.factor,
    database,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
    seed: options.seed,
  };
}

export function describe(result: BurstResult): string {
  const { ours, naive, naiveFactor, database, automationMs, warmUpLeads, goals } = result;
  const bench = crmBenches[result.crm];
  const { readMs, writeMs } = bench.latency;
  const automation =
    automationMs === 0 ? "" : `; its automation takes ${automationMs} ms for each lead that is written`;
  const sample = naive.sampledLeads === ours.leads ? "" : `, extrapolated from ${naive.sampledLeads} leads`;
  return [
    `${ours.leads} leads of ${bench.title} at once; the sandbox in a process of its own, reads in ${readMs.join("–")} ms, writes in ${writeMs.join("–")} ms${automation}; Baton in this one on ${database}.`,
    `The naive client: ${bench.naive.workers} workers, ${bench.naive.about}, every timer ${naiveFactor} times as fast${sample}.`,
    `Leads that nobody has owned before, as from an event; ${warmUpLeads} others went before, and the rate window is empty again.`,
    "",
    ...sidesTable(ours, naive, bench.words),
    "",
    `ratios: calls ${result.ratioCalls}, owner p50 ${result.ratioOwnerP50}, done ${result.ratioDone}`,
    ...goals.map(goalLine),
  ].join("\n");
}

async function measureOurs(options: BurstOptions): Promise<{ ours: Side; database: string }> {
  const { crm, seed, leads, warmUpLeads, automationMs } = options;
  const sandbox = await startSandbox({
    ...{ crm, seed, leads: leads + warmUpLeads, latency: crmBenches[crm].latency, speed: 1, automationMs },
  });
  try {
    const baton = await startBaton(sandbox, options);
    try {
      // What is measured is a process that runs, not one that starts (performance.md §8).
      await route(sandbox, { from: leads, count: warmUpLeads, automationMs });
      // What install, sync and warm-up have used of the window is free again.
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      await route(sandbox, { from: 0, count: leads, automationMs });
      return { ours: await sandbox.measure(), database: baton.database };
    } finally {
      await baton.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

/** Begins to count, lets these leads turn MQL at once, and resolves when each has an owner and a task. */
async function route(
  sandbox: SandboxProcess,
  { automationMs, ...range }: { from: number; count: number; automationMs: number },
): Promise<void> {
  await sandbox.begin();
  await sandbox.turn(range);
  // Each look goes through all leads, in the sandbox's process: more of them would be work that is measured.
  await until(
    `${range.count} leads have an owner and a task`,
    { everyMs: 1_000, timeoutMs: 120_000 + range.count * automationMs },
    async () => (await sandbox.countDone()) === range.count,
  );
}

async function measureNaive(options: BurstOptions): Promise<NaiveSide> {
  const { crm, seed, leads, factor, naiveLeads, automationMs } = options;
  const { naive, latency } = crmBenches[crm];
  const { workers, leadMs } = naive;
  const affordable = Math.floor(longestNaiveMs / ((leadMs + automationMs / workers) / factor));
  const sampledLeads = Math.min(leads, naiveLeads ?? (affordable >= leads ? leads : Math.floor(affordable / 2)));
  const sandbox = await startSandbox({ crm, seed, leads, latency, speed: factor, automationMs });
  try {
    const accessToken = await sandbox.install();
    await sandbox.begin();
    const leadIds = await sandbox.turn({ from: 0, count: sampledLeads });
    const access = { url: sandbox.at.url, accessToken, repIds: sandbox.at.repIds };
    const gaveUp = await runNaive({ crm, ...access, leadIds, workers, factor, oneAtATime: false });
    return extrapolate(await sandbox.measure(), { leads, sampledLeads, gaveUp });
  } finally {
    await sandbox.stop();
  }
}

/** It works first come, first served at a steady rate: counts and times grow with the number of leads. */
function extrapolate(side: Side, sample: { leads: number; sampledLeads: number; gaveUp: number }): NaiveSide {
  const { leads, sampledLeads, gaveUp } = sample;
  if (sampledLeads === leads) return { ...side, sampledLeads, gaveUp };
  const more = leads / sampledLeads;
  const grown = (value: number): number => Math.round(value * more);
  return {
    ...side,
    leads,
    sampledLeads,
    gaveUp: grown(gaveUp),
    calls: grown(side.calls),
    beside: Object.fromEntries(Object.entries(side.beside).map(([name, count]) => [name, grown(count)])),
    refused: grown(side.refused),
    ownerP50Ms: grown(side.ownerP50Ms),
    ownerP99Ms: grown(side.ownerP99Ms),
    lastOwnerMs: grown(side.lastOwnerMs),
    doneMs: grown(side.doneMs),
    tasks: grown(side.tasks),
    duplicates: grown(side.duplicates),
    unassigned: grown(side.unassigned),
  };
}

export function ratio(theirs: number, ours: number): number {
  return ours === 0 ? 0 : rounded(theirs / ours, 1);
}
