import type { Grants } from "../../grants.ts";

/** A consent that waits to be exchanged for tokens. */
export type Consent = {
  clientId: string;
  orgId: string;
  userId: string;
  redirectUri: string;
  scopes: readonly string[];
  /** PKCE, S256; null when the app sent none. */
  codeChallenge: string | null;
  /** Epoch ms. */
  expiresAt: number;
};

export type Consents = Grants<Consent>;

/** How long a code may be exchanged (salesforce.md §8, 2). */
export const codeLifetimeMs = 15 * 60_000;
