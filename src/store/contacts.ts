import { sql } from "kysely";
import type { Contact } from "../engine/snapshot.ts";
import { stageWithoutLock } from "../engine/working.ts";
import type { Query } from "./db.ts";

/** So many of each sort are enough: those who have left are not among those who follow up on leads for long. */
const mostOfEach = 3;
/** Of an account with hundreds of leads a day the latest tell who is in contact with it. */
const mostPerAccount = 50;

type Wanted = { connectionId: string; leadIds: readonly string[]; accountIds: readonly string[]; since: string };

/** By lead id and by account id, the latest first; those without any are missing. */
export type Contacts = {
  ofLeads: ReadonlyMap<string, readonly Contact[]>;
  ofAccounts: ReadonlyMap<string, readonly Contact[]>;
};

/** Who has touched these leads and accounts, or was given a lead of the account, since then. Two statements. */
export async function readContacts(db: Query, wanted: Wanted): Promise<Contacts> {
  const [ofLeads, ofAccounts] = await Promise.all([touchesOfLeads(db, wanted), contactsOfAccounts(db, wanted)]);
  return { ofLeads: latest(ofLeads), ofAccounts: latest(ofAccounts) };
}

type Row = Contact & { of: string };

/** Leads that were merged into one were the same person. */
async function touchesOfLeads(db: Query, { connectionId, leadIds, since }: Wanted): Promise<Row[]> {
  if (leadIds.length === 0) return [];
  const { rows } = await sql<Row>`
    with person as (
      select id as lead_id, id as "of" from unnest(${[...leadIds]}::text[]) as id
      union
      select l.lead_id, l.merged_into from leads l
      where l.connection_id = ${connectionId} and l.merged_into = any(${[...leadIds]})
    )
    select p."of", f.touched_by as rep_id, max(f.touched_at) as at, 'touched-person' as how
    from person p
    join assignments a on a.connection_id = ${connectionId} and a.lead_id = p.lead_id
    join follow_ups f on f.decision_id = a.decision_id
    where f.touched_by is not null and f.touched_at >= ${since}
    group by p."of", f.touched_by
  `.execute(db);
  return rows;
}

async function contactsOfAccounts(db: Query, { connectionId, accountIds, since }: Wanted): Promise<Row[]> {
  if (accountIds.length === 0) return [];
  const { rows } = await sql<Row>`
    with given as (
      select e.account_id, a.decision_id, a.rep_id, a.stage, a.at from unnest(${[...accountIds]}::text[]) as e(account_id)
      cross join lateral (
        select * from assignments a
        where a.connection_id = ${connectionId} and a.account_id = e.account_id and a.at >= ${since}
        order by a.at desc limit ${mostPerAccount}
      ) as a
    )
    select account_id as "of", rep_id, max(at) as at, 'given-account' as how from given
    where stage <> ${stageWithoutLock} group by account_id, rep_id
    union all
    select g.account_id, f.touched_by, max(f.touched_at), 'touched-account' from given g
    join follow_ups f on f.decision_id = g.decision_id
    where f.touched_by is not null and f.touched_at >= ${since} group by g.account_id, f.touched_by
  `.execute(db);
  return rows;
}

function latest(rows: readonly Row[]): Map<string, Contact[]> {
  const newestFirst = [...rows].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.repId < b.repId ? -1 : 1));
  const found = new Map<string, Contact[]>();
  for (const { of, repId, at, how } of newestFirst) {
    const known = found.get(of) ?? [];
    found.set(of, known);
    if (known.filter((contact) => contact.how === how).length < mostOfEach) known.push({ repId, at, how });
  }
  return found;
}
