import { sql } from "kysely";
import type { Opportunity } from "../model/account.ts";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";
import { type Reading, type Removal, takeFound, takeGone } from "./readings.ts";

/**
 * Stores opportunities as they were read, and the accounts they belong to; each at most once per call. One of which
 * something newer is known, also that it is gone, stays as it is. Answers the ids of those that were stored.
 */
export async function upsertOpportunities(
  tx: Tx,
  { opportunities, ...reading }: Reading & { opportunities: readonly Opportunity[] },
): Promise<ReadonlySet<string>> {
  if (opportunities.length === 0) return new Set();
  const { workspaceId, connectionId, readAt, at } = reading;
  const newest = await takeFound(tx, "opportunities", { ...reading, ids: opportunities.map(({ id }) => id) });
  const rows = opportunities.filter(({ id }) => newest.has(id)).map((body) => ({ ...body, body }));
  await sql`
    with synced as (
      select id, body, "isOpen" as is_open, "ownerId" as owner_id, "accountIds" as account_ids
      from json_to_recordset(${toJson(rows)}::json)
        as e(id text, body jsonb, "isOpen" boolean, "ownerId" text, "accountIds" text[])
    ), put as (
      insert into opportunities (workspace_id, connection_id, id, body, is_open, owner_id, synced_at, read_at)
      select ${workspaceId}, ${connectionId}, id, body, is_open, owner_id, ${at}::timestamptz, ${readAt}::timestamptz
      from synced
      on conflict (connection_id, id) do update set body = excluded.body, is_open = excluded.is_open,
        owner_id = excluded.owner_id, synced_at = excluded.synced_at, read_at = excluded.read_at
    ), dropped as (
      delete from opportunity_accounts o using synced s
      where o.connection_id = ${connectionId} and o.opportunity_id = s.id and o.account_id <> all (s.account_ids)
    )
    insert into opportunity_accounts (workspace_id, connection_id, opportunity_id, account_id)
    select distinct ${workspaceId}, ${connectionId}, s.id, account_id from synced s, unnest(s.account_ids) as account_id
    on conflict do nothing
  `.execute(tx);
  return newest;
}

/** The CRM has them no more: only what it is asked after this brings them back. Answers the ids of those that are gone. */
export async function removeOpportunities(tx: Tx, removal: Removal): Promise<readonly string[]> {
  const { connectionId } = removal;
  const ids = await takeGone(tx, "opportunities", removal);
  await sql`
    with gone as (delete from opportunities where connection_id = ${connectionId} and id = any(${ids}))
    delete from opportunity_accounts where connection_id = ${connectionId} and opportunity_id = any(${ids})
  `.execute(tx);
  return ids;
}

/** An open opportunity that somebody owns, and what it weighs as their work (null: nothing yet). */
type OwnedOpportunity = Pick<Opportunity, "id" | "phase" | "stageSince"> & { ownerId: string; points: number | null };

/** Those of a connection, by id, after one of them. */
export async function ownedOpportunities(
  db: Query,
  connectionId: string,
  { after, limit }: { after: string; limit: number },
): Promise<OwnedOpportunity[]> {
  const { rows } = await sql<{ id: string; ownerId: string; body: Opportunity; points: number | null }>`
    select o.id, o.owner_id, o.body, w.points
    from opportunities o
    left join open_work w on w.workspace_id = o.workspace_id and w.item_kind = 'opportunity' and w.item_id = o.id
    where o.connection_id = ${connectionId} and o.is_open and o.owner_id is not null and o.id > ${after}
    order by o.id limit ${limit}
  `.execute(db);
  return rows.map(({ id, ownerId, points, body: { phase, stageSince } }) => ({
    ...{ id, ownerId, points },
    ...(phase === undefined ? {} : { phase }),
    ...(stageSince === undefined ? {} : { stageSince }),
  }));
}

/** Account id → its open opportunities, the most recently active first; accounts without any are missing. */
export async function openOpportunitiesOf(
  db: Query,
  connectionId: string,
  accountIds: readonly string[],
): Promise<Map<string, Opportunity[]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<{ accountId: string; body: Opportunity }>`
    select a.account_id, o.body from opportunity_accounts a
    join opportunities o on o.connection_id = a.connection_id and o.id = a.opportunity_id
    where a.connection_id = ${connectionId} and a.account_id = any(${[...accountIds]}) and o.is_open
    order by a.account_id, o.body->>'lastActivityAt' desc nulls last, o.id collate "C"
  `.execute(db);
  const found = new Map<string, Opportunity[]>();
  for (const { accountId, body } of rows) {
    const known = found.get(accountId);
    if (known === undefined) found.set(accountId, [body]);
    else known.push(body);
  }
  return found;
}
