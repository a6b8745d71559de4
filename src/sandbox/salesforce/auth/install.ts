import type { SalesforceState } from "../state.ts";
import type { ClientApp, Installed, InstallOptions } from "./apps.ts";

type Installs = Pick<SalesforceState, "apps" | "orgs" | "sessions" | "refreshTokens">;

function appOf({ apps }: Installs, clientId: string | undefined): ClientApp {
  const app = clientId === undefined ? apps[0] : apps.find((found) => found.clientId === clientId);
  if (app === undefined) throw new Error(`The sandbox has no app ${clientId}`);
  return app;
}

/** Installs an app in an org and connects it, with all its scopes. Throws when there is no such org or app. */
export function installApp(state: Installs, { orgId, userId, clientId }: InstallOptions): Installed {
  const app = appOf(state, clientId);
  if (!state.orgs.has(orgId)) throw new Error(`The sandbox has no org ${orgId}`);
  app.runAs.set(orgId, userId);
  const who = { orgId, userId, clientId: app.clientId, scopes: app.scopes };
  const grant = state.refreshTokens.issue(who);
  const session = state.sessions.issue({ ...who, grantId: grant.id });
  return { accessToken: session.token, refreshToken: grant.token };
}

/** Takes an app out of an org: its tokens there are void. False when it was not installed. */
export function uninstallApp(state: Installs, target: Omit<InstallOptions, "userId">): boolean {
  const app = appOf(state, target.clientId);
  const isIts = ({ orgId, clientId }: { orgId: string; clientId: string }): boolean =>
    orgId === target.orgId && clientId === app.clientId;
  for (const grant of state.refreshTokens.list().filter(isIts)) state.refreshTokens.revoke(grant);
  state.sessions.end(isIts);
  return app.runAs.delete(target.orgId);
}
