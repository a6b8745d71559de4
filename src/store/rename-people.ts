import { sql } from "kysely";
import type { Tx } from "./db.ts";
import { toJson } from "./json.ts";
import { moveOpenWork, type WorkItem } from "./open-work.ts";

type Renamed = { workspaceId: string; connectionId: string; ids: readonly { from: string; to: string }[] };

/**
 * The workspace calls people by other ids since it has several CRMs: what they work on, and what is watched for them, is
 * theirs under those. Answers how much was. What was decided stays as it was, and pools have them as newcomers.
 */
export async function renamePeople(tx: Tx, { workspaceId, connectionId, ids }: Renamed): Promise<number> {
  if (ids.length === 0) return 0;
  const pairs = toJson(ids);
  const { rows } = await sql<WorkItem>`
    select w.item_kind, w.item_id, e."to" as rep_id, w.points from open_work w
    join json_to_recordset(${pairs}::json) as e("from" text, "to" text) on e."from" = w.rep_id
    where w.workspace_id = ${workspaceId}
      and exists (select 1 from leads l where l.connection_id = ${connectionId} and l.lead_id = w.item_id)
  `.execute(tx);
  await moveOpenWork(tx, { workspaceId, add: rows, remove: [] });
  const watched = await sql`
    update follow_ups f set holder_id = e."to" from json_to_recordset(${pairs}::json) as e("from" text, "to" text)
    where f.connection_id = ${connectionId} and f.state = 'open' and f.holder_id = e."from"
  `.execute(tx);
  const count = rows.length + Number(watched.numAffectedRows ?? 0);
  if (count === 0) return 0;
  await sql`
    update leads l set owner_id = e."to" from json_to_recordset(${pairs}::json) as e("from" text, "to" text)
    where l.connection_id = ${connectionId} and l.owner_id = e."from"
  `.execute(tx);
  return count;
}
