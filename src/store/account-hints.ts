import { sql } from "kysely";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";

/** What was learned of an account: a name or a domain that is its own, or one of leads that do not belong to it. */
export type AccountHint = { kind: "name" | "domain" | "not-name" | "not-domain"; value: string; accountId: string };

type Given = { workspaceId: string; connectionId: string; hints: readonly AccountHint[]; by: string; at: string };

/** A name or domain that is an account's own is no longer one that is not, and the other way round. */
export async function saveHints(db: Query, { workspaceId, connectionId, hints, by, at }: Given): Promise<void> {
  if (hints.length === 0) return;
  await sql`
    with given as (
      select kind, value, "accountId" as account_id
      from json_to_recordset(${toJson([...hints])}::json) as e(kind text, value text, "accountId" text)
    ), dropped as (
      delete from account_hints h using given g
      where h.connection_id = ${connectionId} and h.account_id = g.account_id and h.value = g.value
        and h.kind = case when g.kind like 'not-%' then substr(g.kind, 5) else 'not-' || g.kind end
    )
    insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at)
    select ${connectionId}, kind, value, account_id, ${workspaceId}, ${by}, ${at}::timestamptz from given
    on conflict do nothing
  `.execute(db);
}

/** Names and domains that are their own, by account id; accounts without any are missing. */
export async function hintsOf(
  db: Query,
  connectionId: string,
  accountIds: readonly string[],
): Promise<Map<string, AccountHint[]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<AccountHint>`
    select kind, value, account_id from account_hints
    where connection_id = ${connectionId} and account_id = any(${[...accountIds]}) and kind in ('name', 'domain')
    order by kind, value
  `.execute(db);
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** Accounts that leads of these domains or names do not belong to. */
export async function ruledOut(
  db: Query,
  connectionId: string,
  { domains, names }: { domains: readonly string[]; names: readonly string[] },
): Promise<AccountHint[]> {
  if (domains.length + names.length === 0) return [];
  const { rows } = await sql<AccountHint>`
    select kind, value, account_id from account_hints
    where connection_id = ${connectionId}
      and ((kind = 'not-domain' and value = any(${[...domains]})) or (kind = 'not-name' and value = any(${[...names]})))
  `.execute(db);
  return rows;
}
