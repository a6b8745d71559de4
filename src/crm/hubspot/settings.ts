/** What the environment says of our HubSpot app and of where HubSpot is. No trailing slashes. */
export type HubspotSettings = {
  clientId: string;
  /** The first is the current one; webhooks signed with any of them are accepted. */
  clientSecrets: readonly string[];
  apiUrl: string;
  oauthUrl: string;
  /** Where HubSpot reaches us: what it signs, whatever proxies make of it. */
  publicUrl: string;
};
