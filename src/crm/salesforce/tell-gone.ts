import { CrmError } from "../../errors.ts";
import { ownerNotAssignable, type Receipt } from "../../model/operation.ts";
import type { LeadWrite } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { receiptOfError } from "../receipt-of-error.ts";
import { text } from "../values.ts";
import type { Context } from "./context.ts";
import { query } from "./query.ts";
import { soql } from "./soql.ts";
import type { Receipts } from "./update-records.ts";

/**
 * "invalid cross reference id" without a field may be of the owner or of the lead itself (salesforce.md §3.2): leads that are not
 * there any more are told from owners whom nobody can be given. One call, and none where every refusal says what it is about.
 */
export async function tellGone(
  context: Context,
  { writes, receipts }: { writes: readonly LeadWrite[]; receipts: Receipts },
  { lane }: Pay,
): Promise<void> {
  const open = writes.filter(({ key, ownerId }) => ownerId !== undefined && saysNoField(receipts.get(key)));
  if (open.length === 0) return;
  const verdictOf = await look(context, [...new Set(open.map(({ leadId }) => leadId))], { lane });
  for (const { key, leadId, tasks = [] } of open) {
    const verdict = verdictOf(leadId);
    if (verdict !== null) for (const each of [{ key }, ...tasks]) receipts.set(each.key, verdict);
  }
}

const saysNoField = (receipt: Receipt | undefined): boolean =>
  receipt?.kind === "refused" && receipt.rule === ownerNotAssignable && receipt.fields.length === 0;

/** Null of a lead that is there: it is the owner who was refused. */
async function look(context: Context, ids: readonly string[], pay: Pay): Promise<(id: string) => Receipt | null> {
  try {
    const rows = await query(context, soql`SELECT Id FROM Lead WHERE Id IN ${ids}`, pay);
    const there = new Set(rows.map((row) => text(row, "Id")));
    return (id) => (there.has(id) ? null : { kind: "gone" });
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    // Nothing was written: it goes again, and what becomes of it then is asked then.
    const again = receiptOfError(new CrmError("unavailable", error.message), context.now());
    return () => again;
  }
}
