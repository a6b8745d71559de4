import { challengeOf } from "../consent.ts";
import { createGrants } from "../grants.ts";
import type { Answer } from "../http.ts";
import { authorizeRoutes } from "./authorize.ts";
import { unknownPath } from "./errors.ts";
import type { Grant, HubspotGrants } from "./grants.ts";
import { installApp } from "./installs.ts";
import type { OpenCall, OpenRoute } from "./open-route.ts";
import { type App, HubspotError, type Installation } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

type Form = { app: App; fields: URLSearchParams };

const oauthPaths = (rest: string) => ["/oauth/:version/", "/oauth/v3/"].map((start) => start + rest);

/** Consent, token, refresh, introspection and revocation, for the dated paths (with `/oauth/v3`) and for v1. */
export function oauthRoutes(state: HubspotState): OpenRoute[] {
  const grants = createGrants<Grant>(() => state.tokens.secret(36));
  return [
    ...authorizeRoutes(state, grants),
    {
      method: "POST",
      paths: [...oauthPaths("token"), "/oauth/v1/token"],
      handle: (call) => issueToken({ state, grants }, call),
    },
    { method: "POST", paths: oauthPaths("token/introspect"), handle: (call) => introspect(state, call) },
    { method: "POST", paths: oauthPaths("token/revoke"), handle: (call) => revoke(state, call) },
    {
      method: "GET",
      paths: ["/oauth/v1/access-tokens/:token"],
      handle: ({ params }) => ({ status: 200, body: describeToken(state, params.token ?? "") ?? unknownToken() }),
    },
    {
      method: "DELETE",
      paths: ["/oauth/v1/refresh-tokens/:token"],
      handle({ params }) {
        voidRefreshToken(state, params.token ?? "");
        return { status: 204 };
      },
    },
  ];
}

function issueToken({ state, grants }: { state: HubspotState; grants: HubspotGrants }, call: OpenCall): Answer {
  const form = readForm(state, call);
  const grantType = form.fields.get("grant_type");
  if (grantType === "authorization_code") return tokenAnswer(state, exchangeCode({ state, grants }, form), call);
  if (grantType === "refresh_token") return tokenAnswer(state, refresh(state, form), call);
  throw oauthError("BAD_GRANT_TYPE", "missing or unknown grant type");
}

/** Checks content type and client; JSON is refused with 415 (hubspot.md §2.1). */
function readForm({ apps }: HubspotState, { contentType, text }: OpenCall): Form {
  if (contentType !== "application/x-www-form-urlencoded") {
    throw new HubspotError(415, { message: "Content type must be application/x-www-form-urlencoded" });
  }
  const fields = new URLSearchParams(text);
  const app = apps.find(({ clientId }) => clientId === fields.get("client_id"));
  if (!app) throw oauthError("BAD_CLIENT_ID", "missing or unknown client id");
  if (fields.get("client_secret") !== app.clientSecret) {
    throw oauthError("BAD_CLIENT_SECRET", "missing or invalid client secret");
  }
  return { app, fields };
}

function exchangeCode({ state, grants }: { state: HubspotState; grants: HubspotGrants }, form: Form): Installation {
  const { app, fields } = form;
  const code = fields.get("code") ?? "";
  const grant = grants.find(code);
  if (!grant || grant.appId !== app.id) throw oauthError("BAD_AUTH_CODE", "missing or unknown auth code");
  const redirectUri = fields.get("redirect_uri");
  if (!redirectUri) throw oauthError("BAD_REDIRECT_URI", "missing or unknown redirect uri");
  if (redirectUri !== grant.redirectUri) {
    throw oauthError("MISMATCH_REDIRECT_URI_AUTH_CODE", "redirect uri does not match the one of the auth code");
  }
  if (!hasVerifier(grant, fields.get("code_verifier"))) {
    throw oauthError("BAD_AUTH_CODE", "the code verifier does not match the code challenge");
  }
  grants.use(code);
  return installApp(state, grant);
}

function hasVerifier({ codeChallenge }: Grant, verifier: string | null): boolean {
  return codeChallenge === null || challengeOf(verifier ?? "") === codeChallenge;
}

function refresh(state: HubspotState, { app, fields }: Form): Installation {
  const installation = findByRefreshToken(state, fields.get("refresh_token") ?? "");
  if (!installation || installation.appId !== app.id) {
    throw oauthError("BAD_REFRESH_TOKEN", "missing or unknown refresh token");
  }
  return installation;
}

function findByRefreshToken({ installations }: HubspotState, token: string): Installation | undefined {
  return installations.find(({ refreshToken, removed }) => token !== "" && refreshToken === token && !removed);
}

/** v1 answers four fields; the dated and v3 paths name the account too (hubspot.md §2.1). */
function tokenAnswer(state: HubspotState, installation: Installation, { version }: OpenCall): Answer {
  const { token } = state.tokens.issue(installation);
  const common = {
    token_type: "bearer",
    refresh_token: installation.refreshToken,
    access_token: token,
    expires_in: state.tokens.settings.lifetimeSeconds,
  };
  if (version === "v1") return { status: 200, body: common };
  const { portalId, userId, scopes } = installation;
  return { status: 200, body: { ...common, token_use: "access_token", hub_id: portalId, user_id: userId, scopes } };
}

function introspect(state: HubspotState, call: OpenCall): Answer {
  const { app, fields } = readForm(state, call);
  const token = fields.get("token") ?? "";
  const refreshed = findByRefreshToken(state, token);
  const described = refreshed ? describeInstallation(state, refreshed) : describeToken(state, token);
  if (!described || described.client_id !== app.clientId) return { status: 200, body: { active: false } };
  const tokenUse = refreshed ? "refresh_token" : "access_token";
  return { status: 200, body: { active: true, token, token_type: "bearer", token_use: tokenUse, ...described } };
}

function revoke(state: HubspotState, call: OpenCall): Answer {
  const { fields } = readForm(state, call);
  voidRefreshToken(state, fields.get("token") ?? "");
  return { status: 200, body: {} };
}

/** Access tokens that were issued live on until they expire (hubspot.md §2.2). */
function voidRefreshToken(state: HubspotState, token: string): void {
  const installation = findByRefreshToken(state, token);
  if (installation) installation.refreshToken = "";
}

/** Facts about a live access token, as v1 answers them; undefined for one that is unknown or expired. */
function describeToken(state: HubspotState, token: string) {
  const found = state.tokens.find(token);
  if (!found || found.expiresAt <= state.clock.now()) return undefined;
  const seconds = Math.floor((found.expiresAt - state.clock.now()) / 1000);
  return { token, token_type: "bearer", expires_in: seconds, ...describeInstallation(state, found.installation) };
}

function describeInstallation(state: HubspotState, { appId, portalId, userId, scopes }: Installation) {
  const portal = state.portals.get(portalId);
  const user = [...(portal?.owners.values() ?? [])].find((owner) => owner.userId === userId);
  return {
    client_id: state.apps.find(({ id }) => id === appId)?.clientId ?? "",
    app_id: appId,
    hub_id: portalId,
    hub_domain: `portal-${portalId}.example`,
    user: user?.email ?? `user-${userId}@portal-${portalId}.example`,
    user_id: userId,
    scopes,
  };
}

function unknownToken(): never {
  throw unknownPath();
}

/** The token endpoint has an error shape of its own (hubspot.md §2.1). */
function oauthError(status: string, message: string): HubspotError {
  return new HubspotError(400, { status, message, error: "invalid_request", error_description: message });
}
