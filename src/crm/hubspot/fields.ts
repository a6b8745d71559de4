import type { Account } from "../../model/account.ts";
import type { FieldValue, Lead, LeadField } from "../../model/lead.ts";
import { type LeadWrite, type StampField, stampFields } from "../../model/task.ts";
import { type Fields, firstText, instant, known, latest, text, toHost, toInstant } from "../values.ts";
import type { HubspotRecord } from "./answers.ts";

/** Our lead fields ← their contact properties (hubspot.md §4.3); of several, the first that has a value. */
const leadSources: Readonly<Record<Exclude<LeadField, "engagedAt">, readonly string[]>> = {
  email: ["email"],
  firstName: ["firstname"],
  lastName: ["lastname"],
  jobTitle: ["jobtitle"],
  company: ["company"],
  website: ["website"],
  phone: ["phone", "mobilephone"],
  country: ["country", "hs_country_region_code"],
  state: ["state", "hs_state_code"],
  city: ["city"],
  postalCode: ["zip"],
  language: ["hs_language"],
  employees: ["numemployees"],
  industry: ["industry"],
  score: ["hubspotscore"],
  // Accounts name their fit scores themselves: a policy reads one as `lead.crm.<name>`.
  fitScore: [],
  source: ["hs_latest_source", "hs_analytics_source"],
  sourceDetail: ["hs_latest_source_data_1", "hs_analytics_source_data_1"],
  conversion: ["recent_conversion_event_name", "first_conversion_event_name"],
  conversionAt: ["recent_conversion_date", "first_conversion_date"],
  firstPage: ["hs_analytics_first_url"],
  lastPage: ["hs_analytics_last_url"],
  pageViews: ["hs_analytics_num_page_views"],
  stage: ["lifecyclestage"],
  status: ["hs_lead_status"],
};

/** What the lead itself did, by its own hand. */
const engagements = ["hs_analytics_last_timestamp", "recent_conversion_date", "hs_sales_email_last_replied"];

const recordProperties = ["hubspot_owner_id", "associatedcompanyid", "hs_merged_object_ids"];

/** The stamps of entering a stage: the present kind, and the one that default stages had before (hubspot.md §4.4). */
export const stageDates = (stage: string): readonly [string, string] => [
  `hs_v2_date_entered_${stage}`,
  `hs_lifecyclestage_${stage}_date`,
];

/** All contact properties that a lead is read with. */
export function leadProperties(stage: string, crmFields: readonly string[]): string[] {
  const own = [...Object.values(leadSources).flat(), ...engagements, ...recordProperties, ...stageDates(stage)];
  return [...new Set([...own, ...crmFields])];
}

/** The properties that this field of a lead is read from. */
export const sourcesOf = (field: LeadField): readonly string[] =>
  field === "engagedAt" ? engagements : leadSources[field];

/**
 * Every field, with nothing in it. Parsed it has a fixed shape, as its copies have; an object that is filled with so many
 * keys one by one becomes a dictionary, and copying that takes ten times as long.
 */
const noFields: Readonly<Record<LeadField, FieldValue>> = JSON.parse(
  JSON.stringify({ engagedAt: null, ...Object.fromEntries(Object.keys(leadSources).map((field) => [field, null])) }),
);

/** A contact as a lead. `id` is the one that it was asked for by, which a merge may have replaced. */
export function toLead(
  id: string,
  record: HubspotRecord,
  wanted: { stage: string; crmFields: readonly string[] },
): Lead {
  const { properties } = record;
  const fields: Record<string, FieldValue> = { ...noFields };
  fields.engagedAt = latest(engagements.map((name) => instant(properties, name)));
  for (const [field, sources] of Object.entries(leadSources)) fields[field] = firstText(properties, sources);
  fields.conversionAt = toInstant(fields.conversionAt ?? null);
  for (const name of wanted.crmFields) fields[`crm.${name}`] = text(properties, name);
  return {
    id,
    ownerId: text(properties, "hubspot_owner_id"),
    accountId: text(properties, "associatedcompanyid"),
    qualifiedAt: qualifiedAt(properties, wanted.stage),
    createdAt: toInstant(record.createdAt) ?? record.createdAt,
    fields,
  };
}

/** When the contact entered the stage that it is in; null while it is in another, or nothing tells. */
export function qualifiedAt(properties: Fields, stage: string): string | null {
  if (text(properties, "lifecyclestage") !== stage) return null;
  const [date, legacyDate] = stageDates(stage);
  return instant(properties, date) ?? instant(properties, legacyDate);
}

/** Of every account (hubspot.md §4.5). */
const ownAccountProperties: readonly string[] = [
  "name",
  "domain",
  "hs_additional_domains",
  "hubspot_owner_id",
  "country",
  "hs_country_code",
  "state",
  "city",
  "zip",
  "phone",
  "hs_parent_company_id",
  "numberofemployees",
  "lifecyclestage",
  "type",
  "notes_last_contacted",
  "notes_last_updated",
];

/** The properties that an account is read with. */
export const accountProperties = (crmFields: readonly string[]): string[] => [
  ...new Set([...ownAccountProperties, ...crmFields]),
];

/** A company as an account. */
export function toAccount({ id, properties }: HubspotRecord, crmFields: readonly string[] = []): Account {
  const domains = `${text(properties, "domain") ?? ""};${text(properties, "hs_additional_domains") ?? ""}`;
  return {
    id,
    name: text(properties, "name"),
    domains: [...new Set(domains.split(/[;,\s]+/).map(toHost))].filter((host) => host !== ""),
    ownerId: text(properties, "hubspot_owner_id"),
    country: firstText(properties, ["country", "hs_country_code"]),
    state: text(properties, "state"),
    postalCode: text(properties, "zip"),
    employees: text(properties, "numberofemployees"),
    ...known({
      city: text(properties, "city"),
      phone: text(properties, "phone"),
      parentId: text(properties, "hs_parent_company_id"),
    }),
    isCustomer: text(properties, "lifecyclestage") === "customer",
    // Not among HubSpot's own options of `type`; an account that marks competitors adds it.
    isCompetitor: text(properties, "type")?.toLowerCase() === "competitor",
    lastActivityAt: latest([instant(properties, "notes_last_contacted"), instant(properties, "notes_last_updated")]),
    ...(crmFields.length === 0
      ? {}
      : { crm: Object.fromEntries(crmFields.map((name) => [name, text(properties, name)])) }),
  };
}

/** Our stamps on a lead → the contact properties that Baton creates. */
export const stampProperties: Readonly<Record<StampField, string>> = {
  tier: "baton_tier",
  routedAt: "baton_routed_at",
  rule: "baton_rule",
  reason: "baton_reason",
  policyVersion: "baton_policy_version",
  traceUrl: "baton_trace_url",
  slaDueAt: "baton_sla_due_at",
  slaStatus: "baton_sla_status",
};

const stamps = stampFields.map((field) => [field, stampProperties[field]] as const);

/** The key of the operation that made a task. */
export const taskKeyProperty = "baton_task_key";

/** The properties of one update but the stage; null clears (hubspot.md §4.1: with an empty text). */
export function writtenProperties(write: LeadWrite): Record<string, string> {
  const properties: Record<string, string> = {};
  if (write.ownerId !== undefined) properties.hubspot_owner_id = write.ownerId;
  if (write.status !== undefined) properties.hs_lead_status = write.status;
  for (const [field, property] of stamps) {
    const value = write.stamp?.[field];
    if (value !== undefined) properties[property] = value ?? "";
  }
  return properties;
}

/** Association types that we write or look for (hubspot.md §4.6). */
export const associationTypes = { taskToContact: 204, dealToPrimaryCompany: 5 };
