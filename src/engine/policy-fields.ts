import { type LeadField, leadFields } from "../model/lead.ts";
import { linesOf, type Policy } from "./policy.ts";
import { conditionsOf } from "./policy-rules.ts";

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
  "city",
  "postalCode",
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

/** Whom a lead is, where it belongs and how big its company is: decisions lean on it whatever the policy names. */
const alwaysDecided: readonly LeadField[] = [
  "email",
  "firstName",
  "lastName",
  "company",
  "website",
  "phone",
  "country",
  "state",
  "city",
  "postalCode",
  "language",
  "employees",
  "score",
  "stage",
  "status",
];

/** Every field that a policy names or that is read anyway: of leads ours and the CRM's own, of accounts the CRM's own. */
export const policyFields = (policy: Policy): PolicyFields => fieldsWith(policy, alwaysRead);

/** As `policyFields`, without those that texts alone tell. */
export const decidingFields = (policy: Policy): PolicyFields => fieldsWith(policy, alwaysDecided);

function fieldsWith(policy: Policy, always: readonly LeadField[]): PolicyFields {
  const named = namedFields(policy);
  const read = new Set<string>([...always.map((field) => `lead.${field}`), ...named]);
  if (named.has("lead.industryName")) read.add("lead.industry");
  const beginning = (start: string): string[] =>
    [...named]
      .filter((field) => field.startsWith(start))
      .map((field) => field.slice(start.length))
      .sort();
  return {
    lead: leadFields.filter((field) => read.has(`lead.${field}`)),
    crm: beginning("lead.crm."),
    account: [...new Set([...beginning("account.crm."), ...policy.matching.otherNames])].sort(),
  };
}

/** All that the policy names: conditions, scores, consent, and what its data is measured by. */
function namedFields(policy: Policy): Set<string> {
  const { qualification, consent, customerSuccess, minimumFields, staleFields } = policy;
  const counted = qualification.engagement.flatMap(({ per, at }) => [per, at]);
  const dated =
    staleFields === null
      ? []
      : [
          ...Object.entries(staleFields.datedBy).flat(),
          ...Object.entries(staleFields.enriched).flatMap(([field, { from, at }]) => [field, from, at]),
        ];
  const asked = conditionsOf(policy)
    .flatMap(linesOf)
    .map(({ field }) => field);
  const single = [consent?.field ?? null, customerSuccess];
  const named = [...asked, ...counted, ...dated, ...minimumFields, ...single];
  return new Set(named.filter((field) => field !== null));
}
