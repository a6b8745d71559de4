import { randomBytes } from "node:crypto";
import pg from "pg";

/** A fresh database on a PostgreSQL server, so that a bench leaves nothing behind. */
export type ServerDatabase = { url: string; name: string; drop(): Promise<void> };

export async function openServerDatabase(server: string): Promise<ServerDatabase> {
  const name = `baton_bench_${randomBytes(6).toString("hex")}`;
  const [row] = await query(server, `create database ${name}`, "show server_version");
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name: `PostgreSQL ${String(row?.server_version ?? "").split(" ", 1)[0]}`,
    drop: async () => void (await query(server, `drop database if exists ${name} with (force)`)),
  };
}

/** Runs statements one by one; the rows of the last. */
async function query(server: string, ...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
