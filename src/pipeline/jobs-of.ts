import type { Operation } from "../model/operation.ts";
import type { DecisionContext, TaskJob, UpdateJob } from "./workspace.ts";

type UpdateOperation = UpdateJob["operation"];

export const isUpdate = (operation: Operation): operation is UpdateOperation => operation.body.kind === "update-lead";

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
