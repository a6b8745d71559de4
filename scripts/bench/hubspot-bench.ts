import { allowApp } from "../../src/sandbox/hubspot/allow.ts";
import type { CrmBench } from "./crm-bench.ts";

/** The SDK's own limiter lets nine calls a second through: this much time, real at factor 1, for a lead's eight. */
const leadMs = 8 * 111;

export const hubspotBench: CrmBench = {
  title: "HubSpot",
  webhooks: "/hubspot/webhooks",
  settings: ({ url }) => ({
    hubspot: { clientId: "baton", clientSecrets: ["secret"], apiUrl: url, oauthUrl: url },
  }),
  policy: (shipped) => shipped,
  allow: (page, { accountId }) => allowApp(page, { portalId: Number(accountId), userId: 47_000 }),
  latency: { readMs: [80, 250], writeMs: [80, 250] },
  naive: { about: "the official SDK with its own limiter and retries", workers: 40, leadMs },
  words: { calls: "main-budget calls", refused: "refused (429)" },
};
