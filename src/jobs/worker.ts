import { acquireLease, claimableWorkspaces, renewLease } from "../store/leases.ts";
import { beat, bowOut, headcount } from "../store/workers.ts";
import { fairShare } from "./fair-share.ts";
import { drainWithin, hold, lose, staying, type Work, type WorkerOptions } from "./held.ts";
import { type Repeating, repeat } from "./repeat.ts";

export type { Running, StartWorkspace, WorkerOptions } from "./held.ts";

export type Worker = {
  start(): Promise<void>;
  /** Drains, then releases every lease. Called again it waits for the same end. */
  stop(): Promise<void>;
  /** Ids of the workspaces that this process works on. */
  held(): readonly string[];
};

// A second between the write and the wake-up at the latest, also when a notification was lost.
const pollMs = 1_000;

/**
 * Leases its share of the workspaces, and what nobody else takes, and keeps one `Running` for each. Knows nothing of what they do.
 * A lease that could not be renewed in time is abandoned by this process's own clock, whatever the database says.
 */
export function createWorker(options: WorkerOptions): Worker {
  const work: Work = {
    options,
    held: new Map(),
    failures: new Map(),
    leftToOthers: new Map(),
    beatenAt: Number.NEGATIVE_INFINITY,
    isStopping: false,
  };
  let loops: { claims: Repeating; upkeep: readonly Repeating[]; unlisten: () => Promise<void> } | null = null;
  let ending: Promise<void> | null = null;

  async function end(): Promise<void> {
    if (!loops) return;
    await loops.claims.stop();
    await loops.unlisten();
    work.isStopping = true;
    await bowOut(options.db.query, options.holder).catch((error) => options.log.warn({ error }, "others wait for us"));
    await drainWithin(work, [...work.held.values()]);
    await Promise.all(loops.upkeep.map((loop) => loop.stop()));
  }

  return {
    async start() {
      const { leaseMs } = options;
      await beatOf(work, await momentOf(work));
      const unlisten = await options.db.listen(options.channel, () => wakeAll(work));
      loops = {
        unlisten,
        claims: loop(work, { everyMs: pollMs, run: () => claim(work) }),
        upkeep: [
          loop(work, { everyMs: leaseMs / 3, run: () => renewAll(work) }),
          loop(work, { everyMs: leaseMs / 6, run: async () => dropExpired(work) }),
        ],
      };
    },
    stop() {
      ending ??= end();
      return ending;
    },
    held: () => [...work.held.keys()],
  };
}

function loop({ options }: Work, { everyMs, run }: { everyMs: number; run: () => Promise<void> }): Repeating {
  const onError = (error: unknown) => options.log.error({ error }, "the worker could not look after its leases");
  return repeat({ everyMs, setTimer: options.setTimer, run, onError });
}

function wakeAll({ held }: Work): void {
  for (const { running } of held.values()) running?.wake();
}

/** The same moment on both clocks. */
type Moment = { now: string; monotonicMs: number };

async function momentOf({ options }: Work): Promise<Moment> {
  const monotonicMs = options.monotonic();
  return { now: (await options.leaseTime()).toISOString(), monotonicMs };
}

async function beatOf(work: Work, { now, monotonicMs }: Moment): Promise<void> {
  const { db, holder, leaseMs } = work.options;
  if (work.isStopping) return;
  await beat(db.query, { holder, now, leaseMs });
  work.beatenAt = monotonicMs;
}

async function claim(work: Work): Promise<void> {
  const { db, leaseTime, monotonic, holder, leaseMs } = work.options;
  // After an outage of the database all of them have lost their leases: first everyone says that he lives.
  if (monotonic() - work.beatenAt > leaseMs) return beatOf(work, await momentOf(work));
  const at = await leaseTime();
  const now = at.toISOString();
  const settledSince = new Date(at.getTime() - leaseMs).toISOString();
  const share = fairShare(await headcount(db.query, { now, settledSince }));
  const free = await claimableWorkspaces(db.query, now);
  for (const workspaceId of work.leftToOthers.keys())
    if (!free.includes(workspaceId)) work.leftToOthers.delete(workspaceId);
  for (const workspaceId of free) {
    const failure = work.failures.get(workspaceId);
    if (work.held.has(workspaceId) || (failure && failure.retryAt > monotonic())) continue;
    const isLeftover = staying(work).length >= share.take;
    if (isLeftover && !isLeftAlone(work, workspaceId)) continue;
    const renewedAt = monotonic();
    const lease = await acquireLease(db.query, {
      workspaceId,
      holder,
      now: (await leaseTime()).toISOString(),
      leaseMs,
    });
    if (lease) hold(work, { lease, renewedAt, isLeftover });
  }
  handOver(work, share.keep);
  wakeAll(work);
}

/** Whoever has room takes it within a second or two; a workspace is better off with too busy a worker than with none. */
function isLeftAlone({ leftToOthers, options }: Work, workspaceId: string): boolean {
  const since = leftToOthers.get(workspaceId) ?? options.monotonic();
  leftToOthers.set(workspaceId, since);
  return options.monotonic() - since >= options.leaseMs / 2;
}

/** The latest come go first. */
function handOver(work: Work, keep: number): void {
  const own = staying(work);
  const surplus = Math.max(0, own.length - keep);
  const going = own
    .filter(({ isLeftover }) => !isLeftover)
    .reverse()
    .slice(0, surplus);
  if (going.length === 0) return;
  work.options.log.info({ count: going.length }, "workspaces handed over to other workers");
  void drainWithin(work, going);
}

async function renewAll(work: Work): Promise<void> {
  const { db, leaseMs } = work.options;
  const moment = await momentOf(work);
  const failures: unknown[] = [];
  for (const entry of work.held.values()) {
    try {
      const lease = await renewLease(db.query, entry.lease, { now: moment.now, leaseMs });
      if (lease) Object.assign(entry, { lease, renewedAt: moment.monotonicMs });
      else lose(work, entry);
    } catch (error) {
      failures.push(error);
    }
  }
  // The others are renewed all the same; but whose lease may run out before the beat does has not said that he lives.
  if (failures.length > 0) throw failures[0];
  // Last, or a process that dies in between would count as living when its leases run out, and its death be missed; and
  // as of the same moment, so that it ends when they do: the others then have room for them.
  await beatOf(work, moment);
}

/** Without the database: also after this process was stopped for a while, or cannot reach it. */
function dropExpired(work: Work): void {
  const { monotonic, leaseMs } = work.options;
  for (const entry of work.held.values()) {
    if (monotonic() - entry.renewedAt >= (leaseMs * 5) / 6) lose(work, entry);
  }
}
