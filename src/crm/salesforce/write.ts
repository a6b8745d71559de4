import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { LeadWrite } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { rounds } from "../rounds.ts";
import { type SaveResult, saveResults } from "./answers.ts";
import type { Context, ObjectFields } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { codeOf } from "./errors.ts";
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

/** See CrmClient. One call for all, and one more for what was locked. */
export async function updateLeads(
  context: Context,
  writes: readonly LeadWrite[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const { fields: seen, turn } = await fieldsOf(context, "Lead", pay);
  const present: ObjectFields = seen ?? new Map();
  const items = writes.map((write) => ({
    ...{ key: write.key, recordId: write.leadId },
    fields: writtenFields(write, present),
  }));
  return updateRecords(context, { object: "Lead", items }, turn);
}

/** Writes each record by itself: one that is refused leaves the others alone. Never throws for a single record. */
export async function updateRecords(
  context: Context,
  { object, items }: { object: string; items: readonly Item[] },
  pay: Pay,
): Promise<Receipts> {
  const receipts: Receipts = new Map();
  let turn = pay;
  for (const round of rounds(items)) {
    await updateRound(context, { object, items: round, receipts }, turn);
    turn = { lane: pay.lane };
  }
  if (items.length === 0) pay.permit?.release();
  return receipts;
}

type Round = { object: string; items: readonly Item[]; receipts: Receipts };

/** salesforce.md §3.6: a row that others hold is free again within seconds. */
const mostTries = 5;

async function updateRound(context: Context, { object, items, receipts }: Round, pay: Pay): Promise<void> {
  let rest = items;
  let turn = pay;
  for (let attempt = 1; rest.length > 0; attempt += 1) {
    const locked = await send(context, { object, items: rest, receipts }, turn);
    rest = rest.filter(({ key }) => locked.has(key));
    if (rest.length === 0 || attempt === mostTries) return;
    await context.backoff(attempt);
    turn = { lane: pay.lane };
  }
}

/** Answers with the keys of those whose row somebody else holds. */
async function send(context: Context, { object, items, receipts }: Round, pay: Pay): Promise<ReadonlySet<string>> {
  const records = items.map(({ recordId, fields }) => ({ attributes: { type: object }, id: recordId, ...fields }));
  const body = { allOrNone: false, records };
  const request = {
    method: "PATCH",
    path: "/composite/sobjects",
    effect: "write",
    body,
    headers: writeHeaders,
  } as const;
  const locked = new Set<string>();
  try {
    const results = await context.api(request, saveResults, pay);
    for (const [index, { key }] of items.entries()) {
      const result = results[index];
      receipts.set(key, receiptOf(result, context.now()));
      if (result?.errors.some((failure) => codeOf(failure) === "UNABLE_TO_LOCK_ROW")) locked.add(key);
    }
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    for (const { key } of items) receipts.set(key, receiptOfError(error, context.now()));
  }
  return locked;
}

/** Results come in the order of the records (salesforce.md §3.4). */
function receiptOf(result: SaveResult | undefined, now: Date): Receipt {
  if (result === undefined) return { kind: "unknown", because: "Salesforce's answer does not mention it." };
  return result.success ? { kind: "done", crmId: result.id ?? null } : receiptOfFailure(result.errors, now);
}
