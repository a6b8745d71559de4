import { createGrants } from "../../grants.ts";
import type { OpenRoute } from "../open-route.ts";
import type { SalesforceState } from "../state.ts";
import { authorizeRoutes } from "./authorize.ts";
import type { Consent } from "./consents.ts";
import { identityRoutes } from "./identity.ts";
import { tokenRoute } from "./token.ts";
import { tokenInfoRoutes } from "./token-info.ts";

/** Consent, tokens and identity, for all orgs at one address (salesforce.md §2.3). */
export function authRoutes(state: SalesforceState): OpenRoute[] {
  const consents = createGrants<Consent>(() => `aPrx${state.sessions.secret(60)}`);
  return [
    ...authorizeRoutes(state, consents),
    tokenRoute(state, consents),
    ...tokenInfoRoutes(state),
    ...identityRoutes(state),
  ];
}
