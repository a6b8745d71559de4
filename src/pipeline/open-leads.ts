import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { isOpenWork } from "../engine/qualify.ts";
import { CrmError } from "../errors.ts";
import type { EventChange } from "../model/event.ts";
import type { Lead } from "../model/lead.ts";
import { type LeadRow, lockLeads } from "../store/leads.ts";
import { holdersOfLeads, moveLead, type OpenLead, openLeads } from "../store/open-work.ts";
import { concernsAccount, isPermanent } from "./park.ts";
import type { Link, Workspace } from "./workspace.ts";

// A lead takes its rep's capacity until it is dealt with (default-policy §2, Load). A touch does not end that.

/** True when the change says that the lead left the stage, or got a disposition. */
export function endsWork(policy: Policy, change: EventChange & { kind: "lead-changed" }): boolean {
  const { field, value } = change;
  // A cleared stage may be about to be set again: the review looks later.
  if (field === "owner" || value === null) return false;
  if (field === "status") return policy.dispositions.includes(value);
  return !isOpenWork(policy, { stage: value, status: null });
}

/** The lead was dealt with at `at`: of no consequence when it was decided on since. */
export async function leadClosed(
  deps: Pick<Deps, "db">,
  { connection }: Link,
  { lead, at }: { lead: LeadRow | null; at: string },
): Promise<"done" | "ignored"> {
  if (lead === null || isDecidedSince(lead, at)) return "ignored";
  const { leadId, workspaceId } = lead;
  return deps.db.transaction(async (tx) => {
    const row = (await lockLeads(tx, connection.id, [leadId])).get(leadId);
    const holders = await holdersOfLeads(tx, workspaceId, [leadId]);
    if (row === undefined || isDecidedSince(row, at) || !holders.has(leadId)) return "ignored";
    await moveLead(tx, { workspaceId, leadId, repId: null });
    return "done";
  });
}

const isDecidedSince = ({ decidedAt }: LeadRow, at: string) => decidedAt === null || at <= decidedAt;

/** What was decided since may not be written yet. */
const settledAfterMs = 15 * 60_000;

/**
 * Reads the leads that are somebody's open work again, a hundred a call, and corrects what no event told: one that was
 * dealt with is nobody's, one with another owner is his.
 */
export async function reviewOpenLeads(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  try {
    await review(deps, workspace, link);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, connectionId: link.connection.id }, "looking through the open leads failed; later again");
  }
}

async function review(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { id: connectionId, workspaceId } = link.connection;
  const { policy } = await workspace.readPolicy();
  const decidedBefore = new Date(deps.now().getTime() - settledAfterMs).toISOString();
  const limit = link.client.maxBatch;
  for (let after: string | undefined = ""; after !== undefined; ) {
    const page = await openLeads(deps.db.query, { workspaceId, connectionId }, { decidedBefore, after, limit });
    const leads = await readWhatCanBe(
      link,
      page.map(({ leadId }) => leadId),
    );
    const moves = page.flatMap((item) => moveOf(policy, item, leads.get(item.leadId)));
    await correct(deps, link, moves);
    after = page.at(-1)?.leadId;
  }
}

type Move = { item: OpenLead; repId: string | null };

/** `lead`: null when there is no such lead any more, undefined when that is not known. */
function moveOf(policy: Policy, item: OpenLead, lead: Lead | null | undefined): Move[] {
  if (lead === undefined) return [];
  const { stage = null, status = null } = lead?.fields ?? {};
  const repId = lead !== null && isOpenWork(policy, { stage, status }) ? lead.ownerId : null;
  return repId === item.repId ? [] : [{ item, repId }];
}

async function correct(deps: Pick<Deps, "db">, { connection }: Link, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const leadIds = moves.map(({ item }) => item.leadId);
  await deps.db.transaction(async (tx) => {
    const rows = await lockLeads(tx, connection.id, leadIds);
    const holders = await holdersOfLeads(tx, connection.workspaceId, leadIds);
    for (const { item, repId } of moves) {
      const { leadId, decidedAt } = item;
      // What was decided or moved while the CRM was read is younger than the answer.
      if (rows.get(leadId)?.decidedAt !== decidedAt || holders.get(leadId) !== item.repId) continue;
      await moveLead(tx, { workspaceId: connection.workspaceId, leadId, repId });
    }
  });
}

/** One record that the CRM does not hand out keeps no other from being looked at: it is missing in the answer. */
async function readWhatCanBe(link: Link, ids: readonly string[]): Promise<Map<string, Lead | null>> {
  if (ids.length === 0) return new Map();
  try {
    const found = await link.client.readLeads(ids, [], { lane: "sync" });
    const leads = new Map(found.map((lead) => [lead.id, lead]));
    return new Map(ids.map((id) => [id, leads.get(id) ?? null]));
  } catch (error) {
    const named = new Set(error instanceof CrmError ? error.recordIds : []);
    const rest = ids.filter((id) => !named.has(id));
    if (rest.length < ids.length) return readWhatCanBe(link, rest);
    if (!isPermanent(error) || concernsAccount(error)) throw error;
    if (ids.length === 1) return new Map();
    const half = ids.length >> 1;
    const halves = [ids.slice(0, half), ids.slice(half)];
    const read = await Promise.all(halves.map((part) => readWhatCanBe(link, part)));
    return new Map(read.flatMap((leads) => [...leads]));
  }
}
