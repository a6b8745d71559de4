import { createHmac } from "node:crypto";
import type { Answer } from "../../http.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import type { ClientApp } from "./apps.ts";
import { identityUrl } from "./identity-url.ts";
import type { RefreshGrant } from "./refresh-tokens.ts";

export type TokenIssue = {
  app: ClientApp;
  org: SandboxOrg;
  userId: string;
  scopes: readonly string[];
  /** The access token ends with it. */
  grant?: RefreshGrant;
  /** Is the grant's token told? */
  tellsRefreshToken?: boolean;
  /** Instead of the org's own. */
  instanceUrl?: string | undefined;
};

/** A new access token, in the body that every flow answers (salesforce.md §2.3): it never says how long it lives. */
export function issueTokens({ sessions }: Pick<SalesforceState, "sessions">, issue: TokenIssue): Answer {
  const { app, org, userId, scopes, grant, tellsRefreshToken = false } = issue;
  const session = sessions.issue({
    ...{ orgId: org.id, userId, clientId: app.clientId, scopes },
    grantId: grant?.id ?? null,
  });
  const id = identityUrl(org, userId);
  const issuedAt = String(session.issuedAt);
  const body = {
    access_token: session.token,
    ...(grant !== undefined && tellsRefreshToken ? { refresh_token: grant.token } : {}),
    signature: createHmac("sha256", app.clientSecret).update(`${id}${issuedAt}`).digest("base64"),
    scope: scopes.join(" "),
    instance_url: issue.instanceUrl ?? org.instanceUrl,
    id,
    token_type: "Bearer",
    issued_at: issuedAt,
  };
  return { status: 200, body, headers: { "Cache-Control": "no-store" } };
}
