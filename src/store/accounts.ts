import { sql } from "kysely";
import type { Account } from "../model/account.ts";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";
import { type Reading, type Removal, takeFound, takeGone } from "./readings.ts";

/**
 * Stores accounts as they were read, and the domains they are found by; each account at most once per call. One of which
 * something newer is known, also that it is gone, stays as it is. Answers the ids of those that were stored.
 */
export async function upsertAccounts(
  tx: Tx,
  { accounts, ...reading }: Reading & { accounts: readonly Account[] },
): Promise<ReadonlySet<string>> {
  if (accounts.length === 0) return new Set();
  const { workspaceId, connectionId, readAt, at } = reading;
  const newest = await takeFound(tx, "accounts", { ...reading, ids: accounts.map(({ id }) => id) });
  const rows = accounts
    .filter(({ id }) => newest.has(id))
    .map((account) => ({ id: account.id, body: account, domains: account.domains }));
  await sql`
    with synced as (
      select id, body, domains
      from json_to_recordset(${toJson(rows)}::json) as e(id text, body jsonb, domains text[])
    ), put as (
      insert into accounts (workspace_id, connection_id, id, body, synced_at, read_at)
      select ${workspaceId}, ${connectionId}, id, body, ${at}::timestamptz, ${readAt}::timestamptz from synced
      on conflict (connection_id, id) do update
        set body = excluded.body, synced_at = excluded.synced_at, read_at = excluded.read_at
    ), dropped as (
      delete from account_domains d using synced s
      where d.connection_id = ${connectionId} and d.account_id = s.id and d.domain <> all (s.domains)
    )
    insert into account_domains (workspace_id, connection_id, domain, account_id)
    select distinct ${workspaceId}, ${connectionId}, domain, s.id from synced s, unnest(s.domains) as domain
    on conflict do nothing
  `.execute(tx);
  return newest;
}

/** The CRM has them no more: only what it is asked after this brings them back. Also of those that we never saw. */
export async function removeAccounts(tx: Tx, removal: Removal): Promise<void> {
  const { connectionId } = removal;
  const ids = await takeGone(tx, "accounts", removal);
  await sql`
    with gone as (delete from accounts where connection_id = ${connectionId} and id = any(${ids}))
    delete from account_domains where connection_id = ${connectionId} and account_id = any(${ids})
  `.execute(tx);
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
    where connection_id = ${connectionId} and id = any(${[...ids]})
  `.execute(db);
  return new Map(rows.map(({ body }) => [body.id, body]));
}

export async function countAccounts(db: Query, connectionId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from accounts where connection_id = ${connectionId}
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
    select body from accounts where connection_id = ${connectionId} and id > ${after}
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
    (
      select id from accounts where connection_id = ${connectionId} and synced_at >= ${since} and id > ${after}
      order by id limit ${limit}
    ) union (
      select id from gone_records
      where connection_id = ${connectionId} and kind = 'accounts' and noted_at >= ${since} and id > ${after}
      order by id limit ${limit}
    )
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
    where d.connection_id = ${connectionId} and d.domain = any(${[...domains]})
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
