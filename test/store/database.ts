import { createHash, randomBytes } from "node:crypto";
import { cpSync } from "node:fs";
import { access, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { type CompiledPglite, createImage, type Db, type OnOutage, openDatabase } from "../../src/store/db.ts";
import { migrate } from "../../src/store/migrate.ts";

const migrations = join(import.meta.dirname, "../../src/store/migrations");

declare global {
  /** Of `test/environment.js`; not there outside of Jest. */
  var compiledPglite: (() => Promise<CompiledPglite>) | undefined;
}

/** The server that tests run on instead of PGlite, when one is named. */
export const testServer = process.env.TEST_DATABASE_URL;

/**
 * A migrated, empty database of its own: PGlite in memory, or a fresh database on the server that `TEST_DATABASE_URL`
 * names. Close it in `afterAll` or `afterEach`; that drops it.
 */
export async function openTestDatabase(onOutage?: OnOutage): Promise<Db> {
  return testServer === undefined ? openCopy(onOutage) : (await openOnServer(testServer, onOutage)).db;
}

async function openCopy(onOutage?: OnOutage): Promise<Db> {
  const path = join(tmpdir(), `baton-test-${await migrationsHash()}.image`);
  if (!(await exists(path))) {
    const image = await createImage(migrate);
    const draft = `${path}.${randomBytes(6).toString("hex")}`;
    await writeFile(draft, Buffer.from(await image.arrayBuffer()));
    await rename(draft, path); // other jest workers see all of it or nothing
  }
  return openDatabase({ image: new Blob([await readFile(path)]), wasm: await globalThis.compiledPglite?.() }, onOutage);
}

/** As the product opens it, but for what takes long and is the same each time. */
export async function openInDirectory(dataDir: string, onOutage?: OnOutage): Promise<Db> {
  return openDatabase({ dataDir, wasm: await globalThis.compiledPglite?.() }, onOutage);
}

export type FreshDirectory = { dataDir: string; remove(): Promise<void> };

/** A data directory with a migrated, empty database in it. */
export async function freshDirectory(): Promise<FreshDirectory> {
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-data-"));
  await fillDirectory(dataDir);
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

/** Puts a copy of such a database there: making one takes PGlite four seconds. */
export async function fillDirectory(dataDir: string): Promise<void> {
  // A thousand small files: one after the other they take a tenth of the processor's time.
  cpSync(await ensureDirectory(), dataDir, { recursive: true });
}

async function ensureDirectory(): Promise<string> {
  const path = join(tmpdir(), `baton-test-${await migrationsHash()}.data`);
  if (await exists(path)) return path;
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const db = await openDatabase({ dataDir: draft });
  await migrate(db);
  await db.close();
  for (const name of await readdir(draft)) if (name.startsWith("baton.lock.")) await rm(join(draft, name));
  await rename(draft, path).catch(async (error) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(path))) throw error; // else another jest worker was faster
  });
  return path;
}

/** A fresh database on the server, with its address for those who connect on their own. */
export async function openOnServer(server: string, onOutage?: OnOutage): Promise<{ db: Db; url: string }> {
  const name = `baton_test_${process.pid}_${randomBytes(6).toString("hex")}`;
  await withClient(server, async (client) => {
    const template = await ensureTemplate(client, server);
    await client.query(`create database ${name} template ${template}`);
  });
  const url = withDatabase(server, name);
  const db = await openDatabase({ url }, onOutage);
  const close = async () => {
    await db.close();
    await withClient(server, (client) => client.query(`drop database if exists ${name} with (force)`));
  };
  return { url, db: { ...db, close } };
}

async function ensureTemplate(client: pg.Client, server: string): Promise<string> {
  const name = `baton_template_${await migrationsHash()}`;
  await client.query("select pg_advisory_lock(728311)");
  const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
  if (rowCount === 0) {
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    const db = await openDatabase({ url: withDatabase(server, draft) });
    await migrate(db);
    await db.close();
    await client.query(`alter database ${draft} rename to ${name}`);
  }
  await client.query("select pg_advisory_unlock(728311)");
  return name;
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

async function migrationsHash(): Promise<string> {
  const hash = createHash("sha256").update("pglite 0.5.16");
  for (const name of (await readdir(migrations)).sort())
    hash.update(name).update(await readFile(join(migrations, name)));
  return hash.digest("hex").slice(0, 12);
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Takes every row out: cheaper than a database per test, for files that open one in `beforeAll`. */
export async function emptyTables(db: Db): Promise<void> {
  await sql`
    do $$ declare name regclass; begin
      for name in
        select oid from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
          and not relispartition and relname not like 'kysely%'
      loop execute 'delete from ' || name; end loop;
    end $$
  `.execute(db.query);
}
