/** What an operator sets for Salesforce. */
export type SalesforceSettings = {
  clientId: string;
  clientSecret: string;
  /** `https://login.salesforce.com`, a sandbox's, or a My Domain host; no trailing slash. */
  loginUrl: string;
  /** "api.pubsub.salesforce.com:7443"; without TLS on loopback alone. */
  pubSubUrl: string;
  /** A lookup to Account on Lead by which the org itself names a lead's account; Salesforce has none of its own. */
  leadAccountField: string | null;
  /** Names of the org's holidays that are days off for everybody; which users have which, Salesforce does not say. Left out: none. */
  holidayNames?: readonly string[];
  /** Calls that write leads, at once at most: the org's own automation runs inside of them (performance.md §2c). Left out: four. */
  writeStreams?: number;
  /** How Baton is reached, for links. */
  publicUrl: string;
};

/** salesforce.md "Versions": every production org has it; jsforce's own default is far older. */
export const apiVersion = "66.0";

/** How our own changes are known in `changeOrigin` (salesforce.md §0.6). */
export const clientName = "Baton";

/** salesforce.md §3.5: else the org's assignment rules give the lead to somebody else, and an alert of duplicates refuses it. */
export const writeHeaders = {
  "Sforce-Auto-Assign": "FALSE",
  "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true",
};
