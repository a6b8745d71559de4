import { CrmError } from "../../errors.ts";
import { notDone } from "../receipt-of-error.ts";
import type { Context } from "./context.ts";
import type { Receipts } from "./update-records.ts";

/** Salesforce's words for a field or an object that the org has not, or does not show to Baton's user (salesforce.md §3.2). */
const unseenCodes = new Set(["INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_TYPE", "NOT_FOUND"]);

/** A look at the org that is as young as this is believed: what is refused all the same is refused for good. */
const freshMs = 60_000;

/** An admin took something away since Baton looked at the org: what goes again goes by a new look. False: it was looked at just now. */
function forgetOldLooks({ memory, now }: Context): boolean {
  const old = [...memory.fields].filter(([, { readAt }]) => now().getTime() - readAt >= freshMs);
  for (const [object] of old) memory.fields.delete(object);
  return old.length > 0;
}

const because = "The org does not show a field or an object any more that it showed before.";

/** What to throw for an error of a query: `unavailable` where it can be asked without what was taken away. */
export function orAskAgain(context: Context, error: unknown): unknown {
  const isUnseen = error instanceof CrmError && unseenCodes.has(error.rule ?? "");
  return isUnseen && forgetOldLooks(context) ? new CrmError("unavailable", because, { cause: error }) : error;
}

/** Writes that can be made without what was taken away go again at once, and are not refused. */
export function writeAgain(context: Context, receipts: Receipts): void {
  const unseen = [...receipts].filter(([, receipt]) => receipt.kind === "refused" && unseenCodes.has(receipt.rule));
  if (unseen.length === 0 || !forgetOldLooks(context)) return;
  for (const [key] of unseen) receipts.set(key, notDone(because, context.now()));
}
