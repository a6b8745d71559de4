import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { type NoticeOperation, planNotice } from "../engine/plan.ts";
import type { Receipt } from "../model/operation.ts";
import type { Tx } from "../store/db.ts";
import type { Lease } from "../store/leases.ts";
import { type OperationRow, planOperations, type SettledOperation } from "../store/operations.ts";
import { noteSettled, settlementOf } from "./note-settled.ts";
import { renderNotice } from "./render.ts";
import { takeInFlight } from "./take-in-flight.ts";
import { tellFeatureOff } from "./tell-features-off.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { DecisionContext, FollowingNotice, Link, NoticeJob, UpdateJob, Workspace } from "./workspace.ts";

/** Of a lead that nobody could be told of for so long its rep knows by its task. */
const maxTries = 4;

/** Whom the CRM can tell of these updates, which it has now. */
export function noticesOf(link: Link, written: readonly UpdateJob[]): FollowingNotice[] {
  const { notifier } = link.client;
  if (notifier === undefined || notifier.off() !== null) return [];
  return written.flatMap(({ operation: { key: after, body }, context }) => {
    const decided = { ...context, connectionId: link.connection.id };
    return planNotice(decided, body.update).map((operation): FollowingNotice => {
      // Before the commit makes it visible, or the repair loop could take it up as well.
      link.inHand.add(operation.key);
      return { operation, context, tries: 0, after };
    });
  });
}

type Planned = { lease: Lease; notices: readonly FollowingNotice[]; noted: readonly string[] };

/**
 * Plans what follows from updates, in the transaction that notes them (`noted`: keys of what took its answer), so that nobody is
 * told of a write that came to nothing, and each owner write tells once at most.
 */
export async function planNotices(
  { now }: Pick<Deps, "now">,
  tx: Tx,
  { lease: { workspaceId }, notices, noted }: Planned,
): Promise<void> {
  const mine = new Set(noted);
  const operations = notices.filter(({ after }) => mine.has(after)).map(({ operation }) => operation);
  await planOperations(tx, { workspaceId, operations, at: now().toISOString() });
}

/** One call for all. What may have come is not sent again: a notification that comes twice is worse than none. */
export async function sendNotices(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { notices, permit }: { notices: readonly NoticeJob[]; permit: Permit },
): Promise<void> {
  const { notifier } = link.client;
  const jobs = await takeInFlight(
    deps,
    workspace,
    link,
    notices.map((notice) => ({ ...notice, attempts: 0 })),
  );
  const drafts = jobs.map(({ operation, context }) => renderNotice(operation, context));
  const isOff = notifier === undefined || notifier.off() !== null;
  if (isOff || drafts.length === 0) permit.release();
  const receipts = isOff || drafts.length === 0 ? new Map() : await notifier.send(drafts, { lane: "task", permit });
  await settleNotices(deps, workspace, link, { jobs, receipts });
  const off = notifier?.off() ?? null;
  if (off !== null && jobs.length > 0) await tellFeatureOff(deps, link.connection, off);
}

async function settleNotices(
  deps: Deps,
  { lease }: Workspace,
  link: Link,
  { jobs, receipts }: { jobs: readonly NoticeJob[]; receipts: ReadonlyMap<string, Receipt> },
): Promise<void> {
  const at = deps.now().toISOString();
  const answered = jobs.map((job) => ({ job, receipt: receiptOf(job, receipts.get(job.operation.key)) }));
  const settled = answered.map(({ job, receipt }) => outcomeOf(job.operation, receipt, at));
  await noteOutcomes(deps, deps.db.query, { lease, settled });
  noteSettled(deps, link, answered);
  for (const { job, receipt } of answered) {
    if (receipt.kind === "unknown") link.inHand.delete(job.operation.key);
    if (receipt.kind !== "retry") continue;
    const waitMs = Math.max(0, Date.parse(receipt.retryAt) - deps.now().getTime());
    deps.setTimer(waitMs, () => link.notices.push([{ ...job, tries: job.tries + 1 }]));
  }
}

const given: Receipt = { kind: "refused", because: "Nobody can be told in this account.", rule: "off", fields: [] };

function receiptOf({ tries }: NoticeJob, receipt: Receipt = given): Receipt {
  if (receipt.kind !== "retry" || tries + 1 < maxTries) return receipt;
  return { kind: "refused", because: receipt.because, rule: "too-late", fields: [] };
}

/** What may have come is over. */
const outcomeOf = (operation: NoticeOperation, receipt: Receipt, at: string): SettledOperation =>
  receipt.kind === "unknown"
    ? { ...settlementOf(operation, receipt, at), state: "cancelled" }
    : settlementOf(operation, receipt, at);

export type NoticeRow = OperationRow & { body: { kind: "notify" } };

export const isNotice = (row: OperationRow): row is NoticeRow => row.body.kind === "notify";

/** Those of a process that died: what it had not begun to send goes out, and the rest is let be. */
export async function resumeNotices(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { context, rows }: { context: DecisionContext | null; rows: readonly NoticeRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  const jobs = (wanted: readonly NoticeRow[]) =>
    context === null ? [] : wanted.map((operation): NoticeJob => ({ operation, context, tries: 0 }));
  link.notices.push(jobs(rows.filter(({ state }) => state === "planned")));
  const sent = jobs(rows.filter(({ state }) => state !== "planned"));
  const open: Receipt = { kind: "unknown", because: "No answer came to it." };
  const receipts = new Map(sent.map(({ operation: { key } }) => [key, open]));
  await settleNotices(deps, workspace, link, { jobs: sent, receipts });
}
