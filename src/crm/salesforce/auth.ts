import { createHash, createHmac } from "node:crypto";
import type { Dispatcher } from "undici";
import type { z } from "zod";
import { CrmError } from "../../errors.ts";
import type { Tokens } from "../../model/connection.ts";
import type { Installed } from "../crm.ts";
import { oauthFailure, organization, type TokenAnswer, tokenAnswer } from "./answers.ts";
import { errorOf, surprise } from "./errors.ts";
import type { SalesforceSettings } from "./settings.ts";
import { soql } from "./soql.ts";
import { deliver, type Transport } from "./transport.ts";

/** The app's secrets and the way to Salesforce, for calls that belong to no connection yet. */
export type Auth = Pick<
  SalesforceSettings,
  "clientId" | "clientSecret" | "loginUrl" | "pubSubUrl" | "leadAccountField" | "holidayNames" | "writeStreams"
> & {
  transport: Transport;
  dispatcher: Dispatcher;
};

/** salesforce.md §2.3: no more than these. */
const scopes = "api refresh_token";

/** salesforce.md §2.1, PKCE with S256. */
export function authorizeUrl(auth: Auth, { state, redirectUri }: { state: string; redirectUri: string }): string {
  const url = new URL(`${auth.loginUrl}/services/oauth2/authorize`);
  const challenge = createHash("sha256").update(verifierOf(auth, state)).digest("base64url");
  const query = {
    ...{ response_type: "code", client_id: auth.clientId, redirect_uri: redirectUri, scope: scopes, state },
    ...{ code_challenge: challenge, code_challenge_method: "S256" },
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Nobody without the secret can work it out from the state, which the browser sees: so it needs no store. 86 characters. */
const verifierOf = ({ clientSecret }: Auth, state: string): string =>
  createHmac("sha512", clientSecret).update("pkce|").update(state).digest("base64url");

/** See Crm. */
export async function exchangeCode(
  auth: Auth,
  { code, state, redirectUri, now }: { code: string; state: string; redirectUri: string; now: Date },
): Promise<Installed> {
  const verifier = verifierOf(auth, state);
  const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier };
  const answer = await askToken(auth, { url: auth.loginUrl, fields, now });
  return toInstalled(auth, answer, now);
}

/** As the user whom the org's admin named for the app: for who hosts Baton for one org alone (salesforce.md §2.3). */
export async function connectByCredentials(auth: Auth, now: Date): Promise<Installed> {
  const answer = await askToken(auth, { url: auth.loginUrl, fields: { grant_type: "client_credentials" }, now });
  return toInstalled(auth, answer, now);
}

async function toInstalled(auth: Auth, answer: TokenAnswer, now: Date): Promise<Installed> {
  const externalId = orgIdOf(answer);
  const tokens = toTokens(answer, { refreshToken: "", now });
  const { name, timeZone } = await readOrganization(auth, tokens, now);
  return {
    ...{ externalId, name, timeZone, tokens },
    uiHost: new URL(answer.instance_url).host,
    scopes: answer.scope.split(" ").filter(Boolean),
  };
}

/**
 * See Crm. The token endpoint is asked once: a token that was used before ends the whole grant (salesforce.md §2.1), so a lost
 * answer is not asked for again here. Without a refresh token the app's own credentials are used.
 */
export async function refreshTokens(auth: Auth, tokens: Tokens, now: Date): Promise<Tokens> {
  const { refreshToken, instanceUrl } = tokens;
  const fields: Record<string, string> =
    refreshToken === ""
      ? { grant_type: "client_credentials" }
      : { grant_type: "refresh_token", refresh_token: refreshToken };
  const url = refreshToken === "" ? (instanceUrl ?? auth.loginUrl) : auth.loginUrl;
  return toTokens(await askToken(auth, { url, fields, now }), { refreshToken, now });
}

/**
 * How long a token lives the org decides, and no answer tells (salesforce.md §2.3): a 401 is what renews it. Once a week it is
 * renewed anyway, since a refresh token that lies unused for 30 days is void.
 */
const lifetimeMs = 7 * 86_400_000;

function toTokens(answer: TokenAnswer, { refreshToken, now }: { refreshToken: string; now: Date }): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? refreshToken,
    expiresAt: new Date(now.getTime() + lifetimeMs).toISOString(),
    lifetimeMs,
    instanceUrl: answer.instance_url,
  };
}

type Asked = { url: string; fields: Readonly<Record<string, string>>; now: Date };

async function askToken(auth: Auth, { url, fields, now }: Asked): Promise<z.infer<typeof tokenAnswer>> {
  const path = "/services/oauth2/token";
  // A refresh rotates the token: what became of it after a lost answer is as open as after a lost write.
  const sent = { method: "POST", path, effect: "write" } as const;
  const form = { ...fields, client_id: auth.clientId, client_secret: auth.clientSecret };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const answer = await deliver({ method: "POST", url: `${url}${path}`, headers, body }, sent, auth.dispatcher);
  if (answer.status >= 300) throw refusalOf(sent, answer, now);
  const parsed = tokenAnswer.safeParse(answer.body);
  if (!parsed.success) throw surprise(sent, answer.status);
  return parsed.data;
}

/** salesforce.md §2.3: these end the grant; nothing but a person helps. */
const final = new Set([
  "invalid_grant",
  "invalid_client_id",
  "invalid_client",
  "invalid_client_credentials",
  "OAUTH_APP_BLOCKED",
  "OAUTH_APP_ACCESS_DENIED",
  "OAUTH_EC_APP_NOT_FOUND",
]);

function refusalOf(sent: Parameters<typeof errorOf>[0], answer: Parameters<typeof errorOf>[1], now: Date): CrmError {
  const parsed = oauthFailure.safeParse(answer.body);
  if (!parsed.success || answer.status >= 500) return errorOf(sent, answer, now);
  const { error, error_description: words } = parsed.data;
  const message = `Salesforce refused the access: ${error}${words === "" ? "" : ` (${words})`}.`;
  const details = { status: answer.status, rule: error };
  return final.has(error)
    ? new CrmError("unauthorized-final", `${message} Install the app again, or ask the org's administrator.`, details)
    : new CrmError("rejected", message, details);
}

/** `https://login.salesforce.com/id/00D…/005…`: without the org's id two orgs would be taken for one. */
function orgIdOf({ id }: TokenAnswer): string {
  const [, orgId] = /\/id\/(00D\w{15})\//.exec(id) ?? [];
  if (orgId === undefined) throw new CrmError("rejected", "Salesforce did not say which org it gave access to.");
  return orgId;
}

async function readOrganization(auth: Auth, tokens: Tokens, now: Date): Promise<{ name: string; timeZone: string }> {
  const query = soql`SELECT Name, TimeZoneSidKey FROM Organization LIMIT 1`;
  const request = { method: "GET", path: `/query?q=${encodeURIComponent(query)}`, effect: "read" } as const;
  const access = { token: tokens.accessToken, instanceUrl: tokens.instanceUrl ?? null };
  const answer = await auth.transport(request, access);
  if (answer.status >= 300) throw errorOf(request, answer, now);
  const parsed = organization.safeParse(answer.body);
  if (!parsed.success) throw surprise(request, answer.status);
  const [{ Name: name, TimeZoneSidKey: timeZone }] = parsed.data.records;
  return { name, timeZone };
}
