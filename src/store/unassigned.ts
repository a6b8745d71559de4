import { sql } from "kysely";
import type { Outcome, Tier } from "../engine/decision.ts";
import type { Query } from "./db.ts";
import type { LeadState } from "./schema.ts";

/** A lead that has qualified, that no gate has stopped, and that nobody has. `outcome`: of its last decision; null: it has none yet. */
export type UnassignedLead = {
  workspaceId: string;
  leadId: string;
  state: LeadState;
  tier: Tier | null;
  /** When it qualified or its owner was cleared; of one that has not been read yet, when it was first heard of. */
  since: string;
  outcome: Outcome | null;
};

/** The longest without an owner first. `workspaceId` null: of all. */
export async function unassignedLeads(
  db: Query,
  { workspaceId, before, limit }: { workspaceId: string | null; before: string; limit: number },
): Promise<UnassignedLead[]> {
  const { rows } = await sql<UnassignedLead>`
    select l.workspace_id, l.lead_id, l.state, l.tier, coalesce(a.raised_at, l.qualified_at, l.seen_at) as since,
      d.decision->'outcome' as outcome
    from leads l left join decisions d on d.id = l.decision_id and d.qualified_at = l.qualified_at
      left join alerts a on a.workspace_id = l.workspace_id and a.connection_id = l.connection_id
        and a.kind = 'lead-unowned' and a.subject_id = l.lead_id and a.resolved_at is null and l.state = 'kept'
    where (a.id is not null or (l.state in ('routing', 'queued', 'followed', 'parked') and l.owner_id is null))
      and ${workspaceId === null ? sql`true` : sql`l.workspace_id = ${workspaceId}`}
      and coalesce(a.raised_at, l.qualified_at, l.seen_at) <= ${before}
    order by since, l.workspace_id, l.lead_id limit ${limit}
  `.execute(db);
  return rows;
}
