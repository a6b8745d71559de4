import type { Grants } from "../grants.ts";

/** A consent that waits to be exchanged for tokens. */
export type Grant = {
  appId: number;
  portalId: number;
  userId: number;
  redirectUri: string;
  scopes: string[];
  /** PKCE, S256; null when the caller sent none. */
  codeChallenge: string | null;
};

export type HubspotGrants = Grants<Grant>;
