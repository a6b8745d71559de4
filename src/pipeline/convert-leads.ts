import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { ownerPartKeyOf, taskKeyOf, updateKeyOf } from "../engine/plan.ts";
import type { Receipt } from "../model/operation.ts";
import type { LeadConversion } from "../model/task.ts";
import { type OperationRow, readOperations } from "../store/operations.ts";
import type { Link, TaskJob } from "./workspace.ts";

const waitMs = 5_000;

/** What to send for conversions, and the answers, by operation key, for those that nothing is sent for. */
async function planConversions(
  deps: Pick<Deps, "db" | "now">,
  jobs: readonly TaskJob[],
): Promise<{ conversions: LeadConversion[]; receipts: Map<string, Receipt> }> {
  const rows = await writesBefore(deps, jobs);
  const conversions: LeadConversion[] = [];
  const receipts = new Map<string, Receipt>();
  for (const { operation } of jobs) {
    const { body, key, leadId } = operation;
    const receipt = unready(deps, rows.get(operation.decisionId) ?? []);
    if (receipt !== null) receipts.set(key, receipt);
    else if (body.kind === "convert-lead")
      conversions.push({ key, leadId, accountId: body.accountId, ownerId: body.ownerId });
  }
  return { conversions, receipts };
}

/** By decision: the update of its lead and its task, which come first. */
async function writesBefore(
  { db }: Pick<Deps, "db">,
  jobs: readonly TaskJob[],
): Promise<ReadonlyMap<string, readonly OperationRow[]>> {
  const ids = [...new Set(jobs.map(({ operation }) => operation.decisionId))];
  const keys = ids.flatMap((id) => [updateKeyOf(id), ownerPartKeyOf(id), taskKeyOf(id)]);
  return Map.groupBy(await readOperations(db.query, keys), ({ decisionId }) => decisionId);
}

/** Null: it may be converted. A task is made for the lead, and goes over to the contact with it; a contact has no task of a lead. */
function unready({ now }: Pick<Deps, "now">, writes: readonly OperationRow[]): Receipt | null {
  if (writes.some(({ settledAt }) => settledAt === null)) {
    const retryAt = new Date(now().getTime() + waitMs).toISOString();
    return { kind: "retry", because: "Its owner or its task is not written yet.", retryAt };
  }
  const isOwned = writes.some(
    ({ body, state }) => body.kind === "update-lead" && body.update.owner !== undefined && state === "confirmed",
  );
  return isOwned ? null : { kind: "gone" };
}

/** One call, or a few; none when nothing may be converted yet. */
export async function convertLeads(
  deps: Pick<Deps, "db" | "now">,
  { client }: Pick<Link, "client">,
  { jobs, permit }: { jobs: readonly TaskJob[]; permit: Permit },
): Promise<ReadonlyMap<string, Receipt>> {
  const { conversions, receipts } = await planConversions(deps, jobs);
  if (conversions.length === 0 || client.convertLeads === undefined) permit.release();
  else
    for (const [key, receipt] of await client.convertLeads(conversions, { lane: "task", permit }))
      receipts.set(key, receipt);
  return receipts;
}
