import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { LeadWrite } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { rounds } from "../rounds.ts";
import { type SaveResult, saveResults } from "./answers.ts";
import type { Context, ObjectFields } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { writtenFields } from "./fields.ts";
import { receiptOfError, receiptOfFailure } from "./receipts.ts";

/** One record of a write. */
export type Item = { key: string; recordId: string; fields: Readonly<Record<string, unknown>> };

export type Receipts = Map<string, Receipt>;

/** salesforce.md §3.5: else the org's assignment rules give the lead to somebody else, and an alert of duplicates refuses it. */
export const writeHeaders = {
  "Sforce-Auto-Assign": "FALSE",
  "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true",
};

/** See CrmClient. One call for all, and one for each further time that a lead is named. */
export async function updateLeads(
  context: Context,
  writes: readonly LeadWrite[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const { fields: seen, turn } = await fieldsOf(context, "Lead", pay);
  const present: ObjectFields = seen ?? new Map();
  const items = writes.map((write) => ({
    ...{ key: write.key, recordId: write.leadId },
    fields: writtenFields(write, present, context.leadAccountField),
  }));
  return updateRecords(context, { object: "Lead", items }, turn);
}

/**
 * Writes each record by itself: one that is refused leaves the others alone. Never throws for a single record. What could not be
 * done yet keeps all later writes of its record waiting.
 */
export async function updateRecords(
  context: Context,
  { object, items }: { object: string; items: readonly Item[] },
  pay: Pay,
): Promise<Receipts> {
  const receipts: Receipts = new Map();
  let turn = pay;
  const waiting = new Map<string, Receipt>();
  for (const round of rounds(items)) {
    const ready = round.filter(({ recordId }) => !waiting.has(recordId));
    if (ready.length > 0) await send(context, { object, items: ready, receipts }, turn);
    turn = { lane: pay.lane };
    for (const { key, recordId } of round) {
      const receipt = receipts.get(key) ?? waiting.get(recordId);
      if (receipt !== undefined) receipts.set(key, receipt);
      if (receipt?.kind === "retry") waiting.set(recordId, receipt);
    }
  }
  if (items.length === 0) pay.permit?.release();
  return receipts;
}

type Round = { object: string; items: readonly Item[]; receipts: Receipts };

async function send(context: Context, { object, items, receipts }: Round, pay: Pay): Promise<void> {
  const records = items.map(({ recordId, fields }) => ({ attributes: { type: object }, id: recordId, ...fields }));
  const body = { allOrNone: false, records };
  const request = {
    method: "PATCH",
    path: "/composite/sobjects",
    effect: "write",
    body,
    headers: writeHeaders,
  } as const;
  try {
    const results = await context.api(request, saveResults, pay);
    for (const [index, { key, fields }] of items.entries())
      receipts.set(key, receiptOf(fields, results[index], context.now()));
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    for (const { key } of items) receipts.set(key, receiptOfError(error, context.now()));
  }
}

/** Results come in the order of the records (salesforce.md §3.4). */
function receiptOf(fields: Item["fields"], result: SaveResult | undefined, now: Date): Receipt {
  if (result === undefined) return { kind: "unknown", because: "Salesforce's answer does not mention it." };
  return result.success
    ? { kind: "done", crmId: result.id ?? null }
    : receiptOfFailure(result.errors, { now, setsOwner: "OwnerId" in fields });
}
