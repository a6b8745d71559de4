import type { RefusedAnswer } from "../errors.ts";
import { mayLogIn } from "../people.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import type { ClientApp } from "./apps.ts";
import { oauthError } from "./oauth-error.ts";
import { type LoginRefusal, loginRefusals } from "./switches.ts";

type Login = Pick<SalesforceState, "orgs" | "login">;

/** Why an app gets no tokens of an org, whoever asks; null: it gets some. */
export function refusalOf({ login }: Login, app: ClientApp, orgId: string): LoginRefusal | null {
  const refusal = login.refusals.get(orgId);
  if (refusal !== undefined && refusal !== "invalid-grant") return refusal;
  return app.runAs.has(orgId) ? null : "not-installed";
}

/** The org whose tokens an app gets for a user. Throws what login says of one that gets none. */
export function checkLogin(
  state: Login,
  app: ClientApp,
  { orgId, userId }: { orgId: string; userId: string },
): SandboxOrg {
  const refusal = refusalOf(state, app, orgId);
  if (refusal !== null) throw refusing(refusal);
  const org = state.orgs.get(orgId);
  if (org === undefined) throw refusing("inactive-org");
  const user = org.tables.get("User")?.get(userId);
  // That a frozen user is refused in the same words is not documented: a guess.
  if (user === undefined || !mayLogIn(org, user)) throw oauthError("invalid_grant", "inactive user");
  return org;
}

/** The error of a refusal. */
export function refusing(refusal: LoginRefusal): RefusedAnswer {
  const { error, description } = loginRefusals[refusal];
  return oauthError(error, description);
}
