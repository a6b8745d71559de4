import { dateIn } from "../derive.ts";
import { tableOf } from "../org.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row, Value } from "../schema.ts";
import { createRecord, deleteRecord, liveRow, updateRecord } from "../write-records.ts";
import { actIn, personIn } from "./acting.ts";

/**
 * What a person does inside Salesforce. Ids of people are user ids; times are epoch ms; `whoId` is a Lead or a Contact. `by`
 * is the user who acts: by default the one that the record belongs to, else an admin.
 */
export type RepAction = { by?: string } & (
  | { action: "complete-task" | "start-task" | "delete-task"; taskId: string }
  | { action: "reassign-task"; taskId: string; ownerId: string }
  | { action: "snooze-task"; taskId: string; until: number }
  | { action: "log-call"; whoId: string; at?: number; callType?: string; disposition?: string; seconds?: number }
  | { action: "log-email"; whoId: string; at?: number; subject?: string }
  | { action: "log-event"; whoId: string; at?: number; minutes?: number; subject?: string }
  | { action: "claim-lead"; whoId: string; ownerId: string }
  | { action: "change-status"; leadId: string; status: string }
);

/** The record that an action created or changed. */
export type RepResult = { object: string; id: string };

/** Plays one action; SalesforceError 404 when the record is gone, 400 when Salesforce would refuse it. */
export function playRep(org: SandboxOrg, action: RepAction): RepResult {
  switch (action.action) {
    case "complete-task":
      return changeTask(org, action, { Status: taskStatus(org, ({ IsClosed }) => IsClosed === true) });
    case "start-task":
      return changeTask(org, action, {
        Status: taskStatus(org, ({ IsClosed, IsDefault }) => IsClosed !== true && IsDefault !== true),
      });
    case "reassign-task":
      return changeTask(org, action, { OwnerId: action.ownerId });
    case "snooze-task": {
      const reminder = { IsReminderSet: true, ReminderDateTime: new Date(action.until).toISOString() };
      return changeTask(org, action, { ActivityDate: dateIn(org.timeZone, action.until), ...reminder });
    }
    case "delete-task": {
      const { object } = tableOf(org, "Task");
      const writer = personIn(org, actorOf(org, action.by, liveRow(org, object, action.taskId)));
      actIn(org, writer, (writing) => deleteRecord(writing, object, action.taskId));
      return { object: "Task", id: action.taskId };
    }
    case "log-call":
    case "log-email":
    case "log-event":
      return logActivity(org, action);
    case "claim-lead":
      // Who claims a lead does so himself.
      return change(
        org,
        { object: whoIs(org, action.whoId), id: action.whoId, by: action.by ?? action.ownerId },
        { OwnerId: action.ownerId },
      );
    case "change-status":
      return change(org, { object: "Lead", id: action.leadId, by: action.by }, { Status: action.status });
  }
}

type TaskAction = Extract<RepAction, { taskId: string }>;
type LogAction = Extract<RepAction, { action: `log-${string}` }>;

const changeTask = (org: SandboxOrg, { taskId, by }: TaskAction, fields: Row): RepResult =>
  change(org, { object: "Task", id: taskId, by }, fields);

type Target = { object: string; id: string; by: string | undefined };

function change(org: SandboxOrg, { object: name, id, by }: Target, fields: Row): RepResult {
  const { object } = tableOf(org, name);
  const writer = personIn(org, actorOf(org, by, liveRow(org, object, id)));
  actIn(org, writer, (writing) => updateRecord(writing, object, id, fields));
  return { object: name, id };
}

/** A Contact by its prefix, a Lead of any other id: whether it is there is asked when it is read. */
const whoIs = (org: SandboxOrg, whoId: string): "Lead" | "Contact" =>
  whoId.startsWith(tableOf(org, "Contact").object.keyPrefix) ? "Contact" : "Lead";

/** Queues do nothing. */
function actorOf(org: SandboxOrg, by: string | undefined, { OwnerId }: Row): string | null {
  if (by !== undefined) return by;
  return tableOf(org, "User").get(String(OwnerId)) === undefined ? null : String(OwnerId);
}

/** The first label of the org's own list that fits (salesforce.md §4.5: none is hard-coded). */
function taskStatus(org: SandboxOrg, fits: (row: Row) => boolean): Value {
  const labels = [...tableOf(org, "TaskStatus").rows()].sort((a, b) => Number(a.SortOrder) - Number(b.SortOrder));
  return labels.find(fits)?.ApiName ?? null;
}

function logActivity(org: SandboxOrg, action: LogAction): RepResult {
  const row = liveRow(org, tableOf(org, whoIs(org, action.whoId)).object, action.whoId);
  const writer = personIn(org, actorOf(org, action.by, row));
  const at = action.at ?? org.clock.now();
  const { object, fields } = activityOf(org, action, at);
  const common = { WhoId: action.whoId, OwnerId: writer.userId, ActivityDate: dateIn(org.timeZone, at) };
  const id = actIn(org, writer, (writing) =>
    createRecord(writing, tableOf(org, object).object, { ...common, ...fields }),
  );
  return { object, id };
}

/** A call and an e-mail are Tasks that are closed already (salesforce.md §4.5), a meeting is an Event. */
function activityOf(org: SandboxOrg, action: LogAction, at: number): { object: "Task" | "Event"; fields: Row } {
  const Status = taskStatus(org, ({ IsClosed }) => IsClosed === true);
  switch (action.action) {
    case "log-call": {
      const { callType = "Outbound", disposition = "Connected", seconds = 120 } = action;
      const call = { CallType: callType, CallDisposition: disposition, CallDurationInSeconds: seconds };
      return { object: "Task", fields: { Subject: "Call", TaskSubtype: "Call", Status, ...call } };
    }
    case "log-email":
      return {
        object: "Task",
        fields: { Subject: `Email: ${action.subject ?? "Your request"}`, TaskSubtype: "Email", Status },
      };
    case "log-event": {
      const minutes = action.minutes ?? 30;
      const start = new Date(at).toISOString();
      const times = {
        ...{ StartDateTime: start, ActivityDateTime: start, DurationInMinutes: minutes },
        EndDateTime: new Date(at + minutes * 60_000).toISOString(),
      };
      return { object: "Event", fields: { Subject: action.subject ?? "Meeting", ...times } };
    }
  }
}
