import type { Answer } from "../../http.ts";
import { checkLogin, refusing } from "./check-login.ts";
import { clientOf } from "./client.ts";
import { issueTokens } from "./issue-tokens.ts";
import type { TokenCall } from "./token-call.ts";

/**
 * A new access token for a refresh token, and where the app rotates them another refresh token: who comes with an old one
 * ends all that came of it (salesforce.md §2.1, §8, 1).
 */
export function refresh({ state, call, form }: TokenCall): Answer {
  const app = clientOf(state.apps, call, form);
  const token = form.get("refresh_token") ?? "";
  const grant = state.refreshTokens.find(token);
  if (grant === null || grant.clientId !== app.clientId) throw refusing("invalid-grant");
  const org = checkLogin(state, app, grant);
  if (state.login.refusals.get(org.id) === "invalid-grant") throw refusing("invalid-grant");
  if (grant.token !== token) {
    state.refreshTokens.revoke(grant);
    throw refusing("invalid-grant");
  }
  if (app.rotatesRefreshTokens) state.refreshTokens.rotate(grant);
  grant.lastUsedAt = state.clock.now();
  const { userId, scopes } = grant;
  return issueTokens(state, {
    ...{ app, org, userId, scopes, grant, tellsRefreshToken: app.rotatesRefreshTokens },
    instanceUrl: state.login.refreshedInstanceUrls.get(org.id),
  });
}
