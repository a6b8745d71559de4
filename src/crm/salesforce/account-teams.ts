import { pagesOf } from "../../pages-of.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { query, type Row } from "./query.ts";
import { soql } from "./soql.ts";

/** A policy names a role of account teams (salesforce.md §4.2) like a field: `account.crm.AccountTeamMember_Account_Manager`. */
const prefix = "AccountTeamMember_";

export const isTeamField = (name: string): boolean => name.startsWith(prefix);

/** Ids of one query: they stand in a URL, which has an end (salesforce.md §3.1). */
const mostIds = 200;

/**
 * By account, the members of its team; no call unless one of the fields is a role, and the org has account teams. A call for each
 * two hundred accounts.
 */
export async function accountTeams(
  context: Context,
  { accountIds, crmFields }: { accountIds: readonly string[]; crmFields: readonly string[] },
  { lane }: Pick<Pay, "lane">,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  if (accountIds.length === 0 || !crmFields.some(isTeamField)) return new Map();
  const { there, turn } = await presentObjects(context, ["AccountTeamMember"], { lane });
  if (!there.has("AccountTeamMember")) return new Map();
  const members: Row[] = [];
  for (const ids of pagesOf(accountIds, mostIds))
    members.push(
      ...(await query(
        context,
        soql`SELECT AccountId, UserId, TeamMemberRole FROM AccountTeamMember WHERE AccountId IN ${ids} ORDER BY CreatedDate, Id`,
        turn,
      )),
    );
  return Map.groupBy(members, (row) => text(row, "AccountId") ?? "");
}

/** The user who has the role that the field names; of several the one who has had it longest. */
export function memberInRole(members: readonly Row[], field: string): string | null {
  const role = bare(field.slice(prefix.length));
  const found = members.find((row) => bare(text(row, "TeamMemberRole") ?? "") === role);
  return found === undefined ? null : text(found, "UserId");
}

/** "Account Manager" and "Account_Manager" are one. */
const bare = (role: string): string => role.toLowerCase().replace(/\W+/g, "_");

/** Accounts whose team got a member, or whose member got another role, since. Nothing tells of those who left it. */
export async function teamsChanged(context: Context, since: Date, { lane }: Pick<Pay, "lane">): Promise<string[]> {
  const { there, turn } = await presentObjects(context, ["AccountTeamMember"], { lane });
  if (!there.has("AccountTeamMember")) return [];
  const rows = await query(
    context,
    soql`SELECT AccountId FROM AccountTeamMember WHERE SystemModstamp >= ${since}`,
    turn,
  );
  return [...new Set(rows.flatMap((row) => text(row, "AccountId") ?? []))];
}
