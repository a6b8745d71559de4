import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";

/** The records of a CRM that are kept as they were read: the table they are in. */
export type RecordKind = "accounts" | "opportunities";
/** `readAt`: when the CRM was asked, or told us; `at`: now. */
export type Reading = { workspaceId: string; connectionId: string; readAt: string; at: string };
/** `toRead`: an event told of it, which may be late, so that the CRM has to be asked once more. */
export type Removal = Reading & { ids: readonly string[]; toRead: boolean };

/**
 * Those of these records of which nothing newer is known: the newer reading of a record wins, and of two of one moment
 * that it is gone. Nobody else stores such records of the connection until the transaction ends.
 */
async function newestOf(
  tx: Tx,
  kind: RecordKind,
  { connectionId, readAt, at, ids }: Reading & { ids: readonly string[] },
): Promise<string[]> {
  // Of records that are not there no row can be locked. What the one before stored is seen by the next statement only.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${kind} of ${connectionId}`}, 0))`.execute(tx);
  // A reading from beyond now is of a clock that was put back.
  const { rows } = await sql<{ id: string }>`
    select wanted.id from unnest(${[...ids]}::text[]) as wanted(id)
    where not exists (
      select 1 from ${sql.table(kind)} known
      where known.connection_id = ${connectionId} and known.id = wanted.id
        and known.read_at > ${readAt}::timestamptz and known.read_at <= ${at}::timestamptz
    ) and not exists (
      select 1 from gone_records gone
      where gone.connection_id = ${connectionId} and gone.kind = ${kind} and gone.id = wanted.id
        and gone.read_at >= ${readAt}::timestamptz and gone.read_at <= ${at}::timestamptz
    )
  `.execute(tx);
  return rows.map(({ id }) => id);
}

/** Those of these records that are to be stored as they were read: the CRM has them, and nothing newer is known of them. */
export async function takeFound(
  tx: Tx,
  kind: RecordKind,
  found: Reading & { ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const ids = await newestOf(tx, kind, found);
  await sql`
    delete from gone_records where connection_id = ${found.connectionId} and kind = ${kind} and id = any(${ids})
  `.execute(tx);
  return new Set(ids);
}

/** Those of these records that are to be deleted: only what the CRM is asked after this brings them back. */
export async function takeGone(tx: Tx, kind: RecordKind, removal: Removal): Promise<string[]> {
  const { workspaceId, connectionId, readAt, at, toRead } = removal;
  const ids = await newestOf(tx, kind, removal);
  await sql`
    insert into gone_records (workspace_id, connection_id, kind, id, read_at, noted_at, to_read)
    select distinct ${workspaceId}, ${connectionId}, ${kind}, id, ${readAt}::timestamptz, ${at}::timestamptz,
      ${toRead}::boolean
    from unnest(${ids}::text[]) as id
    on conflict (connection_id, kind, id) do update
      set read_at = excluded.read_at, noted_at = excluded.noted_at, to_read = excluded.to_read
  `.execute(tx);
  return ids;
}

/** Ids of those of which an event told that they are gone, and that the CRM was not asked for since. */
export async function goneToRead(db: Query, kind: RecordKind, connectionId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from gone_records where connection_id = ${connectionId} and kind = ${kind} and to_read order by id
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** No answer of a CRM is stored so long after it was asked, and no index on a disk is so old. */
const keptDays = 7;

export async function pruneGone(db: Query, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * 86_400_000).toISOString();
  await sql`delete from gone_records where noted_at < ${before}`.execute(db);
}
