import { sql } from "kysely";
import type { Account } from "../model/account.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** `readAt`: when the CRM was asked; `at`: now. */
type Read = { workspaceId: string; connectionId: string; readAt: string; at: string };

/**
 * Stores accounts as they were read, and the domains they are found by; each account at most once per call. One that was
 * read later, or that the CRM was found not to have since, stays as it is. Answers the ids of those that were stored.
 */
export async function upsertAccounts(
  db: Query,
  { accounts, ...read }: Read & { accounts: readonly Account[] },
): Promise<ReadonlySet<string>> {
  return storeReadings(
    db,
    read,
    accounts.map((account) => ({ id: account.id, body: account, domains: account.domains })),
  );
}

/** The CRM has them no more: only what it is asked after this brings them back. Also of those that we never saw. */
export async function removeAccounts(db: Query, { ids, ...read }: Read & { ids: readonly string[] }): Promise<void> {
  await storeReadings(
    db,
    read,
    [...new Set(ids)].map((id) => ({ id, body: null, domains: [] })),
  );
}

type Reading = { id: string; body: Account | null; domains: readonly string[] };

/** The newer reading of an account wins, and of two of one moment that it is gone. */
async function storeReadings(
  db: Query,
  { workspaceId, connectionId, readAt, at }: Read,
  readings: readonly Reading[],
): Promise<ReadonlySet<string>> {
  if (readings.length === 0) return new Set();
  // A reading from beyond now is of a clock that was put back.
  const { rows } = await sql<{ id: string }>`
    with synced as (
      select id, body, domains
      from json_to_recordset(${toJson(readings)}::json) as e(id text, body jsonb, domains text[])
    ), put as (
      insert into accounts as a (workspace_id, connection_id, id, body, synced_at, read_at)
      select ${workspaceId}, ${connectionId}, id, body, ${at}::timestamptz, ${readAt}::timestamptz from synced
      on conflict (connection_id, id) do update
        set body = excluded.body, synced_at = excluded.synced_at, read_at = excluded.read_at
        where a.read_at is null or a.read_at < excluded.read_at or a.read_at > excluded.synced_at
          or (a.read_at = excluded.read_at and (a.body is not null or excluded.body is null))
      returning id
    ), stored as (
      select s.* from synced s join put using (id)
    ), dropped as (
      delete from account_domains d using stored s
      where d.connection_id = ${connectionId} and d.account_id = s.id and d.domain <> all (s.domains)
    ), found as (
      insert into account_domains (workspace_id, connection_id, domain, account_id)
      select distinct ${workspaceId}, ${connectionId}, domain, s.id from stored s, unnest(s.domains) as domain
      on conflict do nothing
    )
    select id from put
  `.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** By account id; unknown ones are missing. */
export async function accountsById(
  db: Query,
  connectionId: string,
  ids: readonly string[],
): Promise<Map<string, Account>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ body: Account }>`
    select body from accounts
    where connection_id = ${connectionId} and id = any(${[...ids]}) and body is not null
  `.execute(db);
  return new Map(rows.map(({ body }) => [body.id, body]));
}

export async function countAccounts(db: Query, connectionId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from accounts where connection_id = ${connectionId} and body is not null
  `.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** The accounts of a connection, by id, after one of them. */
export async function accountsAfter(
  db: Query,
  connectionId: string,
  { after, limit }: { after: string; limit: number },
): Promise<Account[]> {
  const { rows } = await sql<{ body: Account }>`
    select body from accounts where connection_id = ${connectionId} and id > ${after} and body is not null
    order by id limit ${limit}
  `.execute(db);
  return rows.map(({ body }) => body);
}

/** Ids of accounts that were stored, or found to be gone, since an instant; in order, after one of them. */
export async function changedAccounts(
  db: Query,
  connectionId: string,
  { since, after, limit }: { since: string; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from accounts where connection_id = ${connectionId} and synced_at >= ${since} and id > ${after}
    order by id limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Domain → its accounts, by id; domains that nobody has are missing. */
export async function accountsByDomain(
  db: Query,
  connectionId: string,
  domains: readonly string[],
): Promise<Map<string, Account[]>> {
  if (domains.length === 0) return new Map();
  const { rows } = await sql<{ domain: string; body: Account }>`
    select d.domain, a.body from account_domains d
    join accounts a on a.connection_id = d.connection_id and a.id = d.account_id
    where d.connection_id = ${connectionId} and d.domain = any(${[...domains]}) and a.body is not null
    order by d.domain, a.id collate "C"
  `.execute(db);
  const found = new Map<string, Account[]>();
  for (const { domain, body } of rows) {
    const known = found.get(domain);
    if (known === undefined) found.set(domain, [body]);
    else known.push(body);
  }
  return found;
}
