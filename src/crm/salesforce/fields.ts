import type { Account } from "../../model/account.ts";
import type { FieldValue, Lead, LeadField } from "../../model/lead.ts";
import { type LeadWrite, type StampField, stampFields } from "../../model/task.ts";
import { type Fields, firstText, instant, known, text, toHost, toInstant } from "../values.ts";
import { isTeamField, memberInRole } from "./account-teams.ts";
import { campaignFields, namedField, type Response } from "./campaigns.ts";
import type { ObjectFields } from "./context.ts";
import { to18 } from "./ids.ts";
import { cut } from "./task-text.ts";

/** Our lead fields ← a Lead's (salesforce.md §4.1); of several, the first that has a value. */
const leadSources: Readonly<
  Record<Exclude<LeadField, "conversion" | "conversionAt" | "engagedAt">, readonly string[]>
> = {
  email: ["Email"],
  firstName: ["FirstName"],
  lastName: ["LastName"],
  jobTitle: ["Title"],
  company: ["Company"],
  website: ["Website"],
  phone: ["Phone", "MobilePhone"],
  country: ["CountryCode", "Country"],
  state: ["StateCode", "State"],
  city: ["City"],
  postalCode: ["PostalCode"],
  employees: ["NumberOfEmployees"],
  industry: ["Industry"],
  source: ["LeadSource"],
  stage: ["Status"],
  // One field tells both here.
  status: ["Status"],
  // What Salesforce has no field for: an org that keeps it names its own, and a policy reads it as `lead.crm.<name>`.
  ...{ language: [], score: [], fitScore: [], sourceDetail: [], firstPage: [], lastPage: [], pageViews: [] },
};

/** Set by Baton's package when a lead enters the qualifying stage: Salesforce itself dates no status. */
export const qualifiedAtField = "Baton_Qualified_At__c";

/** The row that Baton's package keeps of each task: its key, once in the org, and what a task has no field for. */
export const decisionObject = "Baton_Decision__c";

/** The lookup of the account that the lead was matched to, in Baton's package. */
const matchedAccountField = "Baton_Matched_Account__c";

/**
 * The lookup in which a lead's account is noted: the org's own (`own`, see SalesforceSettings) where it may be written, else that
 * of Baton's package; null: there is none.
 */
export function accountLookup(present: ObjectFields, own: string | null): string | null {
  const isLookup = (name: string): boolean => {
    const field = present.get(name);
    return field?.updateable === true && field.referenceTo?.includes("Account") === true;
  };
  return [own, matchedAccountField].find((name) => name !== null && isLookup(name)) ?? null;
}

const recordFields = [
  ...["Id", "OwnerId", "CreatedDate", "IsConverted", "ConvertedAccountId"],
  ...[qualifiedAtField, matchedAccountField],
];

/** All fields that a lead is read with, where the org has them. */
export const leadFieldNames = (crmFields: readonly string[]): string[] => [
  ...new Set([...Object.values(leadSources).flat(), ...recordFields, ...crmFields]),
];

/** The fields that this field of a lead is read from; none of what campaigns tell. */
export function sourcesOf(field: LeadField): readonly string[] {
  return Object.entries(leadSources).find(([name]) => name === field)?.[1] ?? [];
}

const noFields: Readonly<Record<string, FieldValue>> = JSON.parse(
  JSON.stringify({
    ...Object.fromEntries(Object.keys(leadSources).map((field) => [field, null])),
    ...{ conversion: null, conversionAt: null, engagedAt: null },
  }),
);

/**
 * What is known of a lead beside its row. `accountField`: a lookup that names its account. `statusAt`: since when it is in its
 * status, as the history tells it; null: it tells nothing. `responses`: to campaigns, the last one first.
 */
type About = {
  stage: string;
  crmFields: readonly string[];
  accountField: string | null;
  statusAt: string | null;
  responses: readonly Response[];
};

/** A Lead as our lead. */
export function toLead(row: Fields, about: About): Lead {
  const { stage, crmFields, accountField, statusAt, responses } = about;
  const fields: Record<string, FieldValue> = { ...noFields };
  for (const [field, sources] of Object.entries(leadSources)) fields[field] = firstText(row, sources);
  Object.assign(fields, campaignFields(responses));
  for (const name of crmFields) fields[`crm.${name}`] = namedField(row, name, responses);
  return {
    id: text(row, "Id") ?? "",
    ownerId: ownerOf(row),
    accountId: firstText(row, ["ConvertedAccountId", ...(accountField === null ? [] : [accountField])]),
    ...known({ notedAccountId: text(row, matchedAccountField) }),
    qualifiedAt: qualifiedAt(row, { stage, statusAt }),
    createdAt: instant(row, "CreatedDate") ?? "",
    fields,
  };
}

/** salesforce.md "ID prefixes": a user. A lead in a queue is nobody's. */
export function ownerOf(row: Fields): string | null {
  const owner = text(row, "OwnerId");
  return owner?.startsWith("005") ? owner : null;
}

/**
 * When the lead entered the status that it is in; null while it is in another. Never a date that moves with other changes:
 * a lead qualifies once. Without any word of it, it was created so.
 */
export function qualifiedAt(
  row: Fields,
  { stage, statusAt }: { stage: string; statusAt: string | null },
): string | null {
  if (text(row, "Status") !== stage || row.IsConverted === true) return null;
  return qualifiedSince(row, statusAt);
}

/** The same of a lead that was in the status, whatever it is in now. */
export const qualifiedSince = (row: Fields, statusAt: string | null): string | null =>
  instant(row, qualifiedAtField) ?? statusAt ?? instant(row, "CreatedDate");

const accountFields = [
  ...["Id", "Name", "Website", "Baton_Domain__c", "OwnerId", "ParentId", "Type", "NumberOfEmployees", "Phone"],
  ...["BillingCountryCode", "BillingCountry", "BillingStateCode", "BillingState", "BillingCity", "BillingPostalCode"],
  ...["ShippingCountry", "LastActivityDate"],
];

/** All fields that an account is read with, where the org has them. */
export const accountFieldNames = (crmFields: readonly string[]): string[] => [
  ...new Set([...accountFields, ...crmFields]),
];

/** salesforce.md §4.2. `team`: its members, where a field that the policy names is a role. */
export function toAccount(
  row: Fields,
  { crmFields, team }: { crmFields: readonly string[]; team: readonly Fields[] },
): Account {
  const domains = [text(row, "Website"), ...(text(row, "Baton_Domain__c") ?? "").split(/[;,\s]+/)];
  const type = text(row, "Type")?.toLowerCase() ?? "";
  const fieldOf = (name: string) => (isTeamField(name) ? memberInRole(team, name) : text(row, name));
  return {
    id: text(row, "Id") ?? "",
    name: text(row, "Name"),
    domains: [...new Set(domains.map((each) => toHost(each ?? "")))].filter((host) => host !== ""),
    ownerId: text(row, "OwnerId"),
    country: firstText(row, ["BillingCountryCode", "BillingCountry", "ShippingCountry"]),
    state: firstText(row, ["BillingStateCode", "BillingState"]),
    postalCode: text(row, "BillingPostalCode"),
    employees: text(row, "NumberOfEmployees"),
    ...known({ city: text(row, "BillingCity"), phone: text(row, "Phone"), parentId: text(row, "ParentId") }),
    isCustomer: type.startsWith("customer"),
    isCompetitor: type === "competitor",
    lastActivityAt: toInstant(text(row, "LastActivityDate")),
    ...(crmFields.length === 0 ? {} : { crm: Object.fromEntries(crmFields.map((name) => [name, fieldOf(name)])) }),
  };
}

const isAccountId = (id: string): boolean => to18(id)?.startsWith("001") === true;

/** Our stamps on a lead → the fields that Baton's package brings. */
export const stampFieldNames: Readonly<Record<StampField, string>> = {
  tier: "Baton_Tier__c",
  routedAt: "Baton_Routed_At__c",
  rule: "Baton_Rule__c",
  reason: "Baton_Reason__c",
  policyVersion: "Baton_Policy_Version__c",
  traceUrl: "Baton_Trace_Url__c",
  slaDueAt: "Baton_SLA_Due_At__c",
  slaStatus: "Baton_SLA_Status__c",
};

/**
 * The fields of one update that the org lets us write; null clears. A stage wins over a status: both are one field here. A stamp is as long
 * as its field at most: a text that is too long would keep the lead from its owner.
 */
export function writtenFields(
  write: LeadWrite,
  present: ObjectFields,
  leadAccountField: string | null,
): Record<string, string | null> {
  const fields: Record<string, string | null> = {};
  if (write.ownerId !== undefined) fields.OwnerId = write.ownerId;
  const status = write.stage ?? write.status;
  if (status !== undefined) fields.Status = status;
  const lookup = accountLookup(present, leadAccountField);
  // An account of another CRM has no place here.
  if (lookup !== null && write.accountId !== undefined && isAccountId(write.accountId))
    fields[lookup] = write.accountId;
  for (const stamp of stampFields) {
    const value = write.stamp?.[stamp];
    const name = stampFieldNames[stamp];
    const field = present.get(name);
    // One that this user may not write would keep all the others from being written.
    if (value === undefined || field?.updateable !== true) continue;
    fields[name] = value !== null && field.length > 0 ? cut(value, field.length) : value;
  }
  return fields;
}
