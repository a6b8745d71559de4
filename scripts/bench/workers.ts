import { availableParallelism } from "node:os";
import { sql } from "kysely";
import type { Latency } from "../../src/sandbox/latency.ts";
import { heldBy } from "../chaos/strikes.ts";
import { until } from "./baton.ts";
import { rounded } from "./measure.ts";
import { type Batons, findServer, startBatons } from "./workers-baton.ts";
import { type Crm, startCrm } from "./workers-crm.ts";
import { describeUsage, type Limit, limitOf, startUsage, type Usage } from "./workers-limit.ts";
import { measureTakeover, type Takeover } from "./workers-takeover.ts";

export type WorkersOptions = {
  seed: number;
  portals: number;
  /** Of each portal, all at once. */
  leads: number;
  counts: readonly number[];
  leaseSeconds: number;
};

export type Fleet = {
  workers: number;
  /** Workspaces of each worker. */
  held: readonly number[];
  decisions: number;
  /** Over the middle eight tenths of the decisions. */
  decisionsPerSecond: number;
  /** From the first event until all had their owners and tasks. */
  doneMs: number;
  /** Deliveries that were not acknowledged: HubSpot sends those again after a minute. */
  failedDeliveries: number;
  usage: Usage;
  limit: Limit;
  /** Null with one worker: nobody is left. */
  takeover: Takeover | null;
};

export type WorkersResult = {
  bench: "workers";
  portals: number;
  fleets: readonly Fleet[];
  /** Decisions per second, each fleet's against that of the first. */
  ratios: readonly number[];
  missed: readonly string[];
  node: string;
  cores: number;
  date: string;
  seed: number;
};

const latency: Latency = { readMs: [80, 250], writeMs: [80, 250] };
/** Beside the leads that are measured: one of each portal before, so that nobody starts cold, and one afterwards. */
const extraLeads = 2;
const graceMs = 2_000;

/** One, two and four workers on one PostgreSQL; then one of them is killed. */
export async function run(options: WorkersOptions): Promise<WorkersResult> {
  const server = await findServer();
  if (server === null) throw new Error("Several workers need PostgreSQL: name one in TEST_DATABASE_URL.");
  const fleets: Fleet[] = [];
  for (const count of options.counts) fleets.push(await measureFleet(options, server, count));
  return {
    bench: "workers",
    portals: options.portals,
    fleets,
    ratios: fleets.map((fleet) => rounded(fleet.decisionsPerSecond / (fleets[0]?.decisionsPerSecond ?? 1), 2)),
    missed: fleets.flatMap((fleet) => missedBy(fleet, options.portals)),
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
    seed: options.seed,
  };
}

function missedBy({ workers, held, takeover, failedDeliveries }: Fleet, portals: number): string[] {
  const missed: string[] = [];
  const share = Math.ceil(portals / workers);
  if (Math.max(...held) > share) missed.push(`${workers} workers: one has ${Math.max(...held)}, its share is ${share}`);
  if (takeover !== null && takeover.lastMs > takeover.leaseMs + graceMs)
    missed.push(`${workers} workers: the take-over took ${takeover.lastMs} ms, the lease is ${takeover.leaseMs} ms`);
  if (failedDeliveries > 0) missed.push(`${workers} workers: ${failedDeliveries} deliveries were not acknowledged`);
  return missed;
}

async function measureFleet(options: WorkersOptions, server: string, count: number): Promise<Fleet> {
  const { seed, portals, leads, leaseSeconds } = options;
  const crm = await startCrm({ seed, portals, leads: leads + extraLeads, latency });
  try {
    const batons = await startBatons({ crm, server, portals, workers: count, leaseSeconds });
    try {
      await routeAll(crm, 1, portals);
      const held = await Promise.all(batons.workers.map(async ({ url }) => (await heldBy(url)).length));
      const figures = await measureDecisions({ crm, batons, portals, leads });
      const takeover = count === 1 ? null : await measureTakeover(batons, leaseSeconds);
      await routeAll(crm, 1, portals * extraLeads + portals * leads);
      return { workers: count, held, ...figures, limit: limitOf(figures.usage, count), takeover };
    } finally {
      await batons.stop();
    }
  } finally {
    await crm.stop();
  }
}

/** So many leads of each portal qualify; resolves when as many as said have their owners and tasks. */
async function routeAll(crm: Crm, leads: number, expected: number): Promise<void> {
  await crm.turnAll(leads);
  const areDone = async () => (await crm.countDone()) === expected;
  await until(`${expected} leads have owner and task`, { everyMs: 1_000, timeoutMs: 240_000 }, areDone);
}

type Measured = Pick<Fleet, "decisions" | "decisionsPerSecond" | "doneMs" | "failedDeliveries" | "usage">;

async function measureDecisions(world: {
  crm: Crm;
  batons: Batons;
  portals: number;
  leads: number;
}): Promise<Measured> {
  const { crm, batons, portals, leads } = world;
  const stopUsage = await startUsage(batons, crm, portals);
  const startedAt = new Date();
  const done = routeAll(crm, leads, portals * (leads + 1)).then(() => Date.now() - startedAt.getTime());
  const readDecided = () => batons.database.read(({ query }) => decidedSince(query, startedAt.toISOString()));
  const decisions = portals * leads;
  const areDecided = async () => (await readDecided()).count >= decisions;
  await until("all leads are decided", { everyMs: 500, timeoutMs: 240_000 }, areDecided);
  const usage = await stopUsage();
  const { middleMs } = await readDecided();
  return {
    decisions,
    decisionsPerSecond: middleMs === 0 ? 0 : Math.round((0.8 * decisions * 1_000) / middleMs),
    usage,
    doneMs: await done,
    failedDeliveries: await crm.countFailedDeliveries(),
  };
}

type Query = Parameters<Parameters<Batons["database"]["read"]>[0]>[0]["query"];

async function decidedSince(query: Query, at: string): Promise<{ count: number; middleMs: number }> {
  const { rows } = await sql<{ count: number; middleMs: number | null }>`
    select count(*) as count, 1000 * extract(epoch from
      percentile_disc(0.9) within group (order by decided_at) - percentile_disc(0.1) within group (order by decided_at)
    )::float8 as middle_ms
    from decisions where decided_at >= ${at}
  `.execute(query);
  return { count: rows[0]?.count ?? 0, middleMs: rows[0]?.middleMs ?? 0 };
}

export function describe(result: WorkersResult): string {
  const lines = result.fleets.flatMap((fleet, index) => [
    `${String(fleet.workers).padStart(2)} workers: ${fleet.decisionsPerSecond} decisions/s (${result.ratios[index]} × the first), ${fleet.decisions} leads with owner and task after ${rounded(fleet.doneMs / 1_000, 1)} s; workspaces ${fleet.held.join(", ")}`,
    `    limit: ${fleet.limit}; ${describeUsage(fleet.usage)}`,
    ...(fleet.takeover === null ? [] : [`    ${takeoverLine(fleet.takeover)}`]),
  ]);
  return [
    `${result.portals} portals whose leads turn MQL at once; web, workers and the sandbox (answers in ${latency.readMs.join("–")} ms) are processes of their own on PostgreSQL.`,
    "",
    ...lines,
    "",
    ...(result.missed.length === 0 ? ["All goals are met."] : result.missed.map((line) => `MISSED: ${line}`)),
  ].join("\n");
}

function takeoverLine({ workspaces, leaseMs, firstMs, lastMs, mostHeld }: Takeover): string {
  const seconds = (ms: number) => `${rounded(ms / 1_000, 1)} s`;
  return `killed -9: its ${workspaces} workspaces were others' after ${seconds(firstMs)} to ${seconds(lastMs)} (lease ${seconds(leaseMs)}); the most that one has now is ${mostHeld}`;
}
