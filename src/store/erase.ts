import { sql } from "kysely";
import type { Tx } from "./db.ts";

type Erasure = { workspaceId: string; connectionId: string; leadId: string; at: string };

/**
 * Removes a lead's personal data from everything stored: the facts of its decisions and the values in its events. The
 * decisions stay as tombstones, which replay counts and skips (design.md 2). Tells how many became one.
 */
export async function eraseLead(tx: Tx, { workspaceId, connectionId, leadId, at }: Erasure): Promise<number> {
  const { numAffectedRows } = await sql`
    update decisions set facts = null, erased_at = ${at}
    where workspace_id = ${workspaceId} and lead_id = ${leadId} and connection_id = ${connectionId}
      and erased_at is null
  `.execute(tx);
  await sql`
    update inbox set change = change - 'value'
    where workspace_id = ${workspaceId} and connection_id = ${connectionId} and subject_kind = 'lead'
      and subject_id = ${leadId} and change ? 'value'
  `.execute(tx);
  await sql`
    update operations set receipt = receipt - 'because' - 'note'
    where workspace_id = ${workspaceId} and connection_id = ${connectionId} and lead_id = ${leadId}
      and receipt ?| array['because', 'note']
  `.execute(tx);
  return Number(numAffectedRows ?? 0);
}
