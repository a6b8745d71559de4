import { expiredAuthentication, invalidAuthentication, missingScopes } from "./errors.ts";
import type { Installation } from "./portal.ts";
import type { AccessToken, Tokens } from "./tokens.ts";

/** The token of an `Authorization: Bearer …` header, whether it still counts or not. */
export function findToken(tokens: Tokens, authorization: string | undefined): AccessToken | undefined {
  const [scheme, token] = (authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" && token ? tokens.find(token) : undefined;
}

/** The installation behind a token that still counts; throws the 401s of hubspot.md §3.3. */
export function authenticate(token: AccessToken | undefined, now: number): Installation {
  if (!token || token.installation.removed) throw invalidAuthentication();
  if (token.expiresAt <= now) throw expiredAuthentication(token.expiresAt, now);
  return token.installation;
}

/** Throws 403 MISSING_SCOPES unless one of `scopes` was granted (none asked: always fine). */
export function requireScope(installation: Installation, scopes: string[]): void {
  if (scopes.length === 0 || scopes.some((scope) => installation.scopes.includes(scope))) return;
  throw missingScopes(scopes);
}
