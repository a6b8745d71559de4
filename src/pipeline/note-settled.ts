import type { Deps } from "../deps.ts";
import type { Operation, Receipt } from "../model/operation.ts";
import type { Link } from "./workspace.ts";

/** Counts what the CRM answered; operations that are through are not in hand any more. */
export function noteSettled(
  deps: Pick<Deps, "metrics">,
  link: Link,
  answered: readonly { job: { operation: Operation }; receipt: Receipt }[],
): void {
  for (const { job, receipt } of answered) {
    deps.metrics.operationSettled(job.operation.body.kind, receipt.kind);
    if (receipt.kind !== "unknown" && receipt.kind !== "retry") link.inHand.delete(job.operation.key);
  }
}
