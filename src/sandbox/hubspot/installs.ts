import type { Installation } from "./portal.ts";
import type { HubspotState, InstallOptions } from "./sandbox.ts";

type Installs = Pick<HubspotState, "apps" | "installations" | "portals" | "tokens">;

/** The one live installation of an app in a portal. */
function findInstallation(
  { installations }: Pick<Installs, "installations">,
  { portalId, appId }: { portalId: number; appId: number },
): Installation | undefined {
  return installations.find((found) => found.appId === appId && found.portalId === portalId && !found.removed);
}

/**
 * Installs an app (the first one by default) into a portal, or grants it `scopes` anew; the refresh token of a standing
 * installation stays. Throws when there is no such portal or app.
 */
export function installApp(state: Installs, options: InstallOptions): Installation {
  const app = options.appId === undefined ? state.apps[0] : state.apps.find((found) => found.id === options.appId);
  if (!app) throw new Error(`The sandbox has no app ${options.appId}`);
  if (!state.portals.has(options.portalId)) throw new Error(`The sandbox has no portal ${options.portalId}`);
  const scopes = options.scopes ?? [...app.requiredScopes, ...app.optionalScopes];
  const standing = findInstallation(state, { portalId: options.portalId, appId: app.id });
  if (standing) {
    standing.scopes = scopes;
    if (standing.refreshToken === "") standing.refreshToken = state.tokens.secret(64);
    return standing;
  }
  const installation: Installation = {
    appId: app.id,
    portalId: options.portalId,
    userId: options.userId ?? 1,
    scopes,
    refreshToken: state.tokens.secret(64),
    removed: false,
  };
  state.installations.push(installation);
  return installation;
}

/** Ends an installation: its tokens are unknown from now on. False when there was none. */
export function uninstallApp(state: Installs, target: { portalId: number; appId: number }): boolean {
  const installation = findInstallation(state, target);
  if (!installation) return false;
  installation.removed = true;
  installation.refreshToken = "";
  state.tokens.forget(installation);
  return true;
}
