import { availableParallelism } from "node:os";
import type { Latency } from "../../src/sandbox/latency.ts";
import { startBaton, until } from "./baton.ts";
import { repIds } from "./bench-world.ts";
import { rounded, type Side } from "./measure.ts";
import { runNaive } from "./naive-process.ts";
import { type SandboxProcess, startSandbox } from "./sandbox-process.ts";
import { sidesTable } from "./sides-table.ts";

export type BurstOptions = { seed: number; leads: number; factor: number; naiveLeads: number | null };

/** `sampledLeads`: how many it really routed; the figures of more are extrapolated from those. */
export type NaiveSide = Side & { sampledLeads: number; gaveUp: number };

export type BurstResult = {
  bench: "burst";
  ours: Side;
  naive: NaiveSide;
  ratioCalls: number;
  ratioOwnerP50: number;
  ratioDone: number;
  /** Every timer of the naive side ran so many times as fast; its times are multiplied back. */
  naiveFactor: number;
  database: string;
  node: string;
  cores: number;
  date: string;
  seed: number;
};

const latency: Latency = { readMs: [80, 250], writeMs: [80, 250] };
/** Routed before anything counts, so that what is measured is a process that runs, not one that starts (performance.md §8). */
const warmUpLeads = 1_500;
const longestNaiveMs = 240_000;
/** The SDK's own limiter lets nine calls a second through: this much time, real at factor 1, for a lead's eight. */
const naiveLeadMs = 8 * 111;

/** Many contacts turn MQL at once: Baton at wall speed, then a naive per-lead client on a sandbox of its own. */
export async function run(options: BurstOptions): Promise<BurstResult> {
  const { ours, database } = await measureOurs(options);
  const naive = await measureNaive(options);
  return {
    bench: "burst",
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
  const { ours, naive, naiveFactor, database } = result;
  const sample = naive.sampledLeads === ours.leads ? "" : `, extrapolated from ${naive.sampledLeads} leads`;
  return [
    `${ours.leads} leads at once; the sandbox in a process of its own, answers in ${latency.readMs.join("–")} ms; Baton in this one on ${database}.`,
    `The naive client: 40 workers, the official SDK with its own limiter and retries, every timer ${naiveFactor} times as fast${sample}.`,
    `Contacts that nobody has owned before, as from an event; ${warmUpLeads} others went before, and the rate window is empty again.`,
    "",
    ...sidesTable(ours, naive),
    "",
    `ratios: calls ${result.ratioCalls}, owner p50 ${result.ratioOwnerP50}, done ${result.ratioDone}`,
  ].join("\n");
}

async function measureOurs({ seed, leads }: BurstOptions): Promise<{ ours: Side; database: string }> {
  const sandbox = await startSandbox({ seed, leads: leads + warmUpLeads, latency, speed: 1 });
  try {
    const baton = await startBaton(sandbox);
    try {
      await route(sandbox, { from: leads, count: warmUpLeads });
      // What install, sync and warm-up have used of the window is free again.
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      await route(sandbox, { from: 0, count: leads });
      return { ours: await sandbox.measure(), database: baton.database };
    } finally {
      await baton.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

/** Begins to count, lets these leads turn MQL at once, and resolves when each has an owner and a task. */
async function route(sandbox: SandboxProcess, range: { from: number; count: number }): Promise<void> {
  await sandbox.begin();
  await sandbox.turn(range);
  // Each look goes through all leads, in the sandbox's process: more of them would be work that is measured.
  await until(
    `${range.count} leads have an owner and a task`,
    { everyMs: 1_000, timeoutMs: 120_000 },
    async () => (await sandbox.countDone()) === range.count,
  );
}

async function measureNaive({ seed, leads, factor, naiveLeads }: BurstOptions): Promise<NaiveSide> {
  const affordable = Math.floor(longestNaiveMs / (naiveLeadMs / factor));
  const sampledLeads = Math.min(leads, naiveLeads ?? (affordable >= leads ? leads : Math.floor(affordable / 2)));
  const sandbox = await startSandbox({ seed, leads, latency, speed: factor });
  try {
    const accessToken = await sandbox.install();
    await sandbox.begin();
    const contactIds = await sandbox.turn({ from: 0, count: sampledLeads });
    const gaveUp = await runNaive({
      url: sandbox.url,
      accessToken,
      repIds,
      contactIds,
      workers: 40,
      factor,
      oneAtATime: false,
    });
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
    searches: grown(side.searches),
    rejected429: grown(side.rejected429),
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
