/** Why login may refuse an org (salesforce.md §2.3). */
export const loginRefusalNames = [
  "invalid-grant",
  "app-blocked",
  "access-denied",
  "ip-restricted",
  "not-installed",
  "inactive-org",
  "rate-exceeded",
] as const;

export type LoginRefusal = (typeof loginRefusalNames)[number];

/** The error of each, and its own words. */
export const loginRefusals: Readonly<Record<LoginRefusal, { error: string; description: string }>> = {
  /** Of refreshes alone: the refresh token counts as revoked. */
  "invalid-grant": { error: "invalid_grant", description: "expired access/refresh token" },
  "app-blocked": { error: "OAUTH_APP_BLOCKED", description: "this app is blocked by admin" },
  "access-denied": {
    error: "OAUTH_APP_ACCESS_DENIED",
    description: "user is not admin approved to access this app",
  },
  "ip-restricted": { error: "invalid_grant", description: "ip restricted" },
  "not-installed": {
    error: "OAUTH_EC_APP_NOT_FOUND",
    description: "external client app is not installed in this org",
  },
  "inactive-org": { error: "invalid_grant", description: "inactive org" },
  /** Under which error these words come is not documented: a guess. */
  "rate-exceeded": { error: "invalid_grant", description: "login rate exceeded" },
};

/** What a test may bend of the login; each can be set at any time (salesforce.md §8, 3 and 4). */
export type LoginSwitches = {
  /** By org. */
  refusals: Map<string, LoginRefusal>;
  /** Orgs whose APIs take no session, however new it is, while login goes on giving them. */
  closedApis: Set<string>;
  /** By org: the `instance_url` that a refresh answers instead of the org's own. */
  refreshedInstanceUrls: Map<string, string>;
};

export const createLoginSwitches = (): LoginSwitches => ({
  refusals: new Map(),
  closedApis: new Set(),
  refreshedInstanceUrls: new Map(),
});
