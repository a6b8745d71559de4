import { sql } from "kysely";
import type { Leavers, Ledgers } from "../engine/ledger.ts";
import type { Tx } from "./db.ts";
import { toJson } from "./json.ts";

type Pools = { workspaceId: string; poolIds: readonly string[]; at: string };

/**
 * Locks the ledgers of these pools until the transaction ends, making empty ones where there are none. Always in id
 * order: two batches can wait for each other, never for ever.
 */
export async function lockLedgers(tx: Tx, pools: Pools): Promise<Ledgers> {
  const poolIds = [...new Set(pools.poolIds)].sort();
  if (poolIds.length === 0) return { credits: {} };
  const known = await selectLedgers(tx, pools.workspaceId, poolIds);
  if (known.length === poolIds.length) return byPool(known);

  await sql`
    insert into ledgers (workspace_id, pool_id, credits, updated_at)
    select ${pools.workspaceId}, pool_id, '{}', ${pools.at}::timestamptz from unnest(${poolIds}::text[]) as pool_id
    order by pool_id collate "C"
    on conflict do nothing
  `.execute(tx);
  return byPool(await selectLedgers(tx, pools.workspaceId, poolIds));
}

type Ledger = { poolId: string; credits: Readonly<Record<string, number>>; leavers: Leavers };

async function selectLedgers(tx: Tx, workspaceId: string, poolIds: readonly string[]): Promise<Ledger[]> {
  const { rows } = await sql<Ledger>`
    select pool_id, credits, leavers from ledgers where workspace_id = ${workspaceId} and pool_id = any(${[...poolIds]})
    order by pool_id collate "C" for update
  `.execute(tx);
  return rows;
}

function byPool(ledgers: readonly Ledger[]): Ledgers {
  const left = ledgers.filter(({ leavers }) => Object.keys(leavers).length > 0);
  return {
    credits: Object.fromEntries(ledgers.map(({ poolId, credits }) => [poolId, credits])),
    ...(left.length === 0 ? {} : { leavers: Object.fromEntries(left.map(({ poolId, leavers }) => [poolId, leavers])) }),
  };
}

type Moves = { workspaceId: string; before: Ledgers; after: Ledgers; at: string };

/** A part of a statement that stores the pools whose ledgers moved. Lock them first. */
export function updateLedgers({ workspaceId, before, after, at }: Moves) {
  const ledgerOf = ({ credits, leavers = {} }: Ledgers, poolId: string): Ledger => ({
    poolId,
    credits: own(credits, poolId) ?? {},
    leavers: own(leavers, poolId) ?? {},
  });
  const moved = Object.keys(after.credits)
    .map((poolId) => ledgerOf(after, poolId))
    .filter((ledger) => JSON.stringify(ledger) !== JSON.stringify(ledgerOf(before, ledger.poolId)));
  return sql`
    update ledgers l set credits = e.credits, leavers = e.leavers, updated_at = ${at}
    from json_to_recordset(${toJson(moved)}::json) as e("poolId" text, credits jsonb, leavers jsonb)
    where l.workspace_id = ${workspaceId} and l.pool_id = e."poolId"
  `;
}

const own = <T>(pools: Readonly<Record<string, T>>, poolId: string): T | undefined =>
  Object.hasOwn(pools, poolId) ? pools[poolId] : undefined;
