import { CrmError } from "../../errors.ts";
import { ownerNotAssignable, type Receipt } from "../../model/operation.ts";
import type { Pay } from "../crm.ts";
import { receiptOfError } from "../receipt-of-error.ts";
import { rounds } from "../rounds.ts";
import { batchResult, type Failure, type HubspotRecord } from "./answers.ts";
import type { Context } from "./context.ts";
import { fieldsOf, isRefusal, namedIn, ruleOf } from "./errors.ts";
import { isOwnProperty } from "./own-properties.ts";
import { ensureSchema } from "./schema.ts";

/** One write of a batch. `input` is made when it is sent, and made anew when it is sent again. */
export type Item = {
  /** Ours; sent as the trace id, by which a partial answer is told apart (hubspot.md §3.4). */
  key: string;
  /** No two of one request may name the same. */
  recordId: string;
  input(): Record<string, unknown>;
  /** The receipt for the record that came back. */
  done(record: HubspotRecord): Receipt;
};

export type Receipts = Map<string, Receipt>;
type Refusal = Receipt & { kind: "refused" };

/**
 * Sends items as batches of one path, one receipt each. One call when nothing is refused and no record is named twice.
 * When our own properties are gone they are created again, and what was refused for it is sent once more.
 */
export async function writeBatch(
  context: Context,
  { path, items }: { path: string; items: readonly Item[] },
  pay: Pay,
): Promise<Receipts> {
  const receipts: Receipts = new Map();
  let turn = pay;
  // hubspot.md §3.4.
  for (const round of rounds(items)) {
    await sendRound(context, { path, items: round, receipts }, turn);
    turn = { lane: pay.lane };
  }
  if (items.length === 0) pay.permit?.release();
  return receipts;
}

type Round = { path: string; items: readonly Item[]; receipts: Receipts };

async function sendRound(context: Context, { path, items, receipts }: Round, pay: Pay): Promise<void> {
  await send(context, { path, items, receipts }, { ...pay, mayRepair: true });
  const lacking = items.filter((item) => isOwnPropertyMissing(receipts.get(item.key)));
  if (lacking.length === 0 || !(await repairSchema(context, { lane: pay.lane }))) return;
  await send(context, { path, items: lacking, receipts }, { lane: pay.lane, mayRepair: false });
}

const missingProperty = "PROPERTY_DOESNT_EXIST";

const isOwnPropertyMissing = (receipt: Receipt | undefined): boolean =>
  receipt?.kind === "refused" && receipt.rule === missingProperty && receipt.fields.some(isOwnProperty);

const betweenRepairsMs = 5 * 60_000;

/** False when it was tried a moment ago: an account that does not let us have them must not cost five calls a batch. */
async function repairSchema(context: Context, pay: Pay): Promise<boolean> {
  const now = context.now().getTime();
  if (now - context.memory.schemaRepairedAt < betweenRepairsMs) return false;
  context.memory.schemaRepairedAt = now;
  try {
    await ensureSchema(context, pay);
    return true;
  } catch (error) {
    // The refusals stand, and tell which properties are missing.
    if (error instanceof CrmError && error.kind !== "unauthorized-final") return false;
    throw error;
  }
}

async function send(context: Context, round: Round, turn: Pay & { mayRepair: boolean }): Promise<void> {
  const { path, items, receipts } = round;
  const { mayRepair, ...pay } = turn;
  const inputs = items.map((item) => ({ ...item.input(), objectWriteTraceId: item.key }));
  try {
    const answer = await context.api({ method: "POST", path, effect: "write", body: { inputs } }, batchResult, pay);
    noteAnswer(items, answer, receipts);
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    if (isAboutRecords(error) && items.length > 1 && !(mayRepair && isOwnPropertyMissing(refusalOf(error))))
      return halve(context, round, { ...turn, lane: pay.lane });
    for (const item of items) receipts.set(item.key, receiptOf(error, context.now()));
  }
}

const isAboutRecords = ({ kind }: CrmError) => kind === "rejected" || kind === "not-found" || kind === "conflict";

/** Somewhere in the batch is one that HubSpot refuses, and the answer does not say which: it is found by halving. */
async function halve(context: Context, { path, items, receipts }: Round, turn: Pay & { mayRepair: boolean }) {
  const middle = Math.ceil(items.length / 2);
  const rest = { lane: turn.lane, mayRepair: turn.mayRepair };
  await send(context, { path, items: items.slice(0, middle), receipts }, rest);
  await send(context, { path, items: items.slice(middle), receipts }, rest);
}

type BatchAnswer = { results: readonly HubspotRecord[]; errors?: readonly Failure[] | null | undefined };

/** Each item is told by its trace id, else by its record's; of what the answer does not speak, the fate is open. */
function noteAnswer(items: readonly Item[], { results, errors }: BatchAnswer, receipts: Receipts): void {
  const records = new Map<string, HubspotRecord>();
  for (const record of results) records.set(record.objectWriteTraceId ?? record.id, record);
  const failures = new Map<string, Failure>();
  for (const failure of errors ?? []) for (const id of namedIn(failure)) failures.set(id, failure);
  for (const item of items) {
    const record = records.get(item.key) ?? records.get(item.recordId);
    const failure = failures.get(item.key) ?? failures.get(item.recordId);
    if (record !== undefined) receipts.set(item.key, item.done(record));
    else if (failure !== undefined) receipts.set(item.key, receiptOfFailure(failure));
    else receipts.set(item.key, { kind: "unknown", because: "HubSpot's answer does not mention it." });
  }
}

function receiptOfFailure(failure: Failure): Receipt {
  const { category = "", errors = [], message } = failure;
  if (category === "OBJECT_NOT_FOUND") return { kind: "gone" };
  const rule = ruleOf(failure) ?? "UNKNOWN";
  if (!isRefusal(failure)) return { kind: "unknown", because: `HubSpot answered ${rule} for it.` };
  // The whole message quotes values; those of the single errors speak of what we wrote.
  const words = errors.flatMap((error) => error.message ?? []).join(" ");
  const fields = fieldsOf(failure);
  return { kind: "refused", because: words || whatFailed(message), rule: named(rule, fields), fields };
}

const whatFailed = (message: string | undefined) =>
  message === undefined || message.includes("[{") ? "HubSpot refused it." : message.slice(0, 300);

/** hubspot.md §4.10: what an unassignable owner is answered with is open, so every refusal of its value counts. */
function named(rule: string, fields: readonly string[]): string {
  const isAboutValue = !/^(MISSING_|READ_ONLY|PROPERTY_DOESNT)/.test(rule);
  return isAboutValue && fields.includes("hubspot_owner_id") ? ownerNotAssignable : rule;
}

function refusalOf({ rule = "refused", fields = [], message, kind }: CrmError): Refusal {
  const because = kind === "missing-scope" ? "The app was not granted the permission." : message;
  return { kind: "refused", because, rule: named(rule, fields), fields };
}

function receiptOf(error: CrmError, now: Date): Receipt {
  if (error.kind === "not-found") return { kind: "gone" };
  const receipt = receiptOfError(error, now);
  return receipt.kind === "refused" ? refusalOf(error) : receipt;
}
