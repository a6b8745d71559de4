/** An External Client App: one consumer, installed in orgs (salesforce.md §2.2). */
export type ClientApp = {
  clientId: string;
  clientSecret: string;
  /** Exactly as registered; none: any loopback address. */
  redirectUris: readonly string[];
  /** What may be asked for. */
  scopes: readonly string[];
  requiresPkce: boolean;
  /** Refresh tokens are replaced at each use, and the use of an old one ends all. */
  rotatesRefreshTokens: boolean;
  /** PEM of the certificate or public key that its JWT assertions are checked with; null: the flow is off. */
  publicKey: string | null;
  /** By org, 18 characters: as whom client credentials run, who is approved for assertions too; an org that is not here does not have the app installed. */
  runAs: Map<string, string>;
};

/** `clientId` none: the first app. */
export type InstallOptions = { orgId: string; userId: string; clientId?: string };

/** What login gives an app that was just connected. */
export type Installed = { accessToken: string; refreshToken: string };
