import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";
import type { ItemKind } from "./schema.ts";

type ItemName = { itemKind: ItemKind; itemId: string };
/** One thing that a rep works on, and how much of the rep's capacity it takes. */
export type WorkItem = ItemName & { repId: string; points: number };

type Moves = { workspaceId: string; add: readonly WorkItem[]; remove: readonly ItemName[] };

/**
 * Adds and removes open work; adding a known item moves it to its new rep. Each rep's load stays the sum of its items,
 * however often this is repeated. Of one item in both lists, `add` counts.
 */
export async function moveOpenWork(tx: Tx, { workspaceId, add, remove }: Moves): Promise<void> {
  const items = new Map<string, ItemName & { repId: string | null; points: number }>();
  for (const item of remove) items.set(nameOf(item), { ...item, repId: null, points: 0 });
  for (const item of add) items.set(nameOf(item), item);
  if (items.size === 0) return;

  // The sums are made from what stands there, so nobody else may move this workspace's items meanwhile.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`open work of ${workspaceId}`}, 0))`.execute(tx);
  await sql`
    with moves as (
      select "itemKind" as item_kind, "itemId" as item_id, "repId" as rep_id, points
      from json_to_recordset(${toJson([...items.values()])}::json)
        as e("itemKind" text, "itemId" text, "repId" text, points int)
    ), before as (
      select w.item_kind, w.item_id, w.rep_id, w.points
      from open_work w join moves m on m.item_kind = w.item_kind and m.item_id = w.item_id
      where w.workspace_id = ${workspaceId}
    ), removed as (
      delete from open_work w using moves m
      where w.workspace_id = ${workspaceId} and w.item_kind = m.item_kind and w.item_id = m.item_id and m.rep_id is null
    ), added as (
      insert into open_work as w (workspace_id, item_kind, item_id, rep_id, points)
      select ${workspaceId}, item_kind, item_id, rep_id, points from moves where rep_id is not null
      on conflict (workspace_id, item_kind, item_id) do update set rep_id = excluded.rep_id, points = excluded.points
      where w.rep_id <> excluded.rep_id or w.points <> excluded.points
    ), changes as (
      select rep_id, sum(points)::int as points from (
        select rep_id, -points as points from before
        union all select rep_id, points from moves where rep_id is not null
      ) as each_item group by rep_id
    )
    insert into loads as l (workspace_id, rep_id, points)
    select ${workspaceId}, rep_id, points from changes where points <> 0 order by rep_id
    on conflict (workspace_id, rep_id) do update set points = l.points + excluded.points
  `.execute(tx);
}

/** Whose work a lead is, and how much of it: none when it was dealt with, and may be taken up again. */
export type LeadWork = { repId: string; points: 0 | 1 };

/** A lead that this rep has to act on. */
export const asWork = (repId: string | null): LeadWork | null => (repId === null ? null : { repId, points: 1 });

/** One lead is such work from now on, or (null) nobody's. */
export async function moveLead(
  tx: Tx,
  { workspaceId, leadId, to }: { workspaceId: string; leadId: string; to: LeadWork | null },
): Promise<void> {
  const item = { itemKind: "lead" as const, itemId: leadId };
  const [add, remove] = to === null ? [[], [item]] : [[{ ...item, ...to }], []];
  await moveOpenWork(tx, { workspaceId, add, remove });
}

/** The lead was dealt with: it takes no capacity of its rep any more. False when it took none. */
export async function closeLead(
  tx: Tx,
  { workspaceId, leadId }: { workspaceId: string; leadId: string },
): Promise<boolean> {
  const work = (await worksOfLeads(tx, workspaceId, [leadId])).get(leadId);
  if (work === undefined || work.points === 0) return false;
  await moveLead(tx, { workspaceId, leadId, to: { repId: work.repId, points: 0 } });
  return true;
}

/** Rep id → open work in points. Reps without any may be missing. */
export async function readLoads(db: Query, workspaceId: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ repId: string; points: number }>`
    select rep_id, points from loads where workspace_id = ${workspaceId} order by rep_id
  `.execute(db);
  return Object.fromEntries(rows.map(({ repId, points }) => [repId, points]));
}

/** Lead id → whose work it is or was; leads that never were, or that are gone, are missing. */
export async function worksOfLeads(
  db: Query,
  workspaceId: string,
  leadIds: readonly string[],
): Promise<Map<string, LeadWork>> {
  const { rows } = await sql<LeadWork & { itemId: string }>`
    select item_id, rep_id, points from open_work
    where workspace_id = ${workspaceId} and item_kind = 'lead' and item_id = any(${[...leadIds]})
  `.execute(db);
  return new Map(rows.map(({ itemId, repId, points }) => [itemId, { repId, points }]));
}

/** Lead id → the rep whose open work it is; leads that are nobody's are missing. */
export async function holdersOfLeads(
  db: Query,
  workspaceId: string,
  leadIds: readonly string[],
): Promise<Map<string, string>> {
  const works = await worksOfLeads(db, workspaceId, leadIds);
  return new Map([...works].flatMap(([leadId, { repId, points }]) => (points === 0 ? [] : [[leadId, repId] as const])));
}

/** A lead that is or was a rep's work, and when the decision in effect was made. */
export type OpenLead = LeadWork & { leadId: string; decidedAt: string };

/**
 * Those decided before a moment, by lead id, of one connection; of those that were dealt with, the ones decided since
 * `closedSince`. None with a write that the CRM has not confirmed.
 */
export async function openLeads(
  db: Query,
  of: { workspaceId: string; connectionId: string },
  { decided, after, limit }: { decided: { before: string; closedSince: string }; after: string; limit: number },
): Promise<OpenLead[]> {
  const { rows } = await sql<OpenLead>`
    select w.item_id as lead_id, w.rep_id, w.points, l.decided_at from open_work w
    join leads l on l.connection_id = ${of.connectionId} and l.lead_id = w.item_id
    where w.workspace_id = ${of.workspaceId} and w.item_kind = 'lead' and w.item_id > ${after}
      and l.decided_at < ${decided.before} and (w.points > 0 or l.decided_at > ${decided.closedSince})
      and not exists (select 1 from operations o where o.connection_id = ${of.connectionId}
        and o.lead_id = w.item_id and o.settled_at is null and o.kind = 'update-lead')
    order by w.item_id limit ${limit}
  `.execute(db);
  return rows;
}

function nameOf({ itemKind, itemId }: ItemName): string {
  return `${itemKind} ${itemId}`;
}
