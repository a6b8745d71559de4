import type { Absence, ListedRep, Rep } from "../../model/rep.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { queryTogether, type Row } from "./query.ts";
import { soql } from "./soql.ts";

/**
 * See CrmClient. Whoever may own a lead: people of the org, no portal users (salesforce.md §4.4). Their teams are their role, and
 * the groups and queues that they belong to. One call, and one for each further page.
 */
export async function listReps(context: Context, pay: Pay): Promise<readonly ListedRep[]> {
  // Absent where the org does not let people say so, or Baton's user look.
  const { there, turn } = await presentObjects(context, ["OutOfOffice", "UserLogin", "GroupMember"], pay);
  const [users = [], logins = [], members = [], absences = []] = await queryTogether(
    context,
    [
      "SELECT Id, Name, Email, IsActive, TimeZoneSidKey, UserRole.Name FROM User WHERE UserType = 'Standard' ORDER BY Id",
      there.has("UserLogin") ? "SELECT UserId FROM UserLogin WHERE IsFrozen = true" : null,
      there.has("GroupMember") ? "SELECT GroupId, Group.Name, Group.Type, UserOrGroupId FROM GroupMember" : null,
      there.has("OutOfOffice")
        ? soql`SELECT UserId, StartDate, EndDate FROM OutOfOffice WHERE IsEnabled = true AND EndDate >= ${context.now()}`
        : null,
    ],
    turn,
  );
  const frozen = new Set(logins.map((row) => text(row, "UserId")));
  const groups = groupsOf(members);
  const away = absencesOf(absences);
  return users.map((row) => {
    const id = text(row, "Id") ?? "";
    const role = nameOf(row.UserRole);
    const rep: Rep = {
      ...{ id, userId: id, name: text(row, "Name") ?? id },
      active: row.IsActive === true && !frozen.has(id),
      teams: [...new Set([...(role === null ? [] : [role]), ...(groups.get(id) ?? [])])],
      timeZone: text(row, "TimeZoneSidKey"),
      shifts: null,
      absences: away.get(id) ?? [],
    };
    return { rep, email: text(row, "Email") };
  });
}

const nameOf = (parent: unknown): string | null =>
  typeof parent === "object" && parent !== null ? text(parent as Row, "Name") : null;

/** User id → names of the groups that he is in, be it through others: groups nest. */
function groupsOf(members: readonly Row[]): Map<string, string[]> {
  const names = new Map<string, string>();
  const parents = new Map<string, string[]>();
  for (const row of members) {
    const [group, member] = [text(row, "GroupId") ?? "", text(row, "UserOrGroupId") ?? ""];
    const name = nameOf(row.Group);
    if (name !== null) names.set(group, name);
    parents.set(member, [...(parents.get(member) ?? []), group]);
  }
  const found = new Map<string, string[]>();
  for (const id of parents.keys()) {
    const seen = new Set<string>();
    const open = [...(parents.get(id) ?? [])];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (seen.has(group)) continue;
      seen.add(group);
      open.push(...(parents.get(group) ?? []));
    }
    found.set(id, [...seen].flatMap((group) => names.get(group) ?? []).sort());
  }
  return found;
}

function absencesOf(rows: readonly Row[]): Map<string, Absence[]> {
  const found = new Map<string, Absence[]>();
  for (const row of rows) {
    const [userId, startAt, endAt] = [text(row, "UserId"), instant(row, "StartDate"), instant(row, "EndDate")];
    if (userId !== null && startAt !== null && endAt !== null)
      found.set(userId, [...(found.get(userId) ?? []), { startAt, endAt }]);
  }
  return found;
}
