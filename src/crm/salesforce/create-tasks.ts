import type { Receipt } from "../../model/operation.ts";
import type { TaskDraft } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { decisionObject } from "./fields.ts";
import { type GraphResult, sendGraphs } from "./graphs.ts";
import { writeAgain } from "./look-again.ts";
import { receiptOfWhole } from "./receipts.ts";
import { nodesOfTask, receiptOfTask, taskName } from "./task-nodes.ts";

/** See CrmClient. A graph for each draft: the task and the row with its key. One call for each 75. */
export async function createTasks(
  context: Context,
  drafts: readonly TaskDraft[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  if (drafts.length === 0) {
    pay.permit?.release();
    return new Map();
  }
  const { fields, turn } = await fieldsOf(context, decisionObject, pay);
  const of = { at: 0, timeZone: context.timeZone, hasKeys: fields !== null };
  const results = await sendGraphs(
    context,
    drafts.map((draft) => nodesOfTask(draft, of)),
    turn,
  );
  const now = context.now();
  const receipts = new Map(drafts.map(({ key }, at) => [key, receiptOf(results[at], now)]));
  writeAgain(context, receipts);
  return receipts;
}

function receiptOf(result: GraphResult | undefined, now: Date): Receipt {
  if (result?.kind === "done") return { kind: "done", crmId: result.ids.get(taskName(0)) ?? null };
  if (result?.kind !== "refused") return receiptOfWhole(result, now);
  return receiptOfTask(result.refused, { at: 0, now, isLeadThere: false }) ?? receiptOfWhole(undefined, now);
}
