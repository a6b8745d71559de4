import { z } from "zod";
import type { CrmProduct } from "../../../src/crm/product.ts";
import { crmVariables } from "../../../src/crm/variables.ts";
import { baseUrl, isOfThisMachine } from "../../../src/variables.ts";

export type ThirdSettings = { clientId: string; clientSecret: string; url: string };

const variables = crmVariables({
  schema: z.object({
    THIRD_CLIENT_ID: z.string(),
    THIRD_CLIENT_SECRET: z.string(),
    THIRD_URL: baseUrl.default("https://api.third.example"),
  }),
  howToGet: {
    THIRD_CLIENT_ID: "copy it from the page of your app in Third",
    THIRD_CLIENT_SECRET: "copy it from the page of your app in Third",
  },
  whyPublic: ({ THIRD_URL: url = "" }) =>
    isOfThisMachine(url) ? null : "Third sends the admin's browser back to Baton",
  rules: [],
  toSettings: (values): ThirdSettings => ({
    clientId: values.THIRD_CLIENT_ID,
    clientSecret: values.THIRD_CLIENT_SECRET,
    url: values.THIRD_URL,
  }),
});

/** A line of the registry. */
export const product: CrmProduct<ThirdSettings> = {
  name: "third",
  title: "Third",
  policyWords: null,
  hasOneStatus: false,
  variables,
  recordLinks: ({ uiHost }) => ({
    lead: (id) => `https://${uiHost}/leads/${id}`,
    account: (id) => `https://${uiHost}/accounts/${id}`,
  }),
  recordId: (text) => text.trim(),
  open: async (settings) => (await import("./index.ts")).third(settings),
};
