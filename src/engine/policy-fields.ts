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

/** What deciding and the task text read of leads and accounts. The CRM's own fields stand without their beginning. */
export type PolicyFields = { lead: LeadField[]; crm: string[]; account: string[] };

/** Every field that a policy names or that is read anyway: of leads ours and the CRM's own, of accounts the CRM's own. */
export function policyFields(policy: Policy): PolicyFields {
  const named = new Set<string>();
  for (const { when } of [...policy.gates, ...policy.tiers, ...policy.verticals])
    for (const { field } of linesOf(when)) named.add(field);
  for (const when of [policy.partner?.registered ?? null, policy.partner?.referral ?? null])
    for (const { field } of when === null ? [] : linesOf(when)) named.add(field);
  if (policy.customerSuccess !== null) named.add(policy.customerSuccess);
  const read = new Set<string>([...alwaysRead.map((field) => `lead.${field}`), ...named]);
  const beginning = (start: string): string[] =>
    [...named]
      .filter((field) => field.startsWith(start))
      .map((field) => field.slice(start.length))
      .sort();
  return {
    lead: leadFields.filter((field) => read.has(`lead.${field}`)),
    crm: beginning("lead.crm."),
    account: beginning("account.crm."),
  };
}
