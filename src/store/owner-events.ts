import { sql } from "kysely";
import type { LeadName } from "./counterparts.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** That somebody set the owner of a lead, as an event told it; `ownerId` as the CRM has it. */
export type OwnerEvent = LeadName & { at: string; ownerId: string | null; automated: boolean; byThisApp: boolean };

/** What was told of the owners of these leads since, oldest first. */
export async function ownerEventsOf(
  db: Query,
  { workspaceId, leads, since }: { workspaceId: string; leads: readonly LeadName[]; since: string },
): Promise<OwnerEvent[]> {
  const { rows } = await sql<OwnerEvent>`
    select i.connection_id, i.subject_id as lead_id, i.occurred_at as at, i.change->>'value' as owner_id,
      coalesce(i.change->>'automated', 'false') = 'true' as automated, i.by_this_app
    from json_to_recordset(${toJson(leads)}::json) as e("connectionId" text, "leadId" text)
    join inbox i on i.connection_id = e."connectionId" and i.subject_kind = 'lead' and i.subject_id = e."leadId"
    where i.workspace_id = ${workspaceId} and i.occurred_at >= ${since}
      and i.change->>'kind' = 'lead-changed' and i.change->>'field' = 'owner'
    order by i.occurred_at, i.event_key
  `.execute(db);
  return rows;
}
