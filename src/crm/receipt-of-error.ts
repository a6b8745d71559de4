import type { CrmError } from "../errors.ts";
import { missingScope, type Receipt } from "../model/operation.ts";

/** Of what was not done, or may not have been. */
export type Undone = Exclude<Receipt, { kind: "done" | "already-true" }>;

/** How long what was not done is left alone before the work is taken up again. */
const laterMs = 30_000;

/** What became of each record of a write that failed as a whole. Whose fate is open is never sent again unseen. */
export function receiptOfError(error: CrmError, now: Date): Undone {
  switch (error.kind) {
    case "rejected":
    case "conflict":
      return refusedFor(error, error.rule ?? "refused");
    case "missing-scope":
      return refusedFor(error, [missingScope, error.rule ?? []].flat().join(" "));
    case "unknown-outcome":
      return { kind: "unknown", because: error.message };
    default:
      return notDone(error.message, error.retryAt ?? later(now));
  }
}

const refusedFor = ({ message: because, fields = [] }: CrmError, rule: string): Undone => ({
  ...{ kind: "refused", because, rule, fields },
});

/** Proven not done, and to be sent again as it is. */
export const notDone = (because: string, retryAt: Date): Undone => ({
  ...{ kind: "retry", because },
  retryAt: retryAt.toISOString(),
});

export const later = (now: Date): Date => new Date(now.getTime() + laterMs);
