import { createHash } from "node:crypto";
import type { Answer } from "./http.ts";

/** The registered list, or any loopback address for an app that registered none. */
export function isAllowedRedirect(redirectUris: readonly string[], uri: string): boolean {
  if (redirectUris.length > 0) return redirectUris.includes(uri);
  return URL.canParse(uri) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(uri).hostname);
}

/** Sends the browser back to the app with the outcome, and with the `state` of the request if there was one. */
export function redirectBack(uri: string, request: URLSearchParams, outcome: Record<string, string>): Answer {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(outcome)) target.searchParams.set(name, value);
  const state = request.get("state");
  if (state !== null) target.searchParams.set("state", state);
  return { status: 302, headers: { Location: target.href } };
}

/** The PKCE challenge (S256) that a verifier belongs to. */
export const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");
