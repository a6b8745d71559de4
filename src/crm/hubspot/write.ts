import type { Receipt } from "../../model/operation.ts";
import type { LeadWrite } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import type { HubspotRecord } from "./answers.ts";
import { type Item, type Receipts, writeBatch } from "./batch.ts";
import type { Context } from "./context.ts";
import { writtenProperties } from "./fields.ts";
import { paths } from "./paths.ts";

/**
 * See CrmClient. One call for all; two when stages are to be cleared first: a clear and a set of one record must be
 * separate requests, the second later (hubspot.md §4.4). All but the stage goes with the first, so that nothing is cleared
 * of a lead whose owner is refused.
 */
export async function updateLeads(
  context: Context,
  writes: readonly LeadWrite[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const [empty, full] = [writes.filter(isEmpty), writes.filter((write) => !isEmpty(write))];
  const nothing = new Map(empty.map(({ key, leadId }) => [key, { kind: "already-true", crmId: leadId } as const]));
  const receipts = new Map([...nothing, ...(await writeContacts(context, full.map(firstItem), pay))]);
  const cleared = full.filter((write) => isClearing(write) && receipts.get(write.key)?.kind === "done");
  if (cleared.length === 0) return receipts;
  const set = await writeContacts(context, cleared.map(stageItem), { lane: pay.lane });
  return new Map([...receipts, ...set]);
}

const writeContacts = (context: Context, items: readonly Item[], pay: Pay): Promise<Receipts> =>
  writeBatch(context, { path: paths.batchUpdate("contacts"), items }, pay);

/** What is meant for a field that contacts do not have: a company is associated by a person, or by HubSpot itself. */
const isEmpty = (write: LeadWrite): boolean =>
  write.stage === undefined && Object.keys(writtenProperties(write)).length === 0;

const isClearing = (write: LeadWrite) => write.stage !== undefined && write.clearStageFirst === true;

function firstItem(write: LeadWrite): Item {
  const properties = writtenProperties(write);
  if (write.stage !== undefined) properties.lifecyclestage = isClearing(write) ? "" : write.stage;
  return itemOf(write, properties);
}

const stageItem = (write: LeadWrite): Item => itemOf(write, { lifecyclestage: write.stage ?? "" });

function itemOf({ key, leadId }: LeadWrite, properties: Record<string, string>): Item {
  return {
    key,
    recordId: leadId,
    input: () => ({ id: leadId, properties }),
    done: (record) => receiptOf(record, properties.lifecyclestage),
  };
}

/** A stage that would go backwards is answered with success and not applied (hubspot.md §4.4): the answer shows it. */
function receiptOf({ id, properties }: HubspotRecord, stage: string | undefined): Receipt {
  const now = text(properties, "lifecyclestage");
  const isSwallowed = stage !== undefined && stage !== "" && now !== null && now !== stage;
  return isSwallowed ? { kind: "done", crmId: id, note: `stage-not-applied: ${now}` } : { kind: "done", crmId: id };
}
