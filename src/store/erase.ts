import { sql } from "kysely";
import { forgetHints } from "./account-hints.ts";
import type { Tx } from "./db.ts";
import { idsOfPerson } from "./leads.ts";

type Erasure = { workspaceId: string; connectionId: string; leadId: string; at: string };

/**
 * Removes a lead's personal data from everything stored: the facts of its decisions, the values in its events and
 * the hashes that other leads of the person are found by. The
 * decisions stay as tombstones, which replay counts and skips (design.md 2). Leads that were merged into this one were
 * the same person. Tells how many decisions became a tombstone.
 */
export async function eraseLead(tx: Tx, { workspaceId, connectionId, leadId, at }: Erasure): Promise<number> {
  const leadIds = await idsOfPerson(tx, connectionId, leadId);
  const { numAffectedRows } = await sql`
    update decisions set facts = null, erased_at = ${at}
    where workspace_id = ${workspaceId} and lead_id = any(${leadIds}) and connection_id = ${connectionId}
      and erased_at is null
  `.execute(tx);
  await sql`
    update inbox set change = change - 'value'
    where workspace_id = ${workspaceId} and connection_id = ${connectionId} and subject_kind = 'lead'
      and subject_id = any(${leadIds}) and change ? 'value'
  `.execute(tx);
  await sql`
    update operations set receipt = receipt - 'because' - 'note'
    where workspace_id = ${workspaceId} and connection_id = ${connectionId} and lead_id = any(${leadIds})
      and receipt ?| array['because', 'note']
  `.execute(tx);
  await sql`
    update leads set email_key = null, phone_key = null, name_key = null
    where connection_id = ${connectionId} and lead_id = any(${leadIds})
  `.execute(tx);
  await forgetHints(tx, { connectionId, leadIds, at });
  // Nobody could answer any more.
  await sql`
    delete from match_reviews where connection_id = ${connectionId} and lead_id = any(${leadIds})
  `.execute(tx);
  return Number(numAffectedRows ?? 0);
}
