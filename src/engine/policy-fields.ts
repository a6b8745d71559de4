import { type LeadField, leadFields } from "../model/lead.ts";
import { linesOf, type Policy } from "./policy.ts";

/** What stages, matching and the task text read whatever the policy says. */
const alwaysRead: readonly LeadField[] = [
  "email",
  "firstName",
  "lastName",
  "jobTitle",
  "company",
  "website",
  "phone",
  "country",
  "state",
  "language",
  "employees",
  "score",
  "source",
  "sourceDetail",
  "conversion",
  "conversionAt",
  "firstPage",
  "lastPage",
  "pageViews",
  "stage",
  "status",
];

/** Every field that deciding and the task text read: ours by our names, and the CRM's own by theirs (without `crm.`). */
export function policyFields(policy: Policy): { lead: LeadField[]; crm: string[] } {
  const named = new Set<string>();
  for (const { when } of [...policy.gates, ...policy.tiers, ...policy.verticals])
    for (const { field } of linesOf(when)) named.add(field);
  const read = new Set<string>([...alwaysRead.map((field) => `lead.${field}`), ...named]);
  return {
    lead: leadFields.filter((field) => read.has(`lead.${field}`)),
    crm: [...named]
      .filter((field) => field.startsWith("lead.crm."))
      .map((field) => field.slice("lead.crm.".length))
      .sort(),
  };
}
