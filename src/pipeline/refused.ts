import type { Deps } from "../deps.ts";
import { nextTurn } from "../engine/next-turn.ts";
import { ownerPartKeyOf, partKeyOf, updateKeyOf } from "../engine/plan.ts";
import { type LeadUpdate, missingScope, ownerNotAssignable, type Receipt } from "../model/operation.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Query, Tx } from "../store/db.ts";
import { lockSurvivor } from "../store/leads.ts";
import { readOperations, settleOperations, splitOperations } from "../store/operations.ts";
import { fieldsIn, settlementOf } from "./note-settled.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import { cancelledTasks, dropTasks, sendTasks } from "./tasks.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { Link, UpdateJob, Workspace } from "./workspace.ts";

type Refusal = Receipt & { kind: "refused" };

/** The parts of an update in the order that matters to the rep: who has it, where it stands, whose it is, what we note on it. */
function partsOf(update: LeadUpdate): { name: string; update: LeadUpdate }[] {
  const parts: { name: string; update: LeadUpdate }[] = [];
  if (update.owner !== undefined) parts.push({ name: "owner", update: { owner: update.owner } });
  if (update.stage !== undefined) parts.push({ name: "stage", update: { stage: update.stage } });
  if (update.status !== undefined) parts.push({ name: "status", update: { status: update.status } });
  if (update.account !== undefined) parts.push({ name: "account", update: { account: update.account } });
  const stamp: LeadUpdate = {
    ...(update.stamp === undefined ? {} : { stamp: update.stamp }),
    ...(update.slaDueAt === undefined ? {} : { slaDueAt: update.slaDueAt }),
    ...(update.slaStatus === undefined ? {} : { slaStatus: update.slaStatus }),
  };
  if (Object.keys(stamp).length > 0) parts.push({ name: "stamp", update: stamp });
  return parts;
}

const lacksPermission = ({ rule }: Refusal) => rule.startsWith(missingScope);

/** The owner write of a decision, whole or a part of one: over whom, and when the CRM took it; null: it has not (yet). */
export type OwnerWrite = { key: string; expectOwnerId: string | null; writtenAt: string | null };

/** Null for a decision that gave the lead to nobody. */
export async function ownerWriteOf(db: Query, decisionId: string): Promise<OwnerWrite | null> {
  const rows = await readOperations(db, [updateKeyOf(decisionId), ownerPartKeyOf(decisionId)]);
  const writes = rows.flatMap(({ key, state, settledAt, body }) =>
    body.kind === "update-lead" && body.update.owner !== undefined
      ? [{ key, expectOwnerId: body.update.owner.expectOwnerId, writtenAt: state === "confirmed" ? settledAt : null }]
      : [],
  );
  return writes.find(({ writtenAt }) => writtenAt !== null) ?? writes[0] ?? null;
}

/**
 * The parts to send one by one after the whole was refused; empty when it has only one, and when the CRM lets us write
 * nothing at all.
 */
function splitUpdate(operation: UpdateJob["operation"], receipt: Refusal): UpdateJob["operation"][] {
  if (lacksPermission(receipt)) return [];
  const parts = partsOf(operation.body.update);
  if (parts.length < 2) return [];
  return parts.map(({ name, update }) => ({
    ...operation,
    key: partKeyOf(operation.key, name),
    body: { kind: "update-lead", update },
  }));
}

/**
 * An admin's rule refused a record: its parts go out one by one, so that one rule does not keep the lead from its
 * rep. What stays refused is shown with the rule, and blocks nothing else.
 */
export async function handleRefusal(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { job, receipt }: { job: UpdateJob; receipt: Refusal },
): Promise<void> {
  const parts = splitUpdate(job.operation, receipt);
  if (parts.length > 0) return sendParts(deps, workspace, link, { job, parts, receipt });
  const isOwnerGone = job.operation.body.update.owner !== undefined && receipt.rule === ownerNotAssignable;
  const at = deps.now().toISOString();
  // Together, or a crash in between leaves a refusal that nobody is told of, or a lead that nobody gets.
  await deps.db.transaction(async (tx) => {
    const { decisionId, facts } = job.context;
    const lead = isOwnerGone ? await lockSurvivor(tx, link.connection.id, facts.lead.id) : null;
    const settled = [settlementOf(job.operation, receipt, at)];
    if ((await noteOutcomes(deps, tx, { lease: workspace.lease, settled })).length === 0) return;
    await alertRefused(tx, link, { job, receipt, at });
    // Merged into one that was decided on for itself, it is nobody's to give.
    if (lead?.decisionId === decisionId) await giveToAnother(tx, workspace, link, { job, leadId: lead.leadId, at });
  });
  if (!isOwnerGone) return sendTasks(deps, link, job.tasks);
  dropTasks(deps, link, job.tasks);
  await deps.db.notify(inboxChannel);
}

async function sendParts(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { job, parts, receipt }: { job: UpdateJob; parts: UpdateJob["operation"][]; receipt: Receipt },
): Promise<void> {
  const { key, qualifiedAt } = job.operation;
  const at = deps.now().toISOString();
  await splitOperations(deps.db.query, workspace.lease, {
    splits: [{ whole: { key, qualifiedAt }, receipt, parts }],
    at,
  });
  for (const part of parts) link.inHand.add(part.key);
  const jobs = parts.map((operation, position) => ({
    ...job,
    operation,
    tasks: position === 0 ? job.tasks : [],
    attempts: 0,
    releaseReserve: () => undefined,
  }));
  link.updates.push(jobs);
}

type Refused = { job: UpdateJob; receipt: Refusal; at: string };

async function alertRefused(tx: Tx, link: Link, { job, receipt, at }: Refused): Promise<void> {
  const { id: connectionId, workspaceId } = link.connection;
  await raiseAlert(tx, {
    workspaceId,
    connectionId,
    kind: "write-refused",
    ...(lacksPermission(receipt) ? ofAccount(link, { job, receipt }) : ofPart(link, { job, receipt })),
    raisedAt: at,
  });
}

/** One for all leads: it is the account's. */
function ofAccount({ crm, connection }: Link, { job, receipt }: Omit<Refused, "at">) {
  return {
    subjectId: connection.id,
    message: `${crm.title} does not let Baton write leads, the first of them ${job.operation.leadId}: ${receipt.rule}.`,
    whatToDo: "Install the app again and grant that permission. What was refused until then Baton does not try again.",
  };
}

function ofPart({ crm }: Link, { job, receipt }: Omit<Refused, "at">) {
  const { leadId, body, key } = job.operation;
  const part = partsOf(body.update)[0]?.name ?? "update";
  return {
    subjectId: key,
    message: `${crm.title} refused to set the ${part} of lead ${leadId}: ${receipt.rule}${fieldsIn(receipt)}.`,
    whatToDo:
      "Everything else was written. Change that rule in the CRM, or take this field out of `writes` in the policy; Baton does not try it again.",
  };
}

/** The CRM does not let this rep own records any more: the next eligible one gets the lead. */
async function giveToAnother(
  tx: Tx,
  workspace: Workspace,
  link: Link,
  { job, leadId, at }: { job: UpdateJob; leadId: string; at: string },
): Promise<void> {
  const { facts, decision } = job.context;
  const repId = decision.outcome.kind === "assigned" ? decision.outcome.repId : null;
  await settleOperations(tx, workspace.lease, cancelledTasks(job.tasks, at));
  const breachedBy = repId === null ? facts.trigger.breachedBy : [...facts.trigger.breachedBy, repId];
  const trigger = nextTurn({ facts, decision }, { cause: "owner-inactive", breachedBy });
  await enqueueOwn(tx, link, {
    leadId,
    at,
    change: { kind: "lead-reassign", ...trigger, cause: "owner-inactive" },
  });
}
