import { z } from "zod";
import { baseUrl, type Env, isOfThisMachine, isPlaceholder, secrets } from "../../variables.ts";
import { crmVariables } from "../variables.ts";

const apiUrl = "https://api.hubapi.com";

const isOutside = (given: Env): boolean => !isOfThisMachine(given.HUBSPOT_API_URL ?? apiUrl);

/** What an operator sets for HubSpot; settings.ts says what becomes of it. */
export const variables = crmVariables({
  schema: z.object({
    HUBSPOT_CLIENT_ID: z.string(),
    HUBSPOT_CLIENT_SECRET: secrets,
    HUBSPOT_API_URL: baseUrl.default(apiUrl),
    HUBSPOT_OAUTH_URL: baseUrl.default("https://app.hubspot.com"),
  }),
  howToGet: {
    HUBSPOT_CLIENT_ID: "copy it from the Auth tab of your HubSpot app",
    HUBSPOT_CLIENT_SECRET: "copy it from the Auth tab of your HubSpot app",
  },
  whyPublic: (given) => (isOutside(given) ? "HubSpot has to reach Baton" : null),
  rules: [
    {
      // Whoever guesses it signs deliveries that are taken for HubSpot's own.
      path: "HUBSPOT_CLIENT_SECRET",
      isBroken: (given) => isOutside(given) && Boolean(given.HUBSPOT_CLIENT_SECRET?.split(",").some(isPlaceholder)),
      message: "is too short or a placeholder; copy the client secret from the Auth tab of your HubSpot app",
    },
  ],
  toSettings: (values) => ({
    clientId: values.HUBSPOT_CLIENT_ID,
    clientSecrets: values.HUBSPOT_CLIENT_SECRET,
    apiUrl: values.HUBSPOT_API_URL,
    oauthUrl: values.HUBSPOT_OAUTH_URL,
  }),
});
