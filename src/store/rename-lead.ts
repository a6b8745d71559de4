import { sql } from "kysely";
import type { Tx } from "./db.ts";

type Rename = { workspaceId: string; connectionId: string; from: string; to: string };

/**
 * After a merge, what stands open for a lead goes on under the survivor's id: its row, clocks, tasks, unsent writes,
 * load, those that follow it, and the reassignment that a clock has asked for, whoever works on it. Decisions keep the id that they were made
 * for. A survivor that was merged away itself is alive again. False, and nothing done: the survivor has a row of its own.
 */
export async function renameLead(tx: Tx, { workspaceId, connectionId, from, to }: Rename): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into leads (connection_id, lead_id, workspace_id, decision_id, qualified_at, round, tier, state, owner_id,
      decided_at, touched_at, earlier_rep_id, earlier_at, seen_at, number, follows, email_key, phone_key, name_key)
    select connection_id, ${to}, workspace_id, decision_id, qualified_at, round, tier, state, owner_id,
      decided_at, touched_at, earlier_rep_id, earlier_at, seen_at, number, follows, email_key, phone_key, name_key
    from leads where connection_id = ${connectionId} and lead_id = ${from}
    on conflict (connection_id, lead_id) do update set decision_id = excluded.decision_id,
      qualified_at = excluded.qualified_at, round = excluded.round, tier = excluded.tier, state = excluded.state,
      owner_id = excluded.owner_id, decided_at = excluded.decided_at, touched_at = excluded.touched_at,
      earlier_rep_id = excluded.earlier_rep_id, earlier_at = excluded.earlier_at, seen_at = excluded.seen_at,
      number = excluded.number, follows = excluded.follows, email_key = excluded.email_key,
      phone_key = excluded.phone_key, name_key = excluded.name_key, merged_into = null
    where leads.state = 'gone'
  `.execute(tx);
  if (numAffectedRows === 0n) return false;
  await sql`
    update leads set state = 'gone', merged_into = ${to}, email_key = null, phone_key = null, name_key = null
    where connection_id = ${connectionId} and lead_id = ${from}
  `.execute(tx);
  await sql`
    update leads set follows = ${to} where connection_id = ${connectionId} and follows = ${from}
  `.execute(tx);
  await sql`
    update timers set lead_id = ${to}
    where connection_id = ${connectionId} and lead_id = ${from} and state = 'armed'
  `.execute(tx);
  await sql`
    update follow_ups set lead_id = ${to}
    where connection_id = ${connectionId} and lead_id = ${from} and state in ('open', 'touched')
  `.execute(tx);
  await sql`
    update assignments set lead_id = ${to} where connection_id = ${connectionId} and lead_id = ${from}
  `.execute(tx);
  await sql`
    update operations set lead_id = ${to}
    where connection_id = ${connectionId} and lead_id = ${from} and settled_at is null
  `.execute(tx);
  await sql`
    update inbox set subject_id = ${to}, claim_token = null
    where connection_id = ${connectionId} and subject_kind = 'lead' and subject_id = ${from} and state = 'pending'
      and change->>'kind' = 'lead-reassign'
  `.execute(tx);
  await sql`
    update open_work w set item_id = ${to}
    where w.workspace_id = ${workspaceId} and w.item_kind = 'lead' and w.item_id = ${from}
      and not exists (select 1 from open_work o where o.workspace_id = ${workspaceId} and o.item_kind = 'lead'
        and o.item_id = ${to})
  `.execute(tx);
  return true;
}
