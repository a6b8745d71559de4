import { readAction } from "../../control-action.ts";
import { type Fields, number, oneOf, optional, text, time } from "../../control-input.ts";
import { recordId } from "../kinds.ts";
import type { RepAction } from "./rep.ts";

const callType = oneOf(["Internal", "Inbound", "Outbound"]);

const taskOf = (fields: Fields) => ({ taskId: fields.need("taskId", recordId) });
const whoOf = (fields: Fields) => ({ whoId: fields.need("whoId", recordId) });

/** Name of an action → what its fields say. */
const actions: Record<RepAction["action"], (fields: Fields) => RepAction> = {
  "complete-task": (fields) => ({ action: "complete-task", ...taskOf(fields) }),
  "start-task": (fields) => ({ action: "start-task", ...taskOf(fields) }),
  "delete-task": (fields) => ({ action: "delete-task", ...taskOf(fields) }),
  "reassign-task": (fields) => ({
    action: "reassign-task",
    ...taskOf(fields),
    ownerId: fields.need("ownerId", recordId),
  }),
  "snooze-task": (fields) => ({ action: "snooze-task", ...taskOf(fields), until: fields.need("until", time) }),
  "log-call": (fields) => ({
    action: "log-call",
    ...whoOf(fields),
    ...optional(fields, "at", time),
    ...optional(fields, "callType", callType),
    ...optional(fields, "disposition", text),
    ...optional(fields, "seconds", number),
  }),
  "log-email": (fields) => ({
    action: "log-email",
    ...whoOf(fields),
    ...optional(fields, "at", time),
    ...optional(fields, "subject", text),
  }),
  "log-event": (fields) => ({
    action: "log-event",
    ...whoOf(fields),
    ...optional(fields, "at", time),
    ...optional(fields, "minutes", number),
    ...optional(fields, "subject", text),
  }),
  "claim-lead": (fields) => ({ action: "claim-lead", ...whoOf(fields), ownerId: fields.need("ownerId", recordId) }),
  "change-status": (fields) => ({
    action: "change-status",
    leadId: fields.need("leadId", recordId),
    status: fields.need("status", text),
  }),
};

/** Reads a rep's action; throws one 400 with all that is wrong. */
export const parseRepAction = (body: unknown): RepAction => readAction(body, actions, recordId);
