import type { Deps } from "../deps.ts";
import type { Operation, Receipt } from "../model/operation.ts";
import type { SettledOperation } from "../store/operations.ts";
import type { Link } from "./workspace.ts";

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

/** The refused fields for an alert. The CRM's own words stay out of it: they may quote what is written on the lead. */
export function fieldsIn({ fields }: Receipt & { kind: "refused" }): string {
  return fields.length > 0 ? ` (${fields.join(", ")})` : "";
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
