import type { Answer } from "../../http.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import type { ClientApp } from "./apps.ts";
import { type Assertion, readAssertion } from "./assertion.ts";
import { checkLogin, refusing } from "./check-login.ts";
import { appNamed, clientOf } from "./client.ts";
import { issueTokens } from "./issue-tokens.ts";
import { oauthError } from "./oauth-error.ts";
import type { TokenCall } from "./token-call.ts";

/**
 * Client credentials: runs as the user of the policy. The org is the one that has the app; of several it is the one at
 * whose address the request came in, its `instanceUrl`, as My Domain is.
 */
export function runAsPolicyUser({ state, call, form }: TokenCall): Answer {
  const app = clientOf(state.apps, call, form);
  const installed = [...state.orgs.values()].filter(({ id }) => app.runAs.has(id));
  const here = installed.filter(({ instanceUrl }) => new URL(instanceUrl).host === call.headers.host);
  const [asked, ...others] = installed.length > 1 ? here : installed;
  if (installed.length === 0) throw refusing("not-installed");
  if (asked === undefined || others.length > 0)
    throw oauthError("invalid_grant", "request not supported on this domain");
  return answerAs(state, app, { orgId: asked.id, userId: app.runAs.get(asked.id) ?? "" });
}

/** JWT bearer: runs as the user that the assertion names, who must have been approved (salesforce.md §2.3). */
export function runAsSubject({ state, call, form }: TokenCall): Answer {
  const assertion = readAssertion(form.get("assertion") ?? "");
  if (assertion === null) throw invalidAssertion();
  const app = appNamed(state.apps, assertion.iss);
  if (app.publicKey === null || !assertion.isSignedBy(app.publicKey)) throw invalidAssertion();
  checkTimes(assertion, state.clock.now());
  if (!isForUs(assertion, `http://${call.headers.host ?? ""}`))
    throw oauthError("invalid_grant", "audience is invalid");
  return answerAs(state, app, subjectOf(state, app, assertion.sub));
}

const invalidAssertion = () => oauthError("invalid_grant", "invalid assertion");

/** Seconds that an assertion may be good for at most. */
const longestLife = 300;

/** `now` in epoch ms. */
function checkTimes({ exp }: Assertion, now: number): void {
  const left = exp - now / 1000;
  if (!(left > 0 && left <= longestLife)) throw invalidAssertion();
}

/** Production or sandbox, or the address of login itself. */
const isForUs = ({ aud }: Assertion, own: string): boolean =>
  ["https://login.salesforce.com", "https://test.salesforce.com", own].includes(aud);

/** User names are unique across all orgs, but a test's need not be: the app's own orgs come first. */
function subjectOf(state: SalesforceState, app: ClientApp, username: string): { orgId: string; userId: string } {
  const orgs = [...state.orgs.values()].sort((a, b) => Number(app.runAs.has(b.id)) - Number(app.runAs.has(a.id)));
  for (const org of orgs) {
    const userId = userNamed(org, username);
    if (userId === null) continue;
    if (!app.runAs.has(org.id)) throw refusing("not-installed");
    if (isApproved(state, app, { orgId: org.id, userId })) return { orgId: org.id, userId };
  }
  throw oauthError("invalid_grant", "user hasn't approved this consumer");
}

function userNamed(org: SandboxOrg, username: string): string | null {
  for (const { Id } of org.tables.get("User")?.withValues("Username", [username]) ?? []) return String(Id);
  return null;
}

/** By the admin, or by a consent of their own. */
function isApproved(
  { refreshTokens }: SalesforceState,
  app: ClientApp,
  { orgId, userId }: { orgId: string; userId: string },
): boolean {
  return (
    app.runAs.get(orgId) === userId ||
    refreshTokens
      .list()
      .some((grant) => grant.clientId === app.clientId && grant.orgId === orgId && grant.userId === userId)
  );
}

/** No refresh token comes of these flows: one asks anew. */
function answerAs(state: SalesforceState, app: ClientApp, who: { orgId: string; userId: string }): Answer {
  const org = checkLogin(state, app, who);
  const scopes = app.scopes.filter((scope) => scope !== "refresh_token");
  return issueTokens(state, { app, org, userId: who.userId, scopes });
}
