import type { DemoTask, LeadView } from "../../demo-crm.ts";
import type { HistoryEntry, HubspotRecord, Portal } from "../portal.ts";
import { parseTime } from "../property-values.ts";
import { getRecord } from "../records.ts";
import { syncId } from "./fill.ts";

/** See DemoCrm. */
export function viewContact(portal: Portal, contactId: string): LeadView {
  const record = getRecord(portal, "0-1", contactId);
  const of = (name: string): string => record?.properties.get(name) ?? "";
  const ownerId = of("hubspot_owner_id") || null;
  return {
    id: contactId,
    label: labelOf(of, contactId),
    ownerId,
    ownerName: ownerId === null ? null : ownerName(portal, ownerId),
    tier: of("baton_tier"),
    rule: of("baton_rule"),
    reason: of("baton_reason"),
    slaStatus: of("baton_sla_status"),
    qualifiedAt: newest(record, "lifecyclestage", ({ value }) => value === "marketingqualifiedlead"),
    ownedAt: newest(record, "hubspot_owner_id", ({ source }) => source.type === "INTEGRATION" && source.id !== syncId),
  };
}

/** See DemoCrm. */
export function ownerName(portal: Portal, ownerId: string): string {
  const owner = portal.owners.get(ownerId);
  return owner ? `${owner.firstName} ${owner.lastName}` : `owner ${ownerId}`;
}

/** See DemoCrm. */
export function readTask(portal: Portal, taskId: string): DemoTask | null {
  const task = getRecord(portal, "0-27", taskId);
  if (!task) return null;
  const time = (name: string): number | null => {
    const at = parseTime(task.properties.get(name) ?? "");
    return Number.isNaN(at) ? null : at;
  };
  return {
    ownerId: task.properties.get("hubspot_owner_id") ?? "",
    isOpen: task.archivedAt === null && task.properties.get("hs_task_status") !== "COMPLETED",
    dueAt: time("hs_timestamp"),
    remindAt: time("hs_task_reminders"),
  };
}

function labelOf(of: (name: string) => string, contactId: string): string {
  const name = `${of("firstname")} ${of("lastname")}`.trim() || of("email") || `lead ${contactId}`;
  const company = of("company");
  return company === "" ? name : `${name}, ${company}`;
}

function newest(
  record: HubspotRecord | undefined,
  property: string,
  isMeant: (entry: HistoryEntry) => boolean,
): number | null {
  return record?.history.get(property)?.find(isMeant)?.timestamp ?? null;
}
