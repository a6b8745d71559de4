import { sql } from "kysely";
import type { Learned } from "../engine/match/learned.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** What was learned of an account. */
export type AccountHint = Learned;

type Given = { workspaceId: string; connectionId: string; hints: readonly AccountHint[]; by: string; at: string };

/** The last answer counts: leads of a key belong to one account, and what they are not is not what they are. */
export async function saveHints(db: Query, { workspaceId, connectionId, hints, by, at }: Given): Promise<void> {
  if (hints.length === 0) return;
  await sql`
    with given as (
      select kind, value, "accountId" as account_id, count(*) as count
      from json_to_recordset(${toJson([...hints])}::json) as e(kind text, value text, "accountId" text)
      group by 1, 2, 3
    ), dropped as (
      delete from account_hints h using given g
      where h.connection_id = ${connectionId} and h.value = g.value and h.kind in ('is', 'not')
        and ((g.kind = 'is' and (h.kind = 'is' or h.account_id = g.account_id))
          or (g.kind = 'not' and h.kind = 'is' and h.account_id = g.account_id))
        and not (h.kind = g.kind and h.account_id = g.account_id)
    )
    insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at, count)
    select ${connectionId}, kind, value, account_id, ${workspaceId}, ${by}, ${at}::timestamptz, count from given
    on conflict (connection_id, kind, value, account_id) do update set by = excluded.by, at = excluded.at,
      count = account_hints.count + excluded.count
  `.execute(db);
}

/** A single contact with another domain may be somebody who works for several. */
const contactsOfDomain = 2;

/** Names and domains that are their own or their contacts', by account id; accounts without any are missing. */
export async function hintsOf(
  db: Query,
  connectionId: string,
  accountIds: readonly string[],
): Promise<Map<string, AccountHint[]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<AccountHint>`
    select kind, value, account_id from account_hints
    where connection_id = ${connectionId} and account_id = any(${[...accountIds]}) 
      and (kind in ('name', 'domain') or (kind = 'contact' and count >= ${contactsOfDomain}))
    order by kind, value
  `.execute(db);
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** Accounts of which something was learned after an instant, and the instant of the last; null: nothing was. */
export async function learnedSince(
  db: Query,
  connectionId: string,
  since: string,
): Promise<{ accountIds: string[]; last: string } | null> {
  const { rows } = await sql<{ accountIds: string[]; last: string | null }>`
    select array_agg(distinct account_id) as account_ids, max(at) as last from account_hints
    where connection_id = ${connectionId} and at > ${since}
  `.execute(db);
  const [row] = rows;
  return row === undefined || row.last === null ? null : { accountIds: row.accountIds, last: row.last };
}

/** What was said of leads with these keys. */
export async function saidOf(db: Query, connectionId: string, keys: readonly string[]): Promise<AccountHint[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<AccountHint>`
    select kind, value, account_id from account_hints
    where connection_id = ${connectionId} and kind in ('is', 'not') and value = any(${[...keys]})
  `.execute(db);
  return rows;
}
