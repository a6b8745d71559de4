import { sql } from "kysely";
import type { Account } from "../model/account.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

type Synced = { workspaceId: string; connectionId: string; accounts: readonly Account[]; at: string };

/** Stores accounts as the CRM has them now, and the domains they are found by. Each account at most once per call. */
export async function upsertAccounts(db: Query, { workspaceId, connectionId, accounts, at }: Synced): Promise<void> {
  if (accounts.length === 0) return;
  const rows = accounts.map((account) => ({ id: account.id, body: account, domains: account.domains }));
  await sql`
    with synced as (
      select id, body, domains
      from json_to_recordset(${toJson(rows)}::json) as e(id text, body jsonb, domains text[])
    ), put as (
      insert into accounts (workspace_id, connection_id, id, body, synced_at)
      select ${workspaceId}, ${connectionId}, id, body, ${at}::timestamptz from synced
      on conflict (connection_id, id) do update set body = excluded.body, synced_at = excluded.synced_at
    ), dropped as (
      delete from account_domains d using synced s
      where d.connection_id = ${connectionId} and d.account_id = s.id and d.domain <> all (s.domains)
    )
    insert into account_domains (workspace_id, connection_id, domain, account_id)
    select distinct ${workspaceId}, ${connectionId}, domain, s.id from synced s, unnest(s.domains) as domain
    on conflict do nothing
  `.execute(db);
}

export async function removeAccounts(db: Query, connectionId: string, ids: readonly string[]): Promise<void> {
  await sql`
    with gone as (delete from accounts where connection_id = ${connectionId} and id = any(${[...ids]}))
    delete from account_domains where connection_id = ${connectionId} and account_id = any(${[...ids]})
  `.execute(db);
}

/** By account id; unknown ones are missing. */
export async function accountsById(
  db: Query,
  connectionId: string,
  ids: readonly string[],
): Promise<Map<string, Account>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ body: Account }>`
    select body from accounts where connection_id = ${connectionId} and id = any(${[...ids]})
  `.execute(db);
  return new Map(rows.map(({ body }) => [body.id, body]));
}

export async function countAccounts(db: Query, connectionId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from accounts where connection_id = ${connectionId}
  `.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** The accounts of a connection, by id, after one of them. `since`: those alone that were stored since; null: all. */
export async function accountsAfter(
  db: Query,
  connectionId: string,
  { after, limit, since }: { after: string; limit: number; since: string | null },
): Promise<Account[]> {
  const { rows } = await sql<{ body: Account }>`
    select body from accounts where connection_id = ${connectionId} and id > ${after}
      and ${since === null ? sql`true` : sql`synced_at >= ${since}`}
    order by id limit ${limit}
  `.execute(db);
  return rows.map(({ body }) => body);
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
