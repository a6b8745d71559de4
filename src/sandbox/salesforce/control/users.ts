import { ControlError, flag, readFields, refuseOthers } from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { blankRow } from "../blank-row.ts";
import { commit } from "../commit.ts";
import { to18 } from "../ids.ts";
import { tableOf } from "../org.ts";
import { adminOf, loginOf, permissionNames, readPermissions, shownPermissions, toPermissions } from "../people.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row } from "../schema.ts";
import type { SalesforceState } from "../state.ts";
import { beginTransaction } from "../transaction.ts";
import { orgOf } from "./org-route.ts";

/** What an admin does with users. */
export const userControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "PATCH",
    paths: ["/orgs/:orgId/users/:userId"],
    about:
      "{isActive?, isFrozen?, viewAll?, hidden?, readOnly?, reads?, sendCustomNotifications?, editConvertedLeads?}: a user leaves, is frozen or comes back, may see or do something else",
    handle: changeUser,
  },
];

function changeUser(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const userId = to18(call.params.userId ?? "");
  const user = tableOf(org, "User").get(userId);
  if (!user) throw new ControlError(404, `There is no user ${call.params.userId}`);
  const fields = readFields(call.body);
  refuseOthers(fields, ["isActive", "isFrozen", ...permissionNames]);
  const isActive = fields.maybe("isActive", flag);
  const isFrozen = fields.maybe("isFrozen", flag);
  const permissions = readPermissions(fields);
  fields.check();
  if (isActive !== undefined) setActive(org, user, isActive);
  if (isFrozen !== undefined) setFrozen(org, userId, isFrozen);
  // That the sessions of who left or is frozen end at once is not documented: a guess.
  if (isActive === false || isFrozen === true)
    state.sessions.end((session) => session.orgId === org.id && session.userId === userId);
  org.permit(userId, toPermissions(permissions));
  return { status: 200, body: shownUser(org, userId) };
}

function setActive(org: SandboxOrg, user: Row, IsActive: boolean): void {
  put(org, "User", { ...user, IsActive });
}

function setFrozen(org: SandboxOrg, UserId: string, IsFrozen: boolean): void {
  const table = tableOf(org, "UserLogin");
  const login = loginOf(org, UserId) ?? { ...blankRow(table.object), Id: org.newId(table.object), UserId };
  put(org, "UserLogin", { ...login, IsFrozen });
}

/** As an admin changes it in the setup: users are told of like other records. */
function put(org: SandboxOrg, object: string, row: Row): void {
  const now = org.clock.now();
  const userId = adminOf(org) ?? "";
  const transaction = beginTransaction();
  const stamps = { LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now };
  transaction.put(tableOf(org, object), String(row.Id), { ...row, ...stamps });
  commit(org, transaction, { userId, origin: "" });
}

function shownUser(org: SandboxOrg, userId: string): Record<string, unknown> {
  const user = tableOf(org, "User").get(userId);
  return {
    ...{ id: userId, name: user?.Name ?? null, isActive: user?.IsActive === true },
    isFrozen: loginOf(org, userId)?.IsFrozen === true,
    ...shownPermissions(org.permissionsOf(userId)),
  };
}
