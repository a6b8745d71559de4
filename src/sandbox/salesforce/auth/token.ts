import type { Answer, Received } from "../../http.ts";
import type { OpenCall, OpenRoute } from "../open-route.ts";
import type { SalesforceState } from "../state.ts";
import { formOf } from "./client.ts";
import type { Consents } from "./consents.ts";
import { exchangeCode } from "./exchange-code.ts";
import { oauthError, oauthRefusal } from "./oauth-error.ts";
import { refresh } from "./refresh.ts";
import { runAsPolicyUser, runAsSubject } from "./server-flows.ts";

/** `POST /services/oauth2/token` (salesforce.md §2.3, §8, 1). */
export function tokenRoute(state: SalesforceState, consents: Consents): OpenRoute {
  return {
    method: "POST",
    paths: ["/services/oauth2/token"],
    caller: (received) => callerOf(state, received),
    refuse: oauthRefusal,
    handle: (call) => issue({ state, consents }, call),
  };
}

function issue({ state, consents }: { state: SalesforceState; consents: Consents }, call: OpenCall): Answer {
  const form = formOf(call);
  const request = { state, call, form };
  switch (form.get("grant_type")) {
    case "authorization_code":
      return exchangeCode(request, consents);
    case "refresh_token":
      return refresh(request);
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return runAsSubject(request);
    case "client_credentials":
      return runAsPolicyUser(request);
    default:
      throw oauthError("unsupported_grant_type", "grant type not supported");
  }
}

/** Known of refreshes alone. */
function callerOf({ refreshTokens }: SalesforceState, { text }: Received): { orgId: string; userId: string } | null {
  return refreshTokens.find(new URLSearchParams(text).get("refresh_token") ?? "");
}
