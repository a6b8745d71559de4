import { sql } from "kysely";
import { rounded } from "./measure.ts";
import { batchOf } from "./overload-delivery.ts";
import type { Load, Loaded, Spread } from "./overload-load.ts";
import type { Batons } from "./workers-baton.ts";
import { rssOf } from "./workers-proc.ts";

export type Flood = {
  /** 100-event deliveries a second that are acknowledged when each sender waits for its answer. */
  carried: number;
  /** How long those acknowledgements took. */
  carriedAckMs: Spread;
  /** Deliveries a second that fell due, and that were sent, against what is carried. */
  offeredRatio: number;
  sentRatio: number;
  /** Acknowledged a second in the flood, against what is carried without one. */
  servedRatio: number;
  acknowledged: number;
  refused: number;
  wrong: Readonly<Record<string, number>>;
  ackMs: Spread;
  refusalMs: Spread;
  idleMb: number;
  peakMb: number;
  afterMb: number;
  /** After the calm, against idle. */
  memoryRatio: number;
  /** From the end of the flood until all that was acknowledged was worked off, and until memory was back; null: not in time. */
  workedOffMs: number | null;
  memoryBackMs: number | null;
  /** All acknowledged deliveries, the warm-up's included. */
  batches: readonly number[];
  eventsPerBatch: number;
};

export type FloodOptions = {
  batons: Batons;
  load: Load;
  seconds: number;
  /** To find out what can be carried. */
  trialSeconds: number;
  calmSeconds: number;
  factor: number;
};

const events = 100;
/** As many as one vendor has in flight for one account (hubspot.md §1.4). */
const carriedConnections = 10;
const floodConnections = 200;
export const memoryGoal = 1.5;

/** Ten times what can be carried, from many connections, then nothing. */
export async function measureFlood(options: FloodOptions): Promise<Flood> {
  const { batons, load, seconds, trialSeconds, calmSeconds, factor } = options;
  const pid = batons.web.pid();
  const idle = await median(pid, 10);
  const trial = await load.post({ perSecond: null, connections: carriedConnections, events, seconds: trialSeconds });
  const carried = trial.acknowledged / trial.seconds;
  const peak = watchPeak(pid);
  const perSecond = factor * carried;
  const flood = await load.post({ perSecond, connections: floodConnections, events, seconds });
  const peakBytes = peak();
  const calm = await waitForCalm({ url: batons.web.url, pid, idle, seconds: calmSeconds, floods: [trial, flood] });
  return {
    carried: rounded(carried, 1),
    carriedAckMs: trial.ackMs,
    offeredRatio: rounded((flood.posts + flood.unsent) / seconds / carried, 1),
    sentRatio: rounded(flood.posts / flood.seconds / carried, 1),
    servedRatio: rounded(flood.acknowledged / flood.seconds / carried, 2),
    acknowledged: flood.acknowledged,
    refused: flood.refused,
    wrong: addUp(trial.wrong, flood.wrong),
    ackMs: flood.ackMs,
    refusalMs: flood.refusalMs,
    idleMb: megabytes(idle),
    peakMb: megabytes(peakBytes),
    ...calm,
    batches: [...trial.batches, ...flood.batches],
    eventsPerBatch: events,
  };
}

type Calm = Pick<Flood, "afterMb" | "memoryRatio" | "workedOffMs" | "memoryBackMs">;

async function waitForCalm(given: {
  url: string;
  pid: number;
  idle: number;
  seconds: number;
  floods: readonly Loaded[];
}): Promise<Calm> {
  const { url, pid, idle, seconds, floods } = given;
  const startedAt = performance.now();
  const acknowledged = floods.reduce((sum, { batches, events: each }) => sum + batches.length * each, 0);
  let workedOffMs: number | null = null;
  let memoryBackMs: number | null = null;
  while ((workedOffMs === null || memoryBackMs === null) && performance.now() - startedAt < 1_000 * seconds) {
    const passedMs = Math.round(performance.now() - startedAt);
    if (workedOffMs === null && (await countSorted(url)) >= acknowledged) workedOffMs = passedMs;
    if (rssOf(pid) <= memoryGoal * idle) memoryBackMs ??= passedMs;
    else memoryBackMs = null;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const after = await median(pid, 10);
  return { afterMb: megabytes(after), memoryRatio: rounded(after / idle, 2), workedOffMs, memoryBackMs };
}

/** Events that the worker has looked at: a stage that qualifies nobody is ignored with its reason. */
async function countSorted(url: string): Promise<number> {
  const text = await fetch(`${url}/metrics`).then(
    (response) => response.text(),
    () => "",
  );
  return Number(/^baton_events_ignored_total\{because="other-stage"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** Deliveries that were acknowledged and are not stored whole. */
export async function countLost({ database }: Batons, { batches, eventsPerBatch }: Flood): Promise<number> {
  const stored = new Map<number, number>();
  await database.read(async ({ query }) => {
    const { rows } = await sql<{ subjectId: string }>`
      select subject_id from inbox where length(subject_id) = 10
    `.execute(query);
    for (const { subjectId } of rows) stored.set(batchOf(subjectId), (stored.get(batchOf(subjectId)) ?? 0) + 1);
  });
  return batches.filter((batch) => stored.get(batch) !== eventsPerBatch).length;
}

function watchPeak(pid: number): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, rssOf(pid));
  }, 100);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

async function median(pid: number, samples: number): Promise<number> {
  const values: number[] = [];
  for (let each = 0; each < samples; each += 1) {
    values.push(rssOf(pid));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return values.sort((a, b) => a - b)[Math.floor(samples / 2)] ?? 0;
}

function addUp(...counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const count of counts)
    for (const [name, number] of Object.entries(count)) sums[name] = (sums[name] ?? 0) + number;
  return sums;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
