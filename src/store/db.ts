import { EventEmitter } from "node:events";
import { join } from "node:path";
import { PGlite, type PGliteOptions, types as pgliteTypes } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import {
  CamelCasePlugin,
  type Dialect,
  Kysely,
  PGliteDialect,
  PostgresDialect,
  type PostgresPool,
  sql,
  type Transaction,
} from "kysely";
import pg from "pg";
import { lockDirectory } from "./directory-lock.ts";
import { durableStartParams, type FlushCounter, flushHook } from "./durable-fs.ts";
import { listenOn } from "./listen.ts";
import { isDatabaseOutage } from "./outage.ts";
import type { Schema } from "./schema.ts";

/** One statement at a time, in a transaction or not: what most store functions take. */
export type Query = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export type Db = {
  kind: "pglite" | "postgres";
  query: Query;
  /**
   * Commits when `run` resolves, else rolls back. `run` awaits nothing but `tx` (on PGlite `db.query` inside it would
   * wait for ever) and may run again: a deadlock or serialisation failure is retried twice.
   */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>;
  /** Wakes every listener of the channel, in this process (PGlite) or in all (PostgreSQL). A hint: it may get lost. */
  notify(channel: string): Promise<void>;
  /** Answers with the way to stop listening. */
  listen(channel: string, onWake: () => void): Promise<() => Promise<void>>;
  /** Files flushed so far; 0 for databases that are not ours to flush. */
  flushes(): number;
  close(): Promise<void>;
};

/** `idleTransactionMs`: the server ends a transaction in which nothing is asked for so long; default: 10 s. */
type ServerOptions = { url: string; idleTransactionMs?: number };
/** PGlite's own module, compiled once for all databases of a process. */
export type CompiledPglite = NonNullable<PGliteOptions["pgliteWasmModule"]>;
type EmbeddedOptions = { wasm?: CompiledPglite | undefined };
type DirectoryOptions = EmbeddedOptions & { dataDir: string };
/** A database in memory, as tests open many of. */
type MemoryOptions = EmbeddedOptions & { image: Blob };
export type DbOptions = ServerOptions | DirectoryOptions | MemoryOptions;

/** Told of every statement, and every connection, that failed by the database's own fault. */
export type OnOutage = (error: unknown) => void;

/** Opens the database; throws `DirectoryInUse` when another process has the directory. `migrate` it before use. */
export async function openDatabase(options: DbOptions, onOutage: OnOutage = () => undefined): Promise<Db> {
  if ("url" in options) return openPostgres(options, onOutage);
  if ("dataDir" in options) return openDirectory(options, onOutage);
  return openPglite(await PGlite.create(inMemory(options)), onOutage);
}

/** With few buffers: at a start all of them are cleared, which takes longer than all the rest. */
const inMemory = ({ image, wasm }: MemoryOptions): PGliteOptions => ({
  parsers,
  loadDataDir: image,
  startParams: [...PGlite.defaultStartParams, "-B", "2048"],
  ...compiled(wasm),
});

const compiled = (wasm: CompiledPglite | undefined) => (wasm === undefined ? {} : { pgliteWasmModule: wasm });

/** The data directory of a fresh database after `prepare`: tests open copies of it in a fraction of the time. */
export async function createImage(prepare: (db: Db) => Promise<void>): Promise<Blob> {
  const pglite = await PGlite.create({
    parsers,
    initDbStartParams: ["--wal-segsize=1"],
    startParams: [...PGlite.defaultStartParams, "-c", "min_wal_size=2MB", "-c", "max_wal_size=2MB"],
  });
  const db = openPglite(pglite, () => undefined);
  try {
    await prepare(db);
    // Each copy is read and written whole: three quarters of it would be databases that others are made from, and an old log.
    await pglite.exec("update pg_database set datistemplate = false");
    for (const each of ["drop database template0", "drop database template1", "checkpoint", "checkpoint"])
      await pglite.exec(each);
    return await pglite.dumpDataDir("none");
  } finally {
    await db.close();
  }
}

async function openDirectory({ dataDir, wasm }: DirectoryOptions, onOutage: OnOutage): Promise<Db> {
  const lock = lockDirectory(dataDir);
  const counter: FlushCounter = { flushes: 0 };
  try {
    const fs = new NodeFS(join(dataDir, "pg"));
    const init = fs.init.bind(fs);
    fs.init = async (instance, options) => {
      const { emscriptenOpts } = await init(instance, options);
      return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), flushHook(counter)] } };
    };
    const startParams = durableStartParams(PGlite.defaultStartParams);
    const db = openPglite(await PGlite.create({ fs, startParams, parsers, ...compiled(wasm) }), onOutage);
    const close = async () => {
      await db.close();
      lock.release();
    };
    return { ...db, flushes: () => counter.flushes, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openPglite(pglite: PGlite, onOutage: OnOutage): Db {
  const wakes = new EventEmitter();
  wakes.setMaxListeners(0);
  const made = queries(new PGliteDialect({ pglite }), onOutage);
  return {
    kind: "pglite",
    ...made,
    async close() {
      await made.close();
      // Kysely knows of the database from its first query on; one that was never asked anything must close as well.
      if (!pglite.closed) await pglite.close();
    },
    async notify(channel) {
      wakes.emit(channel);
    },
    async listen(channel, onWake) {
      wakes.on(channel, onWake);
      return async () => {
        wakes.off(channel, onWake);
      };
    },
    flushes: () => 0,
  };
}

function openPostgres({ url, idleTransactionMs = 10_000 }: ServerOptions, onOutage: OnOutage): Db {
  const connection = { connectionString: url, application_name: "baton", types: postgresTypes(), keepAlive: true };
  // A connection that is opened in the middle of a burst costs it more than an idle one costs the server. One web and
  // four worker processes must fit into the hundred that PostgreSQL allows as it is installed.
  // A machine that hangs in the middle of a transaction must not keep others from the rows that it has locked.
  const idle_in_transaction_session_timeout = idleTransactionMs;
  const limits = { max: 15, idleTimeoutMillis: 10 * 60_000, connectionTimeoutMillis: 10_000 };
  const pool = new pg.Pool({
    ...connection,
    ...limits,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout,
  });
  // A server that goes away breaks every open connection; without a listener each would end the process. The statement
  // under way is rejected, the pool drops the connection, and the next statement opens another.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));

  const listener = listenOn(() => new pg.Client(connection));
  const { query, transaction, close } = queries(new PostgresDialect({ pool: telling(pool, onOutage) }), onOutage);
  return {
    kind: "postgres",
    query,
    transaction,
    notify: createNotifier((channel) => sql`select pg_notify(${channel}, '')`.execute(query)),
    listen: listener.listen,
    flushes: () => 0,
    async close() {
      await listener.close();
      await close();
    },
  };
}

/** One notification of a channel at a time: whoever asks while one is under way is served by the next, together. */
function createNotifier(send: (channel: string) => Promise<unknown>): (channel: string) => Promise<void> {
  type Channel = { current: Promise<unknown>; next: Promise<void> | null };
  const channels = new Map<string, Channel>();

  return (name) => {
    const channel = channels.get(name) ?? { current: Promise.resolve(), next: null };
    channels.set(name, channel);
    // What the asker stored is committed, so a notification that is sent from now on tells of it.
    channel.next ??= channel.current.then(async () => {
      channel.next = null;
      const sent = send(name);
      channel.current = sent.catch(() => undefined);
      await sent;
    });
    return channel.next;
  };
}

function queries(dialect: Dialect, onOutage: OnOutage): Pick<Db, "query" | "transaction" | "close"> {
  const query = new Kysely<Schema>({
    dialect,
    // Rows come out as plain camelCase objects; what is inside a JSON value stays as it was stored.
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log(event) {
      if (event.level === "error" && isDatabaseOutage(event.error) && !mayRunAgain(event.error)) onOutage(event.error);
    },
  });
  return {
    query,
    async transaction(run) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await query.transaction().execute(run);
        } catch (error) {
          if (attempt === 3 || !mayRunAgain(error)) throw error;
        }
      }
    },
    close: () => query.destroy(),
  };
}

/** Kysely tells of statements; that no connection could be had, it does not. */
function telling(pool: pg.Pool, onOutage: OnOutage): PostgresPool {
  return {
    async connect() {
      try {
        return await pool.connect();
      } catch (error) {
        onOutage(error);
        throw error;
      }
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

/** PostgreSQL's codes for "serialization_failure" and "deadlock_detected": nothing was done. */
function mayRunAgain(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");
}

const isoString = (text: string) => new Date(text).toISOString();

// Both drivers give the same values: instants as ISO strings, int8 (fencing tokens, counts) as numbers.
const parsers = { [pgliteTypes.TIMESTAMPTZ]: isoString, [pgliteTypes.INT8]: Number };

function postgresTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  const parseInstant = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, "text");
  types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text: string) => parseInstant(text).toISOString());
  types.setTypeParser(pg.types.builtins.INT8, Number);
  return types;
}
