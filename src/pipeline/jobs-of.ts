import type { CrmClient } from "../crm/crm.ts";
import type { Operation } from "../model/operation.ts";
import type { DecisionContext, TaskJob, UpdateJob } from "./workspace.ts";

type UpdateOperation = UpdateJob["operation"];

export const isUpdate = (operation: Operation): operation is UpdateOperation => operation.body.kind === "update-lead";

export type CreateJob = TaskJob & { operation: { body: { kind: "create-task" } }; context: DecisionContext };

export const isCreate = (job: TaskJob): job is CreateJob =>
  job.operation.body.kind === "create-task" && job.context !== null;

/** Such a task goes out together with the update of its lead, where the CRM takes both together. */
export const goesAlong = ({ body }: Operation, { leadWrites }: Pick<CrmClient, "leadWrites">): boolean =>
  leadWrites.withTasks && body.kind === "create-task";

/**
 * The writes of one decision in the order in which they go out: the update of the lead, then the tasks.
 * A decision without an update has its tasks ride on an empty list; the planner always plans an update.
 */
export function jobsOf(context: DecisionContext, operations: readonly Operation[]): UpdateJob[] {
  const tasks: TaskJob[] = operations
    .filter((operation) => operation.body.kind !== "update-lead")
    .map((operation) => ({ operation, context, attempts: 0 }));
  return operations.filter(isUpdate).map((operation, at) => ({
    operation,
    context,
    tasks: at === 0 ? tasks : [],
    seen: null,
    attempts: 0,
    releaseReserve: () => undefined,
  }));
}

/** The task after a call of its update of which nobody knows whether it was sent. */
export const withoutAnswer = (task: TaskJob, { client, at }: { client: CrmClient; at: string }): TaskJob =>
  goesAlong(task.operation, client) ? { ...task, attempts: task.attempts + 1, sentAt: task.sentAt ?? at } : task;
