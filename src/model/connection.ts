/** One linked account of a CRM. */
export type Connection = {
  id: string;
  workspaceId: string;
  /** The CRM's name, as its folder has it. */
  crm: string;
  /** The CRM's own id of the account. */
  externalId: string;
  status: "active" | "paused" | "removed";
  /** Why it is paused, in words for the person who can act; null while active. */
  pausedBecause: string | null;
  timeZone: string;
  /** Host of the CRM's user interface, for links. */
  uiHost: string;
  scopes: readonly string[];
  /** Counts the account's installations: what happens to an earlier one's access concerns this one's no more. */
  grantNumber: number;
  /** `shadow`: leads are decided and nothing is written to the CRM. */
  mode: ConnectionMode;
  /** What was probed at install and may be missing in this account. */
  capabilities: Capabilities;
};

export type ConnectionMode = "live" | "shadow";

export type Capabilities = {
  /** Tasks accept our unique text property, so that a repeated create is refused by the CRM. */
  uniqueTaskKey: boolean;
  /** Users' working hours and absences may be read. */
  readsAvailability: boolean;
  /** What the account does not let Baton do; left out: nothing. */
  off?: readonly FeatureOff[];
};

/** Something that Baton goes without. `message` says what and why, `whatToDo` what the account's admin can do. */
export type FeatureOff = { feature: string; message: string; whatToDo: string };

/** Access to one connection; stored encrypted. */
/**
 * `lifetimeMs` is how long the access token lived when it was issued. `instanceUrl`: where the account's API is; left out
 * where all accounts have one.
 */
export type Tokens = {
  accessToken: string;
  refreshToken: string;
  expiresAt: string;
  lifetimeMs: number;
  instanceUrl?: string;
};
