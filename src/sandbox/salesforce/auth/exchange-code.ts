import { challengeOf } from "../../consent.ts";
import type { Answer } from "../../http.ts";
import { checkLogin } from "./check-login.ts";
import { clientOf } from "./client.ts";
import type { Consent, Consents } from "./consents.ts";
import { issueTokens } from "./issue-tokens.ts";
import { oauthError } from "./oauth-error.ts";
import type { TokenCall } from "./token-call.ts";

/** The flow that begins with a consent: a refresh token comes with it when it was asked for. */
export function exchangeCode({ state, call, form }: TokenCall, consents: Consents): Answer {
  const app = clientOf(state.apps, call, form);
  const code = form.get("code") ?? "";
  const consent = consents.find(code);
  if (consent === undefined || consent.clientId !== app.clientId || consent.expiresAt <= state.clock.now())
    throw oauthError("invalid_grant", "expired authorization code");
  if (form.get("redirect_uri") !== consent.redirectUri)
    throw oauthError("redirect_uri_mismatch", "redirect_uri must match configuration");
  checkVerifier(consent, form.get("code_verifier"));
  const org = checkLogin(state, app, consent);
  consents.use(code);
  const { userId, scopes } = consent;
  if (!scopes.includes("refresh_token")) return issueTokens(state, { app, org, userId, scopes });
  const grant = state.refreshTokens.issue({ orgId: org.id, userId, clientId: app.clientId, scopes });
  return issueTokens(state, { app, org, userId, scopes, grant, tellsRefreshToken: true });
}

/** RFC 7636 says of which characters and how many a verifier is made. */
const verifierForm = /^[A-Za-z0-9._~-]{43,128}$/;

/** The words of each refusal are not documented: a guess. */
function checkVerifier({ codeChallenge }: Consent, verifier: string | null): void {
  if (codeChallenge === null) return;
  if (verifier === null) throw oauthError("invalid_request", "missing required code verifier");
  if (!verifierForm.test(verifier)) throw oauthError("invalid_request", "code verifier must have 43 to 128 characters");
  if (challengeOf(verifier) !== codeChallenge) throw oauthError("invalid_grant", "invalid code verifier");
}
