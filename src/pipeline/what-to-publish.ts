import type { Crm } from "../crm/crm.ts";
import { crmWordsInLine } from "../engine/policy-sections-text.ts";

/** What is to be published once an account of a CRM joins a workspace, whose policy stays. */
export function whatToPublish({ name, title, policyWords }: Pick<Crm, "name" | "title" | "policyWords">): string {
  const words =
    policyWords === null
      ? `its own qualifying_stage, dispositions and writes for ${name}`
      : `for example ${crmWordsInLine(name, policyWords)}`;
  return `Publish a policy then that has an owner_authority, the CRM whose records say who has a lead, and under by_crm what ${title} calls otherwise than that policy: ${words}. A stage that it does not have qualifies nobody, and an alert says so.`;
}
