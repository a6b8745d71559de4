import type { Deps } from "../deps.ts";
import { type Lease, releaseLease } from "../store/leases.ts";
import { backoffMs } from "./backoff.ts";

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

export type Held = {
  lease: Lease;
  /** Monotonic; when the request was made that renewed it last. */
  renewedAt: number;
  running: Running | null;
  startup: Promise<void>;
  /** Nobody else wanted it: it stays here, though it may be beyond the share. */
  isLeftover: boolean;
  /** Set when it is handed over; resolves when it has ended here. */
  ending: Promise<void> | null;
};

type Failure = { attempt: number; retryAt: number };

/** What a worker knows. */
export type Work = {
  options: WorkerOptions;
  held: Map<string, Held>;
  failures: Map<string, Failure>;
  /** Free workspaces that were left to others, and since when; monotonic. */
  leftToOthers: Map<string, number>;
  /** When this worker last said that it lives; monotonic. */
  beatenAt: number;
  isStopping: boolean;
};

/** Those that are not being handed over. */
export const staying = ({ held }: Work): Held[] => [...held.values()].filter(({ ending }) => ending === null);

/** A workspace is leased: its work begins. */
export function hold(
  work: Work,
  { lease, renewedAt, isLeftover }: Pick<Held, "lease" | "renewedAt" | "isLeftover">,
): void {
  const { log, metrics } = work.options;
  const entry: Held = { lease, renewedAt, isLeftover, running: null, startup: Promise.resolve(), ending: null };
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

/** Another may have it by now. */
export function lose(work: Work, entry: Held): void {
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
export async function drainWithin(work: Work, entries: readonly Held[]): Promise<void> {
  const { setTimer, shutdownMs, log } = work.options;
  const drained = Promise.all(
    entries.map((entry) => {
      entry.ending ??= drain(work, entry);
      return entry.ending;
    }),
  );
  const timeUp = Promise.withResolvers<void>();
  const cancel = setTimer(shutdownMs, timeUp.resolve);
  await Promise.race([drained, timeUp.promise]);
  cancel();
  for (const entry of entries) {
    const { workspaceId } = entry.lease;
    if (work.held.get(workspaceId) !== entry) continue;
    log.warn({ workspaceId, ms: shutdownMs }, "stopped before its work had ended");
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
