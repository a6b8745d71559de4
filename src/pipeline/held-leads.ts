import type { Deps } from "../deps.ts";
import { decideAll } from "../engine/decide.ts";
import type { Decision } from "../engine/decision.ts";
import { afterWait, isStillHeld, nextLook } from "../engine/next-turn.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import { readDecisions } from "../store/decisions.ts";
import { type HeldLead, heldLeads } from "../store/held-leads.ts";
import { readLoads } from "../store/open-work.ts";
import { moveTimers, settleTimers } from "../store/timers.ts";
import { sharedFacts } from "./contexts.ts";
import { type Look, lookedAt, nextLookAtAll } from "./held-look.ts";
import { letGo } from "./let-go.ts";
import { lockState } from "./lock-state.ts";
import { inboxChannel } from "./receive.ts";
import { underLease } from "./under-lease.ts";
import type { Link, Workspace } from "./workspace.ts";

const atOnce = 500;

/**
 * Looks at the leads of a connection that lists hold: those whose time has come, and, when reps came or went, somebody
 * got room or the policy is another, all of them. Whether a lead can go on is found out on what is stored of it; only then
 * it is read afresh and decided.
 */
export function createHeldWatch(deps: Deps, workspace: Workspace): (link: Link) => Promise<void> {
  const looks = new Map<string, Look>();
  return async (link) => {
    const { id: connectionId } = link.connection;
    const now = deps.now().toISOString();
    const { version: policyVersion } = await workspace.readPolicy();
    const load = await readLoads(deps.db.query, workspace.lease.workspaceId);
    const look = nextLookAtAll(looks.get(connectionId), { roster: link.roster, policyVersion, load });
    const rows = await heldLeads(deps.db.query, connectionId, { dueBy: now, beyond: look.beyond, limit: atOnce });
    if (rows.length > 0) await lookAt(deps, workspace, link, rows);
    looks.set(connectionId, lookedAt(look, { rows, isWhole: rows.length < atOnce }));
  };
}

async function lookAt(deps: Deps, workspace: Workspace, link: Link, rows: readonly HeldLead[]): Promise<void> {
  const published = await workspace.readPolicy(link.connection.crm);
  const shared = sharedFacts(deps, link, published, deps.now());
  const woken = await underLease(deps, { lease: workspace.lease, what: "follow-up" }, async (tx) => {
    const { leads, over } = await readHeld(tx, workspace, rows);
    await settleTimers(tx, { ids: over, state: "cancelled", at: shared.now });
    const facts = leads.map(({ facts, decision }) => ({ ...facts, trigger: afterWait({ facts, decision }) }));
    const { decisions } = decideAll(shared, facts, await lockState(tx, link, { shared, facts }));
    const looked = leads.map((lead, at) => ({ ...lead, next: nextOf(facts[at], decisions[at], shared.now) }));
    const moved = looked.flatMap(({ row, next }) =>
      next === null || next === row.dueAt ? [] : [{ id: row.timerId, dueAt: next }],
    );
    await moveTimers(tx, moved);
    const free = looked.filter(({ next }) => next === null);
    for (const { row, facts, decision } of free)
      await letGo(tx, link, { leadId: row.leadId, decisionId: row.decisionId, facts, decision, at: shared.now });
    return free.length;
  });
  if (woken > 0) await deps.db.notify(inboxChannel);
}

type Held = { row: HeldLead; facts: LeadFacts; decision: Decision };

/** Those of the rows that are held still, with their decisions; `over`: timers that have nothing to do any more. */
async function readHeld(
  tx: Tx,
  { lease }: Workspace,
  rows: readonly HeldLead[],
): Promise<{ leads: Held[]; over: string[] }> {
  const ids = rows.filter(({ isHeld }) => isHeld).map(({ decisionId }) => decisionId);
  const decisions = new Map((await readDecisions(tx, lease.workspaceId, ids)).map((row) => [row.id, row]));
  const leads = rows.flatMap((row): Held[] => {
    const { facts = null, decision } = decisions.get(row.decisionId) ?? {};
    return facts === null || decision === undefined ? [] : [{ row, facts, decision }];
  });
  const known = new Set(leads.map(({ row }) => row.timerId));
  return { leads, over: rows.map(({ timerId }) => timerId).filter((id) => !known.has(id)) };
}

/** When a lead that can go nowhere yet is looked at again; null: it can go on. */
function nextOf(facts: LeadFacts | undefined, decision: Decision | undefined, now: string): string | null {
  if (facts === undefined || decision === undefined || !isStillHeld({ facts, decision })) return null;
  const { outcome } = decision;
  return outcome.kind === "queued" && outcome.held !== undefined ? nextLook(outcome.held, now) : null;
}
