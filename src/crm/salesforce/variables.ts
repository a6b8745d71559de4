import { z } from "zod";
import { baseUrl, isOfThisMachine } from "../../variables.ts";
import { crmVariables } from "../variables.ts";

const loginUrl = "https://login.salesforce.com";

/** What an operator sets for Salesforce; settings.ts says what becomes of it. */
export const variables = crmVariables({
  schema: z.object({
    SALESFORCE_CLIENT_ID: z.string(),
    SALESFORCE_CLIENT_SECRET: z.string(),
    SALESFORCE_LOGIN_URL: baseUrl.default(loginUrl),
    SALESFORCE_PUBSUB_URL: z
      .string()
      .regex(/^[\w.-]+:\d{1,5}$/, { error: "must be a host and a port, such as api.pubsub.salesforce.com:7443" })
      .default("api.pubsub.salesforce.com:7443"),
    SALESFORCE_LEAD_ACCOUNT_FIELD: z
      .string()
      .regex(/^\w+__c$/, { error: "must be the API name of a custom lookup on Lead, such as Account__c" })
      .optional(),
    SALESFORCE_HOLIDAYS: z
      .string()
      .transform((names) => names.split(";").map((name) => name.trim()))
      .refine((names) => names.every((name) => name !== "" && name.length <= 80), {
        error: "must be names of holidays of the org, with ; between them, such as Company day; Summer closing",
      })
      .default([]),
    SALESFORCE_WRITE_STREAMS: z.coerce.number().int().min(1).max(10).default(4),
  }),
  howToGet: {
    SALESFORCE_CLIENT_ID: "copy the consumer key from your External Client App in Salesforce",
    SALESFORCE_CLIENT_SECRET: "copy the consumer secret from your External Client App in Salesforce",
  },
  whyPublic: (given) =>
    isOfThisMachine(given.SALESFORCE_LOGIN_URL ?? loginUrl)
      ? null
      : "Salesforce sends the admin's browser back to Baton",
  rules: [],
  toSettings: (values) => ({
    clientId: values.SALESFORCE_CLIENT_ID,
    clientSecret: values.SALESFORCE_CLIENT_SECRET,
    loginUrl: values.SALESFORCE_LOGIN_URL,
    pubSubUrl: values.SALESFORCE_PUBSUB_URL,
    leadAccountField: values.SALESFORCE_LEAD_ACCOUNT_FIELD ?? null,
    holidayNames: values.SALESFORCE_HOLIDAYS,
    writeStreams: values.SALESFORCE_WRITE_STREAMS,
  }),
});
