import { allowApp } from "../../src/sandbox/salesforce/allow.ts";
import type { CrmBench } from "./crm-bench.ts";
import { houseName, integrationUserId, scoreField } from "./salesforce-world.ts";

/** Three reads and three writes one after the other, in each of its workers. */
const workers = 40;
const leadMs = (3 * 100 + 3 * 150) / workers;

/** The org's own status qualifies and there is none beside it, it has a score of its own, and nobody sells for the house. */
const changes: readonly [from: string, to: string][] = [
  ["qualifying_stage: marketingqualifiedlead", "qualifying_stage: MQL"],
  ["status: OPEN, clear_backward_stage", "status: null, clear_backward_stage"],
  ["reps: {}", `reps: { ${houseName}: { never: { field: lead.stage, operator: known } } }`],
  ["field: lead.score,", `field: lead.crm.${scoreField},`],
];

export const salesforceBench: CrmBench = {
  title: "Salesforce",
  webhooks: null,
  settings: ({ url, feedUrl }, { streams }) => ({
    salesforce: {
      ...{ clientId: "baton", clientSecret: "secret", loginUrl: url, pubSubUrl: feedUrl },
      ...{ leadAccountField: null, holidayNames: [] },
      ...(streams === null ? {} : { writeStreams: streams }),
    },
  }),
  policy: (shipped) =>
    changes.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`The shipped policy has no "${from}" any more.`);
      return text.replaceAll(from, to);
    }, shipped),
  allow: (page, { accountId }) => allowApp(page, { orgId: accountId, userId: integrationUserId }),
  // As in performance.md §2d: 100 ms for reading and 150 ms for writing, give or take a fifth.
  latency: { readMs: [80, 120], writeMs: [120, 180] },
  naive: { about: "jsforce as it is, six calls a lead, no limiter", workers, leadMs },
  words: { calls: "calls", refused: "REQUEST_LIMIT_EXCEEDED" },
};
