import type { SalesforceSandbox } from "./state.ts";

/** What the environment says to a Baton that is to work on this Salesforce. */
export function salesforceVariables({
  url,
  pubSubUrl,
  apps,
}: Pick<SalesforceSandbox, "url" | "pubSubUrl" | "apps">): Record<string, string> {
  const [app] = apps;
  const secrets = app && { SALESFORCE_CLIENT_ID: app.clientId, SALESFORCE_CLIENT_SECRET: app.clientSecret };
  return { SALESFORCE_LOGIN_URL: url, SALESFORCE_PUBSUB_URL: pubSubUrl, ...secrets };
}
