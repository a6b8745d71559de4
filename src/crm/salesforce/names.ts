import type { Crm } from "../crm.ts";

/** See Crm. The dispositions are those that every new org has (salesforce.md §4.1); one field is stage and status. */
export const names = {
  name: "salesforce",
  title: "Salesforce",
  policyWords: {
    qualifying_stage: "MQL",
    dispositions: ["Closed - Not Converted"],
    writes: { stage: null, status: null },
  },
} as const satisfies Pick<Crm, "name" | "title" | "policyWords">;
