import type { ClientApp } from "./apps.ts";

/**
 * The app that Baton is at Salesforce: client id `baton`, secret `secret`, any loopback redirect, rotation and PKCE on, in
 * no org yet. Its users may log in, it may run as the user of an org's policy, and with a public key (PEM) it may sign
 * assertions; a key can be set later too.
 */
export function defaultApp(publicKey: string | null = null): ClientApp {
  return {
    clientId: "baton",
    clientSecret: "secret",
    redirectUris: [],
    scopes: ["api", "refresh_token", "id"],
    requiresPkce: true,
    rotatesRefreshTokens: true,
    publicKey,
    runAs: new Map(),
  };
}
