import type { Deps } from "../deps.ts";
import type { Operation, Receipt } from "../model/operation.ts";
import type { SettledOperation } from "../store/operations.ts";
import { createGroup } from "./group.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { Link, Workspace } from "./workspace.ts";

const listsPerStatement = 8;

/** Notes outcomes under this lease; what is to be noted meanwhile shares the next statement. */
export function createSettler(deps: Pick<Deps, "db" | "metrics">, { lease }: Pick<Workspace, "lease">): Link["settle"] {
  return createGroup({
    atMost: listsPerStatement,
    async run(lists: readonly (readonly SettledOperation[])[]) {
      await noteOutcomes(deps, deps.db.query, { lease, settled: lists.flat() });
    },
  });
}

/** Counts what the CRM answered; operations that are through are not in hand any more. */
export function noteSettled(
  deps: Pick<Deps, "metrics">,
  link: Link,
  answered: readonly { job: { operation: Operation }; receipt: Receipt }[],
): void {
  for (const { job, receipt } of answered) {
    deps.metrics.operationSettled(job.operation.body.kind, receipt.kind);
    if (receipt.kind === "unknown" || receipt.kind === "retry") continue;
    link.inHand.delete(job.operation.key);
    link.unsent.delete(job.operation.key);
  }
}

/** The CRM has it, by this call or an earlier one. */
export const isTrue = (receipt: Receipt): receipt is Receipt & { kind: "done" | "already-true" } =>
  receipt.kind === "done" || receipt.kind === "already-true";

/** Where an answer leaves its operation. */
export function settlementOf({ key, qualifiedAt }: Operation, receipt: Receipt, at: string): SettledOperation {
  const base = { key, qualifiedAt, receipt, at };
  switch (receipt.kind) {
    case "done":
    case "already-true":
      return { ...base, state: "confirmed", crmId: receipt.crmId };
    case "unknown":
      return { ...base, state: "unknown" };
    case "retry":
      return { ...base, state: "planned", notBefore: receipt.retryAt };
    case "refused":
      return { ...base, state: "refused" };
    case "yielded":
      return { ...base, state: "yielded" };
    case "gone":
      return { ...base, state: "cancelled" };
  }
}
