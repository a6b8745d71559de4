import { associatedIds } from "../../sandbox/hubspot/associations.ts";
import type { HubspotRecord, Portal } from "../../sandbox/hubspot/portal.ts";
import { getRecord } from "../../sandbox/hubspot/records.ts";

/** A lead as it stands in the CRM: what Baton wrote is read there, not believed. */
export type LeadView = {
  id: string;
  /** Name and company, or what is known instead. */
  label: string;
  ownerId: string | null;
  ownerName: string | null;
  tier: string;
  /** How it was decided, such as `pick: dach`; "" before. */
  rule: string;
  /** One line for people; "" before. */
  reason: string;
  slaStatus: string;
  /** Milliseconds from MQL to the owner's write by an app; null when no app wrote one. */
  ownerAfterMs: number | null;
  taskIds: readonly string[];
};

export function viewLead(portal: Portal, leadId: string): LeadView {
  const record = getRecord(portal, "0-1", leadId);
  const of = (name: string): string => record?.properties.get(name) ?? "";
  const ownerId = of("hubspot_owner_id") || null;
  return {
    id: leadId,
    label: labelOf(of, leadId),
    ownerId,
    ownerName: ownerId === null ? null : ownerName(portal, ownerId),
    tier: of("baton_tier"),
    rule: of("baton_rule"),
    reason: of("baton_reason"),
    slaStatus: of("baton_sla_status"),
    ownerAfterMs: record ? ownerAfterMs(record) : null,
    taskIds: associatedIds(portal, "0-1", leadId, "0-27"),
  };
}

export function ownerName(portal: Portal, ownerId: string): string {
  const owner = portal.owners.get(ownerId);
  return owner ? `${owner.firstName} ${owner.lastName}` : `owner ${ownerId}`;
}

/** Decided without a rep, with the reason: a queue, a gate, a person's choice that stands, or an earlier lead to wait for. */
export const restingRules: readonly string[] = ["queued", "stopped", "kept", "followed"];

/** The promise that is checked at the end: an owner, or a queue or stop that says why. */
export function hasPlace({ ownerId, rule, reason }: LeadView): boolean {
  return restingRules.includes(rule) ? reason !== "" : ownerId !== null && rule !== "" && reason !== "";
}

function labelOf(of: (name: string) => string, leadId: string): string {
  const name = `${of("firstname")} ${of("lastname")}`.trim() || of("email") || `lead ${leadId}`;
  const company = of("company");
  return company === "" ? name : `${name}, ${company}`;
}

function ownerAfterMs(record: HubspotRecord): number | null {
  const written = record.history.get("hubspot_owner_id")?.find(({ source }) => source.type === "INTEGRATION");
  const stage = record.history.get("lifecyclestage")?.find(({ value }) => value === "marketingqualifiedlead");
  return written && stage ? written.timestamp - stage.timestamp : null;
}
