import { createWorker, type Running, type Worker, type WorkerOptions } from "../../src/jobs/worker.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { Db } from "../../src/store/db.ts";
import type { Lease } from "../../src/store/leases.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { eventually } from "../eventually.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables } from "../store/database.ts";

export type Fake = { worker: Worker; journal: string[]; leases: Lease[] };

/** Workers on one database and one clock that stands until it is moved. */
export type World = {
  db: Db;
  clock: ManualClock;
  addWorkspaces(...ids: string[]): Promise<void>;
  /** A worker whose workspaces only write down what is done to them. */
  aWorker(holder: string, changes?: Partial<WorkerOptions> & { running?: Partial<Running> }): Fake;
  /** Moves the clock in steps, so that what each step begins is done before the next. */
  pass(ms: number, isTrue: () => boolean): Promise<void>;
  /** Every statement fails until the answer is called, or each of which `isRefused` says so. */
  breakDatabase(isRefused?: (statement: Statement) => boolean): () => void;
  stop(): Promise<void>;
};

/** On a database of the file's own, which it empties. */
export async function startWorld(db: Db): Promise<World> {
  await emptyTables(db);
  const statements = count(db);
  const clock = createManualClock();
  const workers: Worker[] = [];

  /** No statement is under way, and none follows at once. */
  async function quiet(): Promise<void> {
    for (let turns = 0; turns < 5; turns++) {
      await eventually(() => statements.underWay === 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    db,
    clock,
    async addWorkspaces(...ids) {
      for (const id of ids) await ensureWorkspace(db.query, { id, name: id, at: clock.now().toISOString() });
    },
    aWorker(holder, changes = {}) {
      const journal: string[] = [];
      const leases: Lease[] = [];
      const worker = createWorker({
        db,
        ...clock,
        leaseTime: async () => clock.now(),
        log: silentLog,
        metrics: createMetrics(),
        holder,
        leaseMs: 30_000,
        shutdownMs: 20_000,
        channel: "inbox",
        chance: () => 0.5,
        async start(lease) {
          journal.push(`start ${lease.workspaceId}`);
          leases.push(lease);
          return {
            wake: () => void journal.push("wake"),
            drain: async () => void journal.push("drain"),
            abandon: () => void journal.push("abandon"),
            ...changes.running,
          };
        },
        ...changes,
      });
      workers.push(worker);
      return { worker, journal, leases };
    },
    async pass(ms, isTrue) {
      for (let passed = 0; passed < ms && !isTrue(); passed += 1_000) {
        clock.advance(1_000);
        await quiet();
      }
    },
    breakDatabase(isRefused = () => true) {
      statements.isRefused = isRefused;
      return () => {
        statements.isRefused = () => false;
      };
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      statements.stop();
    },
  };
}

export type Statement = { sql: string; parameters: readonly unknown[] };

type Statements = { underWay: number; isRefused: (statement: Statement) => boolean; stop(): void };

function count(watched: Db): Statements {
  const executor = watched.query.getExecutor();
  const { executeQuery } = executor;
  const execute = executeQuery.bind(executor);
  const stop = () => void Object.assign(executor, { executeQuery });
  const counter: Statements = { underWay: 0, isRefused: () => false, stop };
  executor.executeQuery = (query) => {
    if (counter.isRefused(query)) return Promise.reject(new Error("the database is away"));
    counter.underWay += 1;
    return execute(query).finally(() => {
      counter.underWay -= 1;
    });
  };
  return counter;
}

export async function started(fake: Fake): Promise<Fake> {
  await fake.worker.start();
  await eventually(() => fake.journal.includes("wake"));
  return fake;
}

export const never = () => false;
