import type { ListedRep, Rep } from "../../model/rep.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import { authorOf } from "./authors.ts";
import { absencesOf, hoursFields, hoursOf } from "./availability.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { daysOffOf, holidayFields } from "./holidays.ts";
import { queryTogether } from "./query.ts";
import { names, soql } from "./soql.ts";
import { nameIn, teamsOf, territoriesOf } from "./teams.ts";

/** What an org may lack, or keep from Baton's user. */
const mayLack = [
  ...(["OutOfOffice", "UserLogin", "GroupMember", "BusinessHours", "Holiday"] as const),
  "UserTerritory2Association",
] as const;

/**
 * See CrmClient. Whoever may own a lead: people of the org, no portal users (salesforce.md §4.4). Their teams are their role, the
 * groups and queues that they belong to, and their territories. Baton's own user and those whose profile is for APIs (as in
 * `authorOf`) are listed as software: left out, they would look like owners who are gone, and a new owner would be asked for
 * whatever they imported. Two calls, and one for each further page; once in a client's life one more, for who Baton is.
 */
export async function listReps(context: Context, pay: Pay): Promise<readonly ListedRep[]> {
  const { there, turn } = await presentObjects(context, mayLack, pay);
  const { holidayNames } = context;
  const wanted = [
    "SELECT Id, Name, Email, IsActive, TimeZoneSidKey, UserRole.Name, UserType, Profile.Name FROM User WHERE UserType = 'Standard' ORDER BY Id",
    there.has("UserLogin") ? "SELECT UserId FROM UserLogin WHERE IsFrozen = true" : null,
    there.has("GroupMember") ? "SELECT GroupId, Group.Name, Group.Type, UserOrGroupId FROM GroupMember" : null,
    there.has("OutOfOffice")
      ? soql`SELECT UserId, StartDate, EndDate FROM OutOfOffice WHERE IsEnabled = true AND EndDate >= ${context.now()}`
      : null,
    there.has("BusinessHours")
      ? soql`SELECT IsDefault, TimeZoneSidKey, ${names(hoursFields)} FROM BusinessHours WHERE IsActive = true ORDER BY Id`
      : null,
    there.has("UserTerritory2Association")
      ? "SELECT UserId, Territory2.Name FROM UserTerritory2Association WHERE IsActive = true AND Territory2.Territory2Model.State = 'Active'"
      : null,
    there.has("Holiday") && holidayNames.length > 0
      ? soql`SELECT ${names(holidayFields)} FROM Holiday WHERE Name IN ${holidayNames}`
      : null,
  ];
  const [users = [], logins = [], members = [], absences = [], hours = [], territories = [], holidays = []] =
    await queryTogether(context, wanted, turn);
  const ownUserId = users.length === 0 ? "" : await context.ownUserId();
  const frozen = new Set(logins.map((row) => text(row, "UserId")));
  const [teams, away, inTerritories] = [teamsOf(members), absencesOf(absences), territoriesOf(territories)];
  const daysOff = daysOffOf(holidays, context.now());
  return users.map((row) => {
    const id = text(row, "Id") ?? "";
    const role = nameIn(row.UserRole);
    const timeZone = text(row, "TimeZoneSidKey");
    const isSoftware = authorOf(row, ownUserId) !== "person";
    const rep: Rep = {
      ...{ id, userId: id, name: text(row, "Name") ?? id, timeZone },
      active: row.IsActive === true && !frozen.has(id) && !isSoftware,
      teams: [...new Set([role ?? [], teams.get(id) ?? [], inTerritories.get(id) ?? []].flat())],
      shifts: hoursOf(hours, timeZone),
      absences: away.get(id) ?? [],
      ...(isSoftware ? { software: true as const } : {}),
      ...(daysOff.length === 0 ? {} : { daysOff }),
    };
    return { rep, email: text(row, "Email") };
  });
}
