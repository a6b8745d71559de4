import type { TaskDraft } from "../../model/task.ts";
import type { Undone } from "../receipt-of-error.ts";
import type { Failure } from "./answers.ts";
import { codeOf } from "./errors.ts";
import { decisionObject } from "./fields.ts";
import type { Node, Refused } from "./graphs.ts";
import { dayOf } from "./org-days.ts";
import { receiptOfFailure } from "./receipts.ts";
import { describeTask, subjectOf } from "./task-text.ts";

/** How the nodes of a graph's task number `at` are called. */
export const taskName = (at: number): string => `task${at}`;
const keyName = (at: number): string => `key${at}`;

/**
 * The nodes of a task: itself and the row with its key, which are made together or not at all. `hasKeys`: the org has such rows;
 * else the key stands in the task's text alone.
 */
export function nodesOfTask(
  draft: TaskDraft,
  { at, timeZone, hasKeys }: { at: number; timeZone: string; hasKeys: boolean },
): Node[] {
  const { key, leadId, ownerId, dueAt } = draft;
  const task: Node = {
    ...{ method: "POST", path: "Task", referenceId: taskName(at) },
    body: taskFields(draft, timeZone),
  };
  if (!hasKeys) return [task];
  const row = { Name: key, Baton_Key__c: key, Lead__c: leadId, Owner__c: ownerId, Due_At__c: dueAt };
  const body = { ...row, Task__c: `@{${taskName(at)}.id}` };
  return [task, { method: "POST", path: decisionObject, referenceId: keyName(at), body }];
}

const priorities = { high: "High", medium: "Normal", low: "Low" };

/** `ActivityDate` has no time (salesforce.md §4.5): the due time stands in the reminder, and in the row with the key. */
function taskFields(draft: TaskDraft, timeZone: string) {
  const { key, leadId, ownerId, subject, body, dueAt, remindAt, priority } = draft;
  return {
    ...{ Subject: subjectOf(subject), WhoId: leadId, OwnerId: ownerId, Priority: priorities[priority] },
    Description: describeTask(body, key),
    ActivityDate: dayOf(dueAt, timeZone),
    ...{ IsReminderSet: true, ReminderDateTime: remindAt ?? dueAt },
  };
}

/**
 * What became of task number `at`, of which these were refused; null: it was not the reason. `isLeadThere`: its lead was
 * written a moment before, so that nothing that is missing can be that.
 */
export function receiptOfTask(
  refused: readonly Refused[],
  { at, now, isLeadThere }: { at: number; now: Date; isLeadThere: boolean },
): Undone | null {
  const isTaken = refused.some(
    (each) => each.referenceId === keyName(at) && codeOf(each.failure) === "DUPLICATE_VALUE",
  );
  if (isTaken) return taken;
  const failures = refused
    .filter(({ referenceId }) => referenceId === taskName(at) || referenceId === keyName(at))
    .map(({ failure }) => failure);
  if (failures.length === 0) return null;
  if (failures.some((failure) => codeOf(failure) === noObject)) return unseen;
  const isOfNoLead = failures.some((each) => each.fields?.includes("WhoId") && noLeadCodes.has(codeOf(each)));
  const receipt: Undone = isOfNoLead ? { kind: "gone" } : receiptOfFailure(failures, { now });
  return receipt.kind === "gone" && isLeadThere ? refusalOf(failures) : receipt;
}

function refusalOf([first]: readonly Failure[]): Undone {
  const rule = first === undefined ? "UNKNOWN" : codeOf(first);
  return { kind: "refused", because: `Salesforce refused it: ${rule}.`, rule, fields: first?.fields ?? [] };
}

/** Of a lead that is gone Salesforce says that the reference is none; a rule of the org's may name the field as well. */
const noLeadCodes = new Set(["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED", "FIELD_INTEGRITY_EXCEPTION"]);

/** A record that is made has no id yet: it is the org's object that is not there. */
const noObject = "NOT_FOUND";
const unseen = {
  ...{ kind: "refused", because: `Salesforce refused it: ${noObject}.`, rule: noObject, fields: [] },
} as const satisfies Undone;

/** Somebody made it already: most likely we did, and lost the answer. The caller looks it up. */
const taken = { kind: "unknown", because: "Salesforce has a task with this key already." } as const;
