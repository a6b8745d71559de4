import type { Pay } from "../../../src/crm/crm.ts";
import { receiptOfError } from "../../../src/crm/receipt-of-error.ts";
import { CrmError } from "../../../src/errors.ts";
import { ownerNotAssignable, type Receipt } from "../../../src/model/operation.ts";
import type { LeadWrite, TaskChange, TaskDraft } from "../../../src/model/task.ts";
import type { Api, Result, Table } from "./api.ts";

type Item = { key: string; fields: object };
type Sending = { method: "POST" | "PATCH"; table: Table; items: readonly Item[]; now: Date };

/** One receipt per item, by its key. A grant that is gone is no record's fault: that is thrown. */
async function send(api: Api, { method, table, items, now }: Sending, pay: Pay): Promise<ReadonlyMap<string, Receipt>> {
  try {
    const results = await api.write(method, table, { items: items.map(({ fields }) => fields), pay });
    return new Map(items.map(({ key }, index) => [key, receiptOf(results[index])]));
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    return new Map(items.map(({ key }) => [key, receiptOfError(error, now)]));
  }
}

function receiptOf(result: Result | undefined): Receipt {
  if (result === undefined) return { kind: "unknown", because: "Third's answer does not mention it." };
  const { error, id = null } = result;
  if (error === undefined) return { kind: "done", crmId: id };
  if (error === "not_found" || error === "no_such_lead") return { kind: "gone" };
  if (error === "duplicate_key") return { kind: "already-true", crmId: id };
  return { kind: "refused", because: "Its owner left.", rule: ownerNotAssignable, fields: ["owner"] };
}

type Writing = { api: Api; now: Date };

export const updateLeads = ({ api, now }: Writing, writes: readonly LeadWrite[], pay: Pay) => {
  const items = writes.map(({ key, leadId: id, ownerId: owner, stage, status, stamp }) => ({
    key,
    fields: { id, owner, stage, status, ...(stamp === undefined ? {} : { baton: stamp }) },
  }));
  return send(api, { method: "PATCH", table: "leads", items, now }, pay);
};

export const createTasks = ({ api, now }: Writing, drafts: readonly TaskDraft[], pay: Pay) => {
  const items = drafts.map(({ key, leadId: lead, ownerId: owner, subject, body, dueAt: due }) => ({
    key,
    fields: { key, lead, owner, subject, body, due },
  }));
  return send(api, { method: "POST", table: "tasks", items, now }, pay);
};

/** Third reminds of nothing: what is due it shows by itself. */
export const updateTasks = ({ api, now }: Writing, changes: readonly TaskChange[], pay: Pay) => {
  const items = changes.map(({ key, taskId: id, close }) => ({
    key,
    fields: { id, ...(close === undefined ? {} : { done: true, note: close.note }) },
  }));
  return send(api, { method: "PATCH", table: "tasks", items, now }, pay);
};
