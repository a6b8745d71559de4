import type { DemoTask, LeadView } from "../../demo-crm.ts";
import { tableOf } from "../org.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row } from "../schema.ts";
import { integrationUserId } from "./people.ts";
import { qualifyingStatus } from "./records.ts";

/** See DemoCrm. A Lead that lies in a queue is nobody's. */
export function viewLead(org: SandboxOrg, leadId: string): LeadView {
  const row = tableOf(org, "Lead").get(leadId) ?? {};
  const of = (name: string): string => String(row[name] ?? "");
  const history = [...tableOf(org, "LeadHistory").withValues("LeadId", [leadId])];
  const ownerId = of("OwnerId").startsWith("005") ? of("OwnerId") : null;
  return {
    id: leadId,
    label: `${of("FirstName")} ${of("LastName")}`.trim() + (of("Company") === "" ? "" : `, ${of("Company")}`),
    ownerId,
    ownerName: ownerId === null ? null : ownerName(org, ownerId),
    tier: of("Baton_Tier__c"),
    rule: of("Baton_Rule__c"),
    reason: of("Baton_Reason__c"),
    slaStatus: of("Baton_SLA_Status__c"),
    qualifiedAt: newest(history, ({ Field, NewValue }) => Field === "Status" && NewValue === qualifyingStatus),
    ownedAt: newest(history, ({ Field, CreatedById }) => Field === "Owner" && CreatedById === integrationUserId),
  };
}

/** See DemoCrm. */
export function ownerName(org: SandboxOrg, ownerId: string): string {
  return String(tableOf(org, "User").get(ownerId)?.Name ?? `user ${ownerId}`);
}

/** See DemoCrm. A task is due on a day; to the minute it stands on the Lead. */
export function readTask(org: SandboxOrg, leadId: string, taskId: string): DemoTask | null {
  const task = tableOf(org, "Task").get(taskId);
  if (task === undefined) return null;
  const dueAt = tableOf(org, "Lead").get(leadId)?.Baton_SLA_Due_At__c;
  return {
    ownerId: String(task.OwnerId),
    isOpen: task.IsDeleted !== true && task.IsClosed !== true,
    dueAt: typeof dueAt === "number" ? dueAt : null,
    remindAt: typeof task.ReminderDateTime === "number" ? task.ReminderDateTime : null,
  };
}

/** They are in the order in which they were written. */
function newest(history: readonly Row[], isMeant: (row: Row) => boolean): number | null {
  const at = history.findLast(isMeant)?.CreatedDate;
  return typeof at === "number" ? at : null;
}
