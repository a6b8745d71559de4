import type { Deps } from "../deps.ts";
import { acquireLease, claimableWorkspaces, type Lease, releaseLease, renewLease } from "../store/leases.ts";
import { backoffMs } from "./backoff.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** The work of one leased workspace, as the worker sees it. */
export type Running = {
  /** There may be something to do; cheap, and may be called at any time. */
  wake(): void;
  /** Begins nothing new and resolves when what is in flight has ended. */
  drain(): Promise<void>;
  /** The lease is gone: stops at once; what is in flight counts as unknown. */
  abandon(): void;
};

export type StartWorkspace = (lease: Lease) => Promise<Running>;

export type WorkerOptions = Pick<Deps, "db" | "monotonic" | "setTimer" | "log" | "metrics"> & {
  /** By which the leases of all processes run; only this one's hold on its own is measured by its monotonic clock. */
  leaseTime: () => Promise<Date>;
  /** Names this process; no other may have the same. */
  holder: string;
  leaseMs: number;
  /** How long a stop waits for what is in flight. */
  shutdownMs: number;
  /** Whoever stores work notifies this channel. */
  channel: string;
  /** In [0, 1). */
  chance: () => number;
  start: StartWorkspace;
};

export type Worker = {
  start(): Promise<void>;
  /** Drains, then releases every lease. Called again it waits for the same end. */
  stop(): Promise<void>;
  /** Ids of the workspaces that this process works on. */
  held(): readonly string[];
};

type Held = {
  lease: Lease;
  /** Monotonic; when the request was made that renewed it last. */
  renewedAt: number;
  running: Running | null;
  startup: Promise<void>;
};

type Failure = { attempt: number; retryAt: number };

type Work = {
  options: WorkerOptions;
  held: Map<string, Held>;
  failures: Map<string, Failure>;
};

// A second between the write and the wake-up at the latest, also when a notification was lost.
const pollMs = 1_000;

/**
 * Leases every workspace that nobody works on and keeps one `Running` for each. Knows nothing of what they do.
 * A lease that could not be renewed in time is abandoned by this process's own clock, whatever the database says.
 */
export function createWorker(options: WorkerOptions): Worker {
  const work: Work = { options, held: new Map(), failures: new Map() };
  let loops: { claims: Repeating; upkeep: readonly Repeating[]; unlisten: () => Promise<void> } | null = null;
  let ending: Promise<void> | null = null;

  async function end(): Promise<void> {
    if (!loops) return;
    await loops.claims.stop();
    await loops.unlisten();
    await drainAll(work);
    await Promise.all(loops.upkeep.map((loop) => loop.stop()));
  }

  return {
    async start() {
      const unlisten = await options.db.listen(options.channel, () => wakeAll(work));
      const { leaseMs } = options;
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

async function claim(work: Work): Promise<void> {
  const { db, leaseTime, monotonic, holder, leaseMs } = work.options;
  const now = (await leaseTime()).toISOString();
  for (const workspaceId of await claimableWorkspaces(db.query, now)) {
    const failure = work.failures.get(workspaceId);
    if (work.held.has(workspaceId) || (failure && failure.retryAt > monotonic())) continue;
    const renewedAt = monotonic();
    const lease = await acquireLease(db.query, { workspaceId, holder, now, leaseMs });
    if (lease) hold(work, lease, renewedAt);
  }
  wakeAll(work);
}

function hold(work: Work, lease: Lease, renewedAt: number): void {
  const { log, metrics } = work.options;
  const entry: Held = { lease, renewedAt, running: null, startup: Promise.resolve() };
  work.held.set(lease.workspaceId, entry);
  metrics.leasesHeld(work.held.size);
  if (lease.token > 1) metrics.leaseChanged();
  log.info({ workspaceId: lease.workspaceId, fencingToken: lease.token }, "workspace leased");
  entry.startup = startUp(work, entry);
}

/** Beside the loops: a workspace that is slow to start delays no other and no heartbeat. */
async function startUp(work: Work, entry: Held): Promise<void> {
  const { workspaceId } = entry.lease;
  try {
    const running = await work.options.start(entry.lease);
    if (work.held.get(workspaceId) !== entry) return running.abandon();
    entry.running = running;
    work.failures.delete(workspaceId);
    running.wake();
  } catch (error) {
    await giveBack(work, entry, error);
  }
}

async function giveBack(work: Work, entry: Held, error: unknown): Promise<void> {
  const { db, log, monotonic, chance } = work.options;
  const { workspaceId } = entry.lease;
  const attempt = (work.failures.get(workspaceId)?.attempt ?? 0) + 1;
  const waitMs = backoffMs({ attempt, firstMs: 1_000, maxMs: 60_000, chance: chance() });
  log.error({ error, workspaceId, attempt, waitMs }, "workspace could not be started");
  work.failures.set(workspaceId, { attempt, retryAt: monotonic() + waitMs });
  if (work.held.get(workspaceId) !== entry) return;
  forget(work, entry);
  // Not released, it runs out by itself.
  await releaseLease(db.query, entry.lease).catch((cause) =>
    log.warn({ error: cause, workspaceId }, "lease not released"),
  );
}

async function renewAll(work: Work): Promise<void> {
  const { db, leaseTime, monotonic, leaseMs } = work.options;
  for (const entry of work.held.values()) {
    const renewedAt = monotonic();
    const now = (await leaseTime()).toISOString();
    const lease = await renewLease(db.query, entry.lease, { now, leaseMs });
    if (lease) Object.assign(entry, { lease, renewedAt });
    else lose(work, entry);
  }
}

/** Without the database: also after this process was stopped for a while, or cannot reach it. */
function dropExpired(work: Work): void {
  const { monotonic, leaseMs } = work.options;
  for (const entry of work.held.values()) {
    if (monotonic() - entry.renewedAt >= (leaseMs * 5) / 6) lose(work, entry);
  }
}

function lose(work: Work, entry: Held): void {
  if (work.held.get(entry.lease.workspaceId) !== entry) return;
  const { log, metrics } = work.options;
  log.warn({ workspaceId: entry.lease.workspaceId, fencingToken: entry.lease.token }, "lease lost");
  metrics.leaseLost();
  forget(work, entry);
  entry.running?.abandon();
}

function forget(work: Work, entry: Held): void {
  work.held.delete(entry.lease.workspaceId);
  work.options.metrics.leasesHeld(work.held.size);
}

/** What has not ended in time is abandoned and its lease left to run out: to others this looks like a crash. */
async function drainAll(work: Work): Promise<void> {
  const { setTimer, shutdownMs, log } = work.options;
  const drained = Promise.all([...work.held.values()].map((entry) => drain(work, entry)));
  const timeUp = Promise.withResolvers<void>();
  const cancel = setTimer(shutdownMs, timeUp.resolve);
  await Promise.race([drained, timeUp.promise]);
  cancel();
  for (const entry of work.held.values()) {
    log.warn({ workspaceId: entry.lease.workspaceId, ms: shutdownMs }, "stopped before its work had ended");
    forget(work, entry);
    entry.running?.abandon();
  }
}

async function drain(work: Work, entry: Held): Promise<void> {
  const { db, log } = work.options;
  const { workspaceId } = entry.lease;
  try {
    await entry.startup;
    await entry.running?.drain();
    if (work.held.get(workspaceId) !== entry) return;
    forget(work, entry);
    await releaseLease(db.query, entry.lease);
  } catch (error) {
    log.error({ error, workspaceId }, "workspace could not be ended in order");
  }
}
