import type { z } from "zod";
import { CrmError } from "../../errors.ts";
import type { Tokens } from "../../model/connection.ts";
import type { Installed } from "../crm.ts";
import { accountDetails, introspection, parseFailure, tokenAnswer } from "./answers.ts";
import { errorOf, surprise } from "./errors.ts";
import { paths } from "./paths.ts";
import { optionalScopes, requiredScopes } from "./scopes.ts";
import type { HubspotSettings } from "./settings.ts";
import type { Request, Transport } from "./transport.ts";

/** The app's secrets and the way to HubSpot, for calls that belong to no connection yet. */
export type Auth = Pick<HubspotSettings, "clientId" | "clientSecrets" | "oauthUrl"> & { transport: Transport };

/** hubspot.md §2.1: every required scope, and the optional ones apart. */
export function authorizeUrl({ clientId, oauthUrl }: Auth, wanted: { state: string; redirectUri: string }): string {
  const url = new URL(`${oauthUrl}${paths.authorize}`);
  const query = {
    client_id: clientId,
    redirect_uri: wanted.redirectUri,
    scope: requiredScopes.join(" "),
    optional_scope: optionalScopes.join(" "),
    state: wanted.state,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** See Crm. */
export async function exchangeCode(
  auth: Auth,
  { code, redirectUri, now }: { code: string; redirectUri: string; now: Date },
): Promise<Installed> {
  const answer = await askToken(auth, { grant_type: "authorization_code", redirect_uri: redirectUri, code }, now);
  const path = paths.account;
  const request = { method: "GET", path, effect: "read", token: answer.access_token } as const;
  const account = await ask(auth, request, { shape: accountDetails, now });
  return {
    externalId: account.portalId,
    name: account.portalName || `HubSpot account ${account.portalId}`,
    timeZone: account.timeZone,
    uiHost: account.uiDomain,
    // Optional scopes that the account cannot have are dropped in silence: what was granted is read back.
    scopes: answer.scopes ?? requiredScopes,
    tokens: toTokens(answer, now),
  };
}

/** See Crm. A refresh changes nothing that a second one would not mend, so that a lost answer counts as a lost read. */
export async function refreshTokens(auth: Auth, tokens: Tokens, now: Date): Promise<Tokens> {
  const fields = { grant_type: "refresh_token", refresh_token: tokens.refreshToken };
  return toTokens(await askToken(auth, fields, now), now);
}

/** Our app's id; null when HubSpot does not tell. Histories name it as the source of what we changed. */
export async function readAppId(auth: Auth, token: string, now: Date): Promise<string | null> {
  const form = { ...credentials(auth), token, token_type_hint: "access_token" };
  const request = { method: "POST", path: paths.introspect, effect: "read", form } as const;
  try {
    return (await ask(auth, request, { shape: introspection, now })).app_id ?? null;
  } catch (error) {
    if (error instanceof CrmError) return null;
    throw error;
  }
}

async function askToken(auth: Auth, fields: Record<string, string>, now: Date): Promise<z.infer<typeof tokenAnswer>> {
  const form = { ...credentials(auth), ...fields };
  return ask(auth, { method: "POST", path: paths.token, effect: "read", form }, { shape: tokenAnswer, now });
}

const credentials = ({ clientId, clientSecrets }: Auth) => ({
  client_id: clientId,
  client_secret: clientSecrets[0] ?? "",
});

async function ask<T>(
  { transport }: Auth,
  request: Request,
  { shape, now }: { shape: z.ZodType<T>; now: Date },
): Promise<T> {
  const answer = await transport(request);
  if (answer.status >= 300) {
    const failure = parseFailure(answer.body);
    // It worked before: uninstalled or revoked (hubspot.md §2.1). A wrong secret of ours is not the account's doing.
    if (failure.status === "BAD_REFRESH_TOKEN") throw gone();
    throw withWords(errorOf(request, answer, { now, timeZone: null }), failure.message);
  }
  const parsed = shape.safeParse(answer.body);
  if (!parsed.success) throw surprise(request, answer.status);
  return parsed.data;
}

function gone(): CrmError {
  const message = "HubSpot says that this app's access was revoked or the app uninstalled: install it again.";
  return new CrmError("unauthorized-final", message, { status: 400, rule: "BAD_REFRESH_TOKEN" });
}

/** The token endpoint's words are about the request alone: no record's values are in them. */
function withWords(error: CrmError, words: string | undefined): CrmError {
  if (words === undefined || error.kind !== "rejected") return error;
  const { status, rule, correlationId } = error;
  return new CrmError("rejected", `${error.message} HubSpot says: ${words}.`, {
    ...(status === undefined ? {} : { status }),
    ...(rule === undefined ? {} : { rule }),
    ...(correlationId === undefined ? {} : { correlationId }),
  });
}

function toTokens(answer: z.infer<typeof tokenAnswer>, now: Date): Tokens {
  const lifetimeMs = answer.expires_in * 1_000;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: new Date(now.getTime() + lifetimeMs).toISOString(),
    lifetimeMs,
  };
}
