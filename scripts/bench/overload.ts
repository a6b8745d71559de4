import { availableParallelism } from "node:os";
import type { Latency } from "../../src/sandbox/latency.ts";
import { rounded } from "./measure.ts";
import { countLost, type Flood, measureFlood, memoryGoal } from "./overload-flood.ts";
import { startLoad } from "./overload-load.ts";
import { measureNeighbours, measureStalled, type Neighbours, type Stalled } from "./overload-others.ts";
import { type Batons, clientSecret, findServer, startBatons } from "./workers-baton.ts";
import { type Crm, startCrm } from "./workers-crm.ts";

export type OverloadOptions = {
  seed: number;
  portals: number;
  /** Of the flood; its calm may take three times that, and a minute. */
  seconds: number;
  trialSeconds: number;
  stalledSockets: number;
  stalledSeconds: number;
  windowSeconds: number;
  windows: number;
};

export type OverloadResult = {
  bench: "overload";
  flood: Omit<Flood, "batches">;
  /** Acknowledged deliveries that are not stored whole. */
  lost: number;
  stalled: Stalled;
  neighbours: Neighbours;
  missed: readonly string[];
  database: string;
  node: string;
  cores: number;
  date: string;
  seed: number;
};

const latency: Latency = { readMs: [100, 100], writeMs: [150, 150] };
const perSecond = 0.5;
const ackGoalMs = 1_000;
const healthyGoalMs = 200;
const neighbourGoal = 1.2;

/** What a flood, stalled senders and a busy neighbour do to Baton: one process that does all, on either database. */
export async function run(options: OverloadOptions): Promise<OverloadResult> {
  const { seed, portals } = options;
  const server = await findServer();
  const leads = 1 + Math.ceil(options.windows * options.windowSeconds * perSecond * 12);
  const crm = await startCrm({ seed, portals, leads, latency });
  try {
    const batons = await startBatons({ crm, server, portals, workers: null, leaseSeconds: 30 });
    try {
      const measured = await measure(options, { crm, batons });
      return {
        bench: "overload",
        ...measured,
        missed: missedBy(measured),
        database: server === null ? "PGlite" : "PostgreSQL",
        node: process.versions.node,
        cores: availableParallelism(),
        date: new Date().toISOString(),
        seed,
      };
    } finally {
      await batons.stop();
    }
  } finally {
    await crm.stop();
  }
}

type Measured = Pick<OverloadResult, "flood" | "lost" | "stalled" | "neighbours">;

async function measure(options: OverloadOptions, { crm, batons }: { crm: Crm; batons: Batons }): Promise<Measured> {
  const { portals, seconds, trialSeconds, stalledSockets, stalledSeconds, windowSeconds, windows } = options;
  const load = await startLoad({ url: batons.web.url, secret: clientSecret, portals });
  try {
    const calmSeconds = 60 + 3 * seconds;
    const { batches, ...flood } = await measureFlood({ batons, load, seconds, trialSeconds, calmSeconds, factor: 10 });
    const stalled = await measureStalled({ batons, load, sockets: stalledSockets, seconds: stalledSeconds });
    const neighbours = await measureNeighbours({ crm, portals, perSecond, windowSeconds, windows });
    // The embedded database is read by its process alone.
    await batons.web.stop();
    return { flood, lost: await countLost(batons, { ...flood, batches }), stalled, neighbours };
  } finally {
    await load.stop();
  }
}

function missedBy({ flood, lost, stalled, neighbours }: Measured): string[] {
  const wrong = Object.entries(flood.wrong).map(([what, count]) => `${count} × ${what}`);
  const goals: readonly [isMet: boolean, otherwise: string][] = [
    [lost === 0, `${lost} acknowledged deliveries are not stored`],
    [flood.ackMs.p99 < ackGoalMs, `acknowledgements took p99 ${flood.ackMs.p99} ms`],
    [wrong.length === 0, `posts were answered neither 2xx nor 503 with Retry-After: ${wrong.join(", ")}`],
    [flood.memoryRatio <= memoryGoal, `memory stayed at ${flood.memoryRatio} × idle`],
    [flood.workedOffMs !== null, "what was acknowledged was not worked off in time"],
    [flood.sentRatio >= 9, `the sender reached ${flood.sentRatio} times what is carried`],
    [stalled.besideP99Ms < healthyGoalMs, `beside stalled sockets p99 was ${stalled.besideP99Ms} ms`],
    [
      stalled.notAcknowledged === 0,
      `${stalled.notAcknowledged} posts of healthy senders were not acknowledged: ${JSON.stringify(stalled.wrong)}`,
    ],
    [neighbours.ratioP99 <= neighbourGoal, `beside a busy portal p99 was ${neighbours.ratioP99} × as long`],
    [neighbours.withoutOwner === 0, `${neighbours.withoutOwner} leads have no owner`],
  ];
  return goals.filter(([isMet]) => !isMet).map(([, otherwise]) => otherwise);
}

export function describe(result: OverloadResult): string {
  const { flood, lost, stalled, neighbours, missed } = result;
  const after = (ms: number | null) => (ms === null ? "never" : `after ${rounded(ms / 1_000, 1)} s`);
  const { ackMs, refusalMs } = flood;
  return [
    `One process of Baton on ${result.database}; the sandbox with ${neighbours.portals} portals and the senders are processes of their own.`,
    `flood: ${flood.carried} deliveries of ${flood.eventsPerBatch} events a second are carried, acknowledged in p50 ${flood.carriedAckMs.p50}, p99 ${flood.carriedAckMs.p99} ms; ${flood.offeredRatio} times that fell due, ${flood.sentRatio} times were sent, ${flood.servedRatio} times were acknowledged`,
    `  ${flood.acknowledged} acknowledged: p50 ${ackMs.p50}, p99 ${ackMs.p99}, longest ${ackMs.max} ms; ${flood.refused} told to come back: p50 ${refusalMs.p50}, p99 ${refusalMs.p99} ms`,
    `  acknowledged and not stored: ${lost}; all worked off ${after(flood.workedOffMs)}`,
    `  memory: idle ${flood.idleMb} MB, at most ${flood.peakMb} MB, then ${flood.afterMb} MB (${flood.memoryRatio} × idle), back ${after(flood.memoryBackMs)}`,
    `stalled: ${stalled.sockets} sockets (never fewer than ${stalled.leastOpen}, ${stalled.again} let go and back): healthy p99 ${stalled.aloneP99Ms} → ${stalled.besideP99Ms} ms`,
    `neighbours: one of ${neighbours.portals} portals at ten times its load: event to owner at the others p50 ${neighbours.calmP50Ms} → ${neighbours.besideP50Ms} ms, p99 ${neighbours.calmP99Ms} → ${neighbours.besideP99Ms} ms (${neighbours.ratioP99} ×), ${neighbours.leads} leads`,
    "",
    ...(missed.length === 0 ? ["All goals are met."] : missed.map((line) => `MISSED: ${line}`)),
  ].join("\n");
}
