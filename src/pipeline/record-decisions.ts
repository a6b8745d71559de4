import { createHash, randomUUID } from "node:crypto";
import { type Decision, engineVersion } from "../engine/decision.ts";
import { namesOf } from "../engine/names.ts";
import type { Shared } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import { recordBatch } from "../store/decisions.ts";
import { type Settled, settleInbox } from "../store/inbox.ts";
import type { LeadRow } from "../store/leads.ts";
import type { Lease } from "../store/leases.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { decideFresh } from "./decide-fresh.ts";
import { decidedLead, plansOf, workOf } from "./decided-lead.ts";
import { endFollowUps } from "./end-follow-ups.ts";
import { releaseByDecisions } from "./followers.ts";
import { goesAlong, jobsOf } from "./jobs-of.ts";
import { leaveHeld } from "./leave-held.ts";
import { noteDecisions } from "./note-decisions.ts";
import type { DecisionContext, Link, Ready, Recorded, UpdateJob } from "./workspace.ts";

type Batch = {
  lease: Lease;
  link: Link;
  shared: Shared;
  /** The leads that we saw before, locked. */
  known: ReadonlyMap<string, LeadRow>;
  /** At least one. */
  fresh: readonly Ready[];
  /** What becomes of the inbox rows of all, decided here or not. */
  inbox: Settled;
  /** Takes the keys of the planned operations. */
  planned: string[];
};

/**
 * Stations 5 to 7: decides the leads in order under locked ledgers, plans their writes and records all of it.
 * May run again after a deadlock, so it has no effect outside of the transaction but on `inHand` and `planned`, where twice is once.
 */
export async function recordDecisions(tx: Tx, batch: Batch): Promise<Recorded> {
  const { lease, link, shared, known, planned } = batch;
  const { workspaceId } = lease;
  const decided = await decideFresh(tx, link, batch);
  const { ready, decisions, picks, inbox } = await leaveHeld(tx, batch, decided);
  if (ready.length === 0) {
    await settleInbox(tx, lease, inbox);
    return { contexts: [], ended: 0, jobs: [], released: 0 };
  }

  const common = { shared, names: namesOf(shared.reps) };
  const contexts = ready.map((each, at) => contextOf(common, each, decisions[at]));
  const plans = await plansOf(tx, link, { shared, contexts });
  // Before the commit makes them visible, or the repair loop could take them up as well.
  const keys = plans.flatMap(({ operations }) => operations.map(({ key }) => key));
  for (const key of keys) link.inHand.add(key);
  planned.push(...keys);
  // A lead that is decided anew has one clock and one open task, those of its last decision.
  const leadIds = contexts.map(({ facts }) => facts.lead.id).filter((id) => known.has(id));
  const ended = await endFollowUps(tx, link, { leadIds, because: "reassigned", at: shared.now });
  await recordBatch(tx, {
    workspaceId,
    connectionId: link.connection.id,
    batchId: randomUUID(),
    lease,
    decidedAt: shared.now,
    policyVersion: shared.policyVersion,
    engineVersion,
    shared: storedShared(shared),
    stateBefore: decided.stateBefore,
    ledgersAfter: decided.after,
    counts: decided.counts,
    ledgerEntries: decided.entries,
    inbox,
    picks,
    leads: contexts.map((context, at) => decidedLead(context, { plan: plans[at], keys: decided.keys, link })),
  });
  await noteDecisions(tx, link, { contexts, known, at: shared.now });
  await moveOpenWork(tx, { workspaceId, add: contexts.flatMap(workOf), remove: [] });
  const jobs = contexts.flatMap((context, at) => jobsOf(context, plans[at]?.operations ?? []));
  const released = await releaseByDecisions(tx, link, { contexts, known, at: shared.now });
  return { contexts, ended, jobs, released };
}

/** These are in flight from their commit on, and were not sent yet. */
export function noteUnsent(link: Link, jobs: readonly UpdateJob[]): void {
  for (const job of jobs) {
    const along = job.tasks.filter(({ operation }) => goesAlong(operation, link.client));
    const keys = [job, ...along].map(({ operation }) => operation.key);
    link.unsent.set(job.operation.key, keys);
  }
}

type Common = Pick<DecisionContext, "shared" | "names">;

function contextOf({ shared, names }: Common, ready: Ready, decision: Decision | undefined): DecisionContext {
  if (decision === undefined) throw new Error(`decideAll gave no decision for lead ${ready.facts.lead.id}.`);
  const { decisionId, facts, head } = ready;
  return { decisionId, decision, facts, shared, names, decidedAt: shared.now, receivedAt: head.receivedAt };
}

/** The policy is stored by its version and `now` with the batch; the rest of what leads share under its hash. */
function storedShared(shared: Shared): { hash: string; body: string } {
  const { policy: _policy, now: _now, ...rest } = shared;
  const body = JSON.stringify(rest);
  return { hash: createHash("sha256").update(body).digest("hex").slice(0, 32), body };
}
