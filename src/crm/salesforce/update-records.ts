import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { Pay } from "../crm.ts";
import { rounds } from "../rounds.ts";
import { type SaveResult, saveResults } from "./answers.ts";
import type { Context } from "./context.ts";
import { receiptOfError, receiptOfFailure } from "./receipts.ts";
import { writeHeaders } from "./settings.ts";

/** One record of a write. */
export type Item = { key: string; recordId: string; fields: Readonly<Record<string, unknown>> };

export type Receipts = Map<string, Receipt>;

/** Writes records that are named once each, and notes their receipts by their keys. */
type SendRound<T> = (round: { items: readonly T[]; receipts: Receipts }, pay: Pay) => Promise<void>;

/**
 * Writes each record by itself: one that is refused leaves the others alone. One call for all, and one for each further time that a
 * record is named. Never throws for a single record.
 */
export function updateRecords(
  context: Context,
  { object, items }: { object: string; items: readonly Item[] },
  pay: Pay,
): Promise<Receipts> {
  return inRounds(items, pay, (round, turn) => send(context, { ...round, object }, turn));
}

/** Each further write of a record goes in a further round. What could not be done yet keeps all later ones of its record waiting. */
export async function inRounds<T extends { key: string; recordId: string; tasks?: readonly { key: string }[] }>(
  items: readonly T[],
  pay: Pay,
  sendRound: SendRound<T>,
): Promise<Receipts> {
  const receipts: Receipts = new Map();
  let turn = pay;
  const waiting = new Map<string, Receipt>();
  for (const round of rounds(items)) {
    const ready = round.filter(({ recordId }) => !waiting.has(recordId));
    if (ready.length > 0) await sendRound({ items: ready, receipts }, turn);
    turn = { lane: pay.lane };
    for (const { key, recordId, tasks = [] } of round) {
      const held = waiting.get(recordId);
      if (held !== undefined) for (const each of [{ key }, ...tasks]) receipts.set(each.key, held);
      const receipt = receipts.get(key);
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
