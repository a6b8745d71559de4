import type { HubspotSandbox } from "./sandbox.ts";

/** What the environment says to a Baton that is to work on this HubSpot. */
export function hubspotVariables({ url, apps }: Pick<HubspotSandbox, "url" | "apps">): Record<string, string> {
  const [app] = apps;
  const secrets = app && { HUBSPOT_CLIENT_ID: app.clientId, HUBSPOT_CLIENT_SECRET: app.clientSecret };
  return { HUBSPOT_API_URL: url, HUBSPOT_OAUTH_URL: url, ...secrets };
}
