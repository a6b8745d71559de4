import { type RawBuilder, sql } from "kysely";
import { mostCompared } from "../engine/duplicates/find-earlier.ts";
import type { IdentityKeys } from "../engine/duplicates/identity.ts";
import type { DuplicateSign } from "../engine/duplicates/signs.ts";
import type { LeadFacts, LeadStanding } from "../engine/snapshot.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { LeadState } from "./schema.ts";

/** A key as it is stored: without the workspace's salt nobody can tell what it was made of. Null stays null. */
export function hashedKey(by: DuplicateSign, value: RawBuilder<unknown>, salt: RawBuilder<unknown>) {
  return sql`left(encode(sha256(convert_to(${salt} || ${sql.lit(`${by}:`)} || ${value}, 'UTF8')), 'base64'), 22)`;
}

/** `number`: of the lead's row, null: it has none yet, and all others are earlier. */
export type Seeker = { leadId: string; keys: IdentityKeys; number: number | null };

/** An earlier lead that shares a key, where it stands, and what its stored facts say of the person's name. */
export type Sharing = LeadStanding & {
  seekerId: string;
  by: DuplicateSign;
  leadId: string;
  firstName: string | null;
  lastName: string | null;
  hasEmail: boolean;
};

/**
 * Earlier leads of the connection that share a key with one of these, the earliest first; those that were stopped or are
 * gone are left out, and one that was merged away counts as its survivor. One statement, whatever the number of leads.
 */
export async function sharingKeys(
  db: Query,
  of: { workspaceId: string; connectionId: string },
  seekers: readonly Seeker[],
): Promise<Sharing[]> {
  if (!seekers.some(({ keys }) => Object.values(keys).some((key) => key !== null))) return [];
  const rows = seekers.map(({ leadId, keys, number }) => ({ leadId, ...keys, number }));
  const result = await sql<
    Omit<Sharing, "state" | "firstName" | "lastName"> & { facts: LeadFacts | null } & {
      state: Exclude<LeadState, "gone">;
    }
  >`
    with seekers as (
      select e."leadId" as lead_id, e.number, ${hashedKey("email", sql`e.email`, sql`w.identity_salt`)} as email_key,
        ${hashedKey("phone", sql`e.phone`, sql`w.identity_salt`)} as phone_key,
        ${hashedKey("name", sql`e.name`, sql`w.identity_salt`)} as name_key
      from json_to_recordset(${toJson(rows)}::json) as e("leadId" text, email text, phone text, name text,
        number bigint)
      join workspaces w on w.id = ${of.workspaceId}
    ), found as (
      ${sql.join(
        (["email", "phone", "name"] as const).map((by) => earliest(of.connectionId, by)),
        sql` union all `,
      )}
    )
    select f.seeker_id, f.by, l.lead_id, l.state, ${ownerOf("l", "d", "o")} as owner_id, f.has_email, n.facts
    from found f
    join leads l on l.connection_id = ${of.connectionId} and l.lead_id = f.lead_id and l.state <> 'gone'
      and l.lead_id <> f.seeker_id and (f.before is null or l.number < f.before)
    left join decisions d on d.id = l.decision_id and d.qualified_at = l.qualified_at
    left join decisions n on f.by <> 'email' and n.id = f.decision_id and n.qualified_at = f.qualified_at
    left join open_work o on o.workspace_id = ${of.workspaceId} and o.item_kind = 'lead' and o.item_id = l.lead_id
    order by l.number
  `.execute(db);
  // Taken out of the facts here: what a lead holds may be text that PostgreSQL stores and cannot take apart.
  return result.rows.map(({ facts, ...row }) => ({
    ...row,
    firstName: facts?.lead.fields.firstName ?? null,
    lastName: facts?.lead.fields.lastName ?? null,
  }));
}

function earliest(connectionId: string, by: DuplicateSign) {
  const key = sql.ref(`${by}_key`);
  return sql`
    select s.lead_id as seeker_id, s.number as before, ${sql.lit(by)} as by, e.* from seekers s cross join lateral (
      select case when l.state = 'gone' then l.merged_into else l.lead_id end as lead_id, l.decision_id, l.qualified_at,
        l.email_key is not null as has_email
      from leads l
      where l.connection_id = ${connectionId} and l.${key} = s.${key} and l.lead_id <> s.lead_id
        and (s.number is null or l.number < s.number) and l.state <> 'stopped'
        and (l.state <> 'gone' or l.merged_into is not null)
      order by l.number limit ${sql.lit(mostCompared[by])}
    ) as e
  `;
}

/**
 * Who has a lead, as far as we know; null: nobody has. Of an assigned one whoever works on it, nobody while it is being
 * given to somebody else; of a kept one whom the decision left it with, or who was given it since.
 */
export function ownerOf(lead: string, decision: string, work: string) {
  const [l, d, o] = [sql.ref(lead), sql.ref(decision), sql.ref(work)];
  return sql`
    case when ${l}.state = 'kept' and ${d}.outcome_kind = 'kept' then coalesce(${o}.rep_id, ${l}.owner_id)
      when ${l}.state in ('assigned', 'kept', 'parked') then ${o}.rep_id end
  `;
}
