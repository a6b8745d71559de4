import { sql } from "kysely";
import type { Learned } from "../engine/match/learned.ts";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";

/** What was learned of an account. */
export type AccountHint = Learned;

type Given = {
  workspaceId: string;
  connectionId: string;
  hints: readonly AccountHint[];
  /** The lead that a reviewer was asked about; null: no reviewer was. */
  leadId: string | null;
  by: string;
  at: string;
};

/**
 * Stays in place of names and domains that an account does not have any more, so that those who ask what was learned lately
 * hear of it: no lead has this key.
 */
const trace = { kind: "not", value: "" } as const;

/**
 * The last answer counts: leads of a key belong to one account, whose alone its domain and name are, and what they are not
 * is not what they are. What an earlier answer about the same lead taught is forgotten.
 */
export async function saveHints(db: Query, given: Given): Promise<void> {
  const { workspaceId, connectionId, hints, leadId, by, at } = given;
  if (leadId !== null) await forgetHints(db, { connectionId, leadIds: [leadId], at });
  if (hints.length === 0) return;
  await sql`
    with given as (
      select kind, value, "accountId" as account_id, count(*) as count
      from json_to_recordset(${toJson([...hints])}::json) as e(kind text, value text, "accountId" text)
      group by 1, 2, 3
    ), dropped as (
      delete from account_hints h using given g
      where h.connection_id = ${connectionId} and h.value = g.value and h.kind <> 'contact'
        and ((g.kind in ('name', 'domain') and h.kind = g.kind and h.account_id <> g.account_id)
          or (g.kind = 'is' and h.kind in ('is', 'not') and (h.kind = 'is' or h.account_id = g.account_id))
          or (g.kind = 'not' and h.kind = 'is' and h.account_id = g.account_id))
        and not (h.kind = g.kind and h.account_id = g.account_id)
      returning h.kind, h.account_id
    )
    insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at, count, lead_id)
    select ${connectionId}, kind, value, account_id, ${workspaceId}, ${by}, ${at}::timestamptz, count, ${leadId} from given
    union all
    select distinct ${connectionId}, ${trace.kind}, ${trace.value}, account_id, ${workspaceId}, ${by}, ${at}::timestamptz, 1, null
    from dropped where kind in ('name', 'domain')
    on conflict (connection_id, kind, value, account_id) do update set by = excluded.by, at = excluded.at,
      count = account_hints.count + excluded.count, lead_id = excluded.lead_id
  `.execute(db);
}

type Forgotten = { connectionId: string; leadIds: readonly string[]; at: string };

/** What was taught by answers about these leads. */
export async function forgetHints(db: Query, { connectionId, leadIds, at }: Forgotten): Promise<void> {
  await sql`
    with dropped as (
      delete from account_hints where connection_id = ${connectionId} and lead_id = any(${[...leadIds]})
      returning kind, account_id, workspace_id
    )
    insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at)
    select distinct ${connectionId}, ${trace.kind}, ${trace.value}, account_id, workspace_id, '', ${at}::timestamptz
    from dropped where kind in ('name', 'domain')
    on conflict (connection_id, kind, value, account_id) do update set by = excluded.by, at = excluded.at
  `.execute(db);
}

/** A single contact with another domain may be somebody who works for several; so may be all whose domain others have, too. */
const contactsOfDomain = 2;

/** Names and domains that are their own or their contacts', by account id; accounts without any are missing. */
export async function hintsOf(
  db: Query,
  connectionId: string,
  accountIds: readonly string[],
): Promise<Map<string, AccountHint[]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<AccountHint>`
    select kind, value, account_id from account_hints h
    where connection_id = ${connectionId} and account_id = any(${[...accountIds]}) 
      and (kind in ('name', 'domain') or (kind = 'contact' and count >= ${contactsOfDomain} and not exists (
        select 1 from account_hints o where o.connection_id = h.connection_id and o.kind = 'contact'
          and o.value = h.value and o.account_id <> h.account_id
      ) and not exists (
        select 1 from account_domains d where d.connection_id = h.connection_id and d.domain = h.value
      )))
    order by kind, value
  `.execute(db);
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** What was learned of accounts since an instant, also that something is not so any more, and when. */
export async function learnedSince(
  db: Query,
  connectionId: string,
  since: string,
): Promise<(AccountHint & { at: string })[]> {
  const { rows } = await sql<AccountHint & { at: string }>`
    select kind, value, account_id, at from account_hints where connection_id = ${connectionId} and at >= ${since}
  `.execute(db);
  return rows;
}

/** What was learned of accounts that were merged is known of the one that they live on in. */
export async function moveHints(
  db: Query,
  connectionId: string,
  { from, into }: { from: readonly string[]; into: string },
): Promise<void> {
  if (from.length === 0) return;
  await sql`
    with moved as (
      delete from account_hints where connection_id = ${connectionId} and account_id = any(${[...from]})
      returning kind, value, workspace_id, by, at, count, lead_id
    ), asked as (
      update match_reviews set account_id = ${into}
      where connection_id = ${connectionId} and account_id = any(${[...from]})
    )
    insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at, count, lead_id)
    select ${connectionId}, kind, value, ${into}, max(workspace_id), max(by), now(), sum(count), max(lead_id)
    from moved group by kind, value
    on conflict (connection_id, kind, value, account_id) do update set count = account_hints.count + excluded.count
  `.execute(db);
}

/** By whom, when, and of which lead; null: of none in particular. */
export type SaidHint = AccountHint & { by: string; at: string; leadId: string | null };

/**
 * Until the transaction ends, others who lock one of these values wait: what is said of a key, a name or a domain is said
 * by one at a time.
 */
export async function lockHints(
  tx: Tx,
  connectionId: string,
  hints: readonly Pick<AccountHint, "value">[],
): Promise<void> {
  // In one order for all, or two would wait for each other.
  for (const value of [...new Set(hints.map((each) => each.value))].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${`hints ${connectionId} ${value}`}, 0))`.execute(tx);
}

/** What was said of leads with these keys, the latest first. */
export async function saidOf(db: Query, connectionId: string, keys: readonly string[]): Promise<SaidHint[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<SaidHint>`
    select kind, value, account_id, by, at, lead_id from account_hints
    where connection_id = ${connectionId} and kind in ('is', 'not') and value = any(${[...keys]})
    order by at desc, account_id
  `.execute(db);
  return rows;
}
