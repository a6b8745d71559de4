import type { Answer } from "../../http.ts";
import type { OpenCall, OpenRoute } from "../open-route.ts";
import type { Row } from "../schema.ts";
import type { SalesforceState } from "../state.ts";
import { clientOf, formOf } from "./client.ts";
import { identityUrl } from "./identity-url.ts";
import { oauthError, oauthRefusal } from "./oauth-error.ts";

const revokePath = "/services/oauth2/revoke";

/** What becomes of a token, and what it is worth (salesforce.md §2.3). */
export function tokenInfoRoutes(state: SalesforceState): OpenRoute[] {
  const shared = { refuse: oauthRefusal };
  return [
    { ...shared, method: "GET", paths: [revokePath], handle: ({ query }) => revoke(state, query.get("token") ?? "") },
    {
      ...{ ...shared, method: "POST", paths: [revokePath] },
      handle: (call) => revoke(state, formOf(call).get("token") ?? ""),
    },
    {
      ...{ ...shared, method: "POST", paths: ["/services/oauth2/introspect"] },
      handle: (call) => introspect(state, call),
    },
  ];
}

/** A refresh token takes its access tokens with it; an access token ends alone. */
function revoke({ sessions, refreshTokens }: SalesforceState, token: string): Answer {
  if (!/^(?:00D|5Aep)/.test(token)) throw oauthError("unsupported_token_type", "this token type is not supported");
  const grant = refreshTokens.find(token);
  if (grant !== null) refreshTokens.revoke(grant);
  else if (sessions.end((session) => session.token === token) === 0)
    throw oauthError("invalid_token", "token is invalid or expired");
  return { status: 200 };
}

function introspect(state: SalesforceState, call: OpenCall): Answer {
  const form = formOf(call);
  const app = clientOf(state.apps, call, form);
  const found = describe(state, form.get("token") ?? "");
  if (found === null || found.client_id !== app.clientId) return { status: 200, body: { active: false } };
  return { status: 200, body: found };
}

type Facts = { orgId: string; userId: string; clientId: string; scopes: readonly string[]; issuedAt: number };

/** Null of a token that is over. Times in epoch seconds. */
function describe(state: SalesforceState, token: string) {
  const { sessions, refreshTokens } = state;
  const session = sessions.look(token);
  if (session !== null)
    return facts(state, session, { kind: "access_token", endsAt: session.lastUsedAt + sessions.settings.idleMs });
  const grant = refreshTokens.find(token);
  if (grant?.token !== token) return null;
  return facts(state, grant, { kind: "refresh_token", endsAt: grant.lastUsedAt + refreshTokens.settings.idleMs });
}

function facts(
  { orgs }: SalesforceState,
  { orgId, userId, clientId, scopes, issuedAt }: Facts,
  { kind, endsAt }: { kind: string; endsAt: number },
) {
  const org = orgs.get(orgId);
  const user: Row = org?.tables.get("User")?.get(userId) ?? {};
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return {
    ...{ active: true, scope: scopes.join(" "), client_id: clientId, username: user.Username ?? null },
    sub: org === undefined ? null : identityUrl(org, userId),
    ...{ token_type: kind, exp: seconds(endsAt), iat: seconds(issuedAt), nbf: seconds(issuedAt) },
  };
}
