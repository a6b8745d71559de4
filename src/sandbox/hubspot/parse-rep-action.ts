import { readAction } from "../control-action.ts";
import { type Fields, id, oneOf, optional, text, time } from "../control-input.ts";
import type { RepAction } from "./rep.ts";

const as = oneOf(["user", "workflow"]);

/** Name of an action → what its fields say. */
const actions: Record<RepAction["action"], (fields: Fields) => RepAction> = {
  "complete-task": (fields) => ({ action: "complete-task", taskId: fields.need("taskId", id) }),
  "start-task": (fields) => ({ action: "start-task", taskId: fields.need("taskId", id) }),
  "delete-task": (fields) => ({ action: "delete-task", taskId: fields.need("taskId", id) }),
  "reassign-task": (fields) => ({
    action: "reassign-task",
    taskId: fields.need("taskId", id),
    ownerId: fields.need("ownerId", id),
  }),
  "snooze-task": (fields) => ({
    action: "snooze-task",
    taskId: fields.need("taskId", id),
    until: fields.need("until", time),
  }),
  "log-call": (fields) => ({
    action: "log-call",
    contactId: fields.need("contactId", id),
    ...optional(fields, "at", time),
    ...optional(fields, "direction", text),
    ...optional(fields, "disposition", text),
  }),
  "log-email": (fields) => ({
    action: "log-email",
    contactId: fields.need("contactId", id),
    ...optional(fields, "at", time),
    ...optional(fields, "direction", text),
    ...optional(fields, "subject", text),
  }),
  "log-meeting": (fields) => ({
    action: "log-meeting",
    contactId: fields.need("contactId", id),
    ...optional(fields, "at", time),
    ...optional(fields, "outcome", text),
  }),
  "log-note": (fields) => ({
    action: "log-note",
    contactId: fields.need("contactId", id),
    ...optional(fields, "at", time),
    ...optional(fields, "body", text),
  }),
  "claim-lead": (fields) => ({
    action: "claim-lead",
    contactId: fields.need("contactId", id),
    ownerId: fields.need("ownerId", id),
  }),
  "change-stage": (fields) => ({
    action: "change-stage",
    contactId: fields.need("contactId", id),
    stage: fields.need("stage", text),
    ...optional(fields, "as", as),
  }),
};

/** Reads a rep's action; throws one 400 with all that is wrong. */
export const parseRepAction = (body: unknown): RepAction => readAction(body, actions, id);
