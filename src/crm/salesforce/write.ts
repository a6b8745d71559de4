import type { Receipt } from "../../model/operation.ts";
import type { LeadWrite, TaskDraft } from "../../model/task.ts";
import type { LeadWrites, Pay } from "../crm.ts";
import type { Undone } from "../receipt-of-error.ts";
import type { Context, ObjectFields } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { decisionObject, writtenFields } from "./fields.ts";
import { type GraphResult, mostGraphs, type Node, type Refused, sendGraphs } from "./graphs.ts";
import { writeAgain } from "./look-again.ts";
import { receiptOfFailure, receiptOfWhole } from "./receipts.ts";
import { nodesOfTask, receiptOfTask, taskName } from "./task-nodes.ts";
import { tellGone } from "./tell-gone.ts";
import { type Item, inRounds, type Receipts, updateRecords } from "./update-records.ts";

/** A graph for each lead: all of a lead is written, or nothing of it (salesforce.md §3.4). A task locks the account of its lead (§3.6). */
export const leadWritesIn = (streams = 4): LeadWrites => ({ maxBatch: mostGraphs, withTasks: true, streams });

type LeadItem = Item & { tasks: readonly TaskDraft[] };

/** See CrmClient. A lead and its tasks are one graph; where no lead has any, all go in one collection. */
export async function updateLeads(
  context: Context,
  writes: readonly LeadWrite[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const { fields: seen, turn } = await fieldsOf(context, "Lead", pay);
  const present: ObjectFields = seen ?? new Map();
  const items: LeadItem[] = writes.map((write) => ({
    ...{ key: write.key, recordId: write.leadId, tasks: write.tasks ?? [] },
    fields: writtenFields(write, present, context.leadAccountField),
  }));
  const receipts = await writeAll(context, items, turn);
  writeAgain(context, receipts);
  await tellGone(context, { writes, receipts }, pay);
  return receipts;
}

async function writeAll(context: Context, items: readonly LeadItem[], pay: Pay): Promise<Receipts> {
  if (items.every(({ tasks }) => tasks.length === 0)) return updateRecords(context, { object: "Lead", items }, pay);
  const { fields: rows, turn } = await fieldsOf(context, decisionObject, pay);
  const hasKeys = rows !== null;
  return inRounds(items, turn, (round, payment) => writeTogether(context, { ...round, hasKeys }, payment));
}

type Round = { items: readonly LeadItem[]; receipts: Receipts; hasKeys: boolean };

/** A task that is refused alone is left out, and its lead goes again: an owner without a task is better than none. */
async function writeTogether(context: Context, { items, receipts, hasKeys }: Round, pay: Pay): Promise<void> {
  let turn = pay;
  for (let open = items; open.length > 0; ) {
    const graphs = open.map((item) => nodesOf(item, { timeZone: context.timeZone, hasKeys }));
    const results = await sendGraphs(context, graphs, turn);
    const now = context.now();
    open = open.flatMap((item, at) => settle(item, results[at], { receipts, now }) ?? []);
    turn = { lane: pay.lane };
  }
}

const leadName = "lead";

function nodesOf({ recordId, fields, tasks }: LeadItem, of: { timeZone: string; hasKeys: boolean }): readonly Node[] {
  const lead: Node = {
    method: "PATCH",
    path: `Lead/${encodeURIComponent(recordId)}`,
    referenceId: leadName,
    body: fields,
  };
  return [lead, ...tasks.flatMap((draft, at) => nodesOfTask(draft, { ...of, at }))];
}

type Notes = { receipts: Receipts; now: Date };

/** Notes what became of a lead and its tasks; gives the lead with the tasks that are left when it has to go again. */
function settle(item: LeadItem, result: GraphResult | undefined, { receipts, now }: Notes): LeadItem | null {
  const { key, recordId, tasks } = item;
  if (result?.kind === "refused") return settleRefused(item, result.refused, { receipts, now });
  if (result?.kind === "done") {
    receipts.set(key, { kind: "done", crmId: recordId });
    for (const [at, task] of tasks.entries())
      receipts.set(task.key, { kind: "done", crmId: result.ids.get(taskName(at)) ?? null });
    return null;
  }
  noteAll(item, receiptOfWhole(result, now), { receipts, now });
  return null;
}

function settleRefused(item: LeadItem, refused: readonly Refused[], notes: Notes): LeadItem | null {
  const { now, receipts } = notes;
  const ofLead = refused.filter(({ referenceId }) => referenceId === leadName).map(({ failure }) => failure);
  const isLeadThere = ofLead.length === 0;
  const ofTasks = item.tasks.map((task, at) => ({ task, receipt: receiptOfTask(refused, { at, now, isLeadThere }) }));
  const held = ofTasks.find(({ receipt }) => receipt?.kind === "retry")?.receipt ?? null;
  const isOfLead = ofLead.length > 0 || ofTasks.every(({ receipt }) => receipt === null);
  if (isOfLead || held !== null) {
    noteAll(item, held ?? receiptOfFailure(ofLead, { now, setsOwner: "OwnerId" in item.fields }), notes);
    return null;
  }
  for (const { task, receipt } of ofTasks) if (receipt !== null) receipts.set(task.key, receipt);
  return { ...item, tasks: ofTasks.flatMap(({ task, receipt }) => (receipt === null ? task : [])) };
}

/** Nothing of it was done. Of a lead that is refused its tasks may be made all the same. */
function noteAll({ key, tasks }: LeadItem, receipt: Undone, { receipts, now }: Notes): void {
  receipts.set(key, receipt);
  const unmade: Receipt = { kind: "retry", because: "Its lead was refused.", retryAt: now.toISOString() };
  for (const task of tasks) receipts.set(task.key, receipt.kind === "refused" ? unmade : receipt);
}
