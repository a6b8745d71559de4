import { objectNotFound } from "./object-errors.ts";
import type { HubspotRecord, Portal, Source } from "./portal.ts";
import { archiveRecord, createRecord, getRecord, updateRecord } from "./records.ts";

/**
 * What a person does inside HubSpot. Ids of people are owner ids, never user ids; times are epoch ms. `by` is the owner
 * who acts: by default the one that the record belongs to, else the portal's first owner.
 */
export type RepAction = { by?: string } & (
  | { action: "complete-task" | "start-task" | "delete-task"; taskId: string }
  | { action: "reassign-task"; taskId: string; ownerId: string }
  | { action: "snooze-task"; taskId: string; until: number }
  | { action: "log-call"; contactId: string; at?: number; direction?: string; disposition?: string }
  | { action: "log-email"; contactId: string; at?: number; direction?: string; subject?: string }
  | { action: "log-meeting"; contactId: string; at?: number; outcome?: string }
  | { action: "log-note"; contactId: string; at?: number; body?: string }
  | { action: "claim-lead"; contactId: string; ownerId: string }
  | { action: "change-stage"; contactId: string; stage: string; as?: "user" | "workflow" }
);

/** The record that an action created or changed. */
export type RepResult = { objectTypeId: string; id: string };

const taskType = "0-27";
const contactType = "0-1";

/** hubspot.md §4.9: the outcome "connected". */
const connected = "f240bbac-87c9-4f6e-bf70-924b57d47db7";

/** Plays one action; HubspotError 404 when the record is gone, 400 when HubSpot would refuse it. */
export function playRep(portal: Portal, action: RepAction): RepResult {
  switch (action.action) {
    case "complete-task":
      return changeTask(portal, action, { hs_task_status: "COMPLETED" });
    case "start-task":
      return changeTask(portal, action, { hs_task_status: "IN_PROGRESS" });
    case "reassign-task":
      return changeTask(portal, action, { hubspot_owner_id: action.ownerId });
    case "snooze-task":
      return changeTask(portal, action, { hs_timestamp: new Date(action.until).toISOString() });
    case "delete-task": {
      const task = requireRecord(portal, taskType, action.taskId);
      archiveRecord(portal, taskType, task.id, userSource(portal, action.by, task));
      return { objectTypeId: taskType, id: task.id };
    }
    case "log-call":
    case "log-email":
    case "log-meeting":
    case "log-note":
      return logActivity(portal, action);
    case "claim-lead":
      return changeContact(portal, action, { hubspot_owner_id: action.ownerId });
    case "change-stage":
      return changeContact(portal, action, { lifecyclestage: action.stage });
  }
}

type TaskAction = Extract<RepAction, { taskId: string }>;
type ContactAction = Extract<RepAction, { contactId: string }>;
type LogAction = Extract<RepAction, { action: `log-${string}` }>;

function changeTask(portal: Portal, action: TaskAction, properties: Record<string, string>): RepResult {
  const task = requireRecord(portal, taskType, action.taskId);
  updateRecord(portal, taskType, task.id, properties, { source: userSource(portal, action.by, task), version: "v3" });
  return { objectTypeId: taskType, id: task.id };
}

function changeContact(portal: Portal, action: ContactAction, properties: Record<string, string>): RepResult {
  const contact = requireRecord(portal, contactType, action.contactId);
  updateRecord(portal, contactType, contact.id, properties, {
    source: contactSource(portal, action, contact),
    version: "v3",
  });
  return { objectTypeId: contactType, id: contact.id };
}

function contactSource(portal: Portal, action: ContactAction, contact: HubspotRecord): Source {
  if (action.action === "change-stage" && action.as === "workflow") {
    return { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
  }
  // Who claims a lead does so himself.
  const by = action.by ?? (action.action === "claim-lead" ? action.ownerId : undefined);
  return userSource(portal, by, contact);
}

/** Object type, association type to the contact (hubspot.md §4.6) and the properties of §4.9. */
function activityOf(
  action: LogAction,
  at: number,
): { objectTypeId: string; typeId: number; properties: Record<string, string> } {
  const start = new Date(at).toISOString();
  switch (action.action) {
    case "log-call": {
      const properties = {
        hs_call_title: "Call",
        hs_call_direction: action.direction ?? "OUTBOUND",
        hs_call_status: "COMPLETED",
        hs_call_disposition: action.disposition ?? connected,
      };
      return { objectTypeId: "0-48", typeId: 194, properties };
    }
    case "log-email": {
      const properties = {
        hs_email_subject: action.subject ?? "Your request",
        hs_email_direction: action.direction ?? "EMAIL",
        hs_email_status: "SENT",
      };
      return { objectTypeId: "0-49", typeId: 198, properties };
    }
    case "log-meeting": {
      const properties = {
        hs_meeting_title: "Meeting",
        hs_meeting_start_time: start,
        hs_meeting_end_time: new Date(at + 30 * 60_000).toISOString(),
        hs_meeting_outcome: action.outcome ?? "COMPLETED",
      };
      return { objectTypeId: "0-47", typeId: 200, properties };
    }
    case "log-note":
      return { objectTypeId: "0-46", typeId: 202, properties: { hs_note_body: action.body ?? "Note" } };
  }
}

function logActivity(portal: Portal, action: LogAction): RepResult {
  const contact = requireRecord(portal, contactType, action.contactId);
  const at = action.at ?? portal.clock.now();
  const { objectTypeId, typeId, properties } = activityOf(action, at);
  const ownerId = action.by ?? contact.properties.get("hubspot_owner_id");
  const record = createRecord(
    portal,
    objectTypeId,
    {
      ...properties,
      hs_timestamp: new Date(at).toISOString(),
      ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
    },
    {
      source: userSource(portal, action.by, contact),
      version: "v3",
      associations: [{ toTypeId: contactType, toId: contact.id, types: [{ category: "HUBSPOT_DEFINED", typeId }] }],
    },
  );
  return { objectTypeId, id: record.id };
}

function requireRecord(portal: Portal, objectTypeId: string, id: string): HubspotRecord {
  const record = getRecord(portal, objectTypeId, id);
  if (!record || record.archivedAt !== null) throw objectNotFound();
  return record;
}

function userSource(portal: Portal, by: string | undefined, record: HubspotRecord): Source {
  const ownerId = by ?? record.properties.get("hubspot_owner_id");
  const [firstOwner] = portal.owners.values();
  const owner = (ownerId === undefined ? undefined : portal.owners.get(ownerId)) ?? firstOwner;
  const userId = owner?.userId ?? 1;
  return { type: "CRM_UI", id: `userId:${userId}`, userId };
}
