import type { Receipt } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import { noteTasks } from "../store/follow-ups.ts";
import { isCreate } from "./jobs-of.ts";
import { fieldsIn, isTrue } from "./note-settled.ts";
import type { Link, TaskAnswer } from "./workspace.ts";

/** Alerts of this kind name a task's operation, and end when it is re-driven. */
export const taskRefusedAlert = "task-refused";

/**
 * What is to be noted of tasks with the answers to them, in their transaction: a crash in between would leave a clock that does not
 * know its task, or a refusal that nobody is told of. `noted`: the keys of the operations that took the answer.
 */
export async function noteTaskAnswers(
  tx: Tx,
  link: Link,
  { answers, noted }: { answers: readonly TaskAnswer[]; noted: readonly string[] },
): Promise<void> {
  const created = answers.flatMap(({ job, receipt }) =>
    isCreate(job) && isTrue(receipt) && receipt.crmId !== null
      ? [{ decisionId: job.operation.decisionId, taskKey: job.operation.key, taskId: receipt.crmId }]
      : [],
  );
  await noteTasks(tx, created);
  for (const { job, receipt, at } of answers)
    if (receipt.kind === "refused" && noted.includes(job.operation.key))
      await alertRefused(tx, link, { job, receipt, at });
}

async function alertRefused(
  tx: Tx,
  link: Link,
  { job, receipt, at }: TaskAnswer & { receipt: Receipt & { kind: "refused" } },
): Promise<void> {
  const { leadId, key, body } = job.operation;
  const isConverting = body.kind === "convert-lead";
  const what = isConverting ? "to convert" : "the follow-up task of";
  const left = isConverting ? "is no contact of its account" : "has its owner but no task";
  await raiseAlert(tx, {
    workspaceId: link.connection.workspaceId,
    connectionId: link.connection.id,
    kind: taskRefusedAlert,
    subjectId: key,
    message: `${link.crm.title} refused ${what} lead ${leadId}: ${receipt.rule}${fieldsIn(receipt)}.`,
    whatToDo: `The lead ${left}. Change that rule in the CRM, then run \`baton redrive\`.`,
    raisedAt: at,
  });
}
