import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { isOpenWork } from "../engine/qualify.ts";
import { CrmError } from "../errors.ts";
import type { EventChange } from "../model/event.ts";
import type { Lead } from "../model/lead.ts";
import { type LeadRow, lockLeads } from "../store/leads.ts";
import { closeLead, type LeadWork, moveLead, type OpenLead, openLeads, worksOfLeads } from "../store/open-work.ts";
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
    if (row === undefined || isDecidedSince(row, at)) return "ignored";
    return (await closeLead(tx, { workspaceId, leadId })) ? "done" : "ignored";
  });
}

const isDecidedSince = ({ decidedAt }: LeadRow, at: string) => decidedAt === null || at <= decidedAt;

/** What was decided since may not be written yet. */
const settledAfterMs = 15 * 60_000;
/** So long after it was decided on, a lead that was dealt with is looked at: it may be taken up again. */
const reopenableMs = 30 * 86_400_000;
/** Pages that fail one after the other before the rest waits for the next review: more than one record is to blame. */
const mostFailures = 3;

/**
 * Reads the leads that are somebody's open work again, a hundred a call, and corrects what no event told: one that was
 * dealt with is nobody's, one with another owner is his, and one that was dealt with and is open again counts once more.
 */
export async function reviewOpenLeads(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { id: connectionId, workspaceId } = link.connection;
  const { policy } = await workspace.readPolicy(link.connection.crm);
  const now = deps.now().getTime();
  const decided = {
    before: new Date(now - settledAfterMs).toISOString(),
    closedSince: new Date(now - reopenableMs).toISOString(),
  };
  const limit = link.client.maxBatch;
  let failures = 0;
  for (let after: string | undefined = ""; after !== undefined && failures < mostFailures; ) {
    const page = await openLeads(deps.db.query, { workspaceId, connectionId }, { decided, after, limit });
    failures = (await isReviewed(deps, { link, policy }, page)) ? 0 : failures + 1;
    after = page.at(-1)?.leadId;
  }
}

async function isReviewed(
  deps: Deps,
  { link, policy }: { link: Link; policy: Policy },
  page: readonly OpenLead[],
): Promise<boolean> {
  try {
    const ids = page.map(({ leadId }) => leadId);
    const leads = await readWhatCanBe(link, ids);
    const moves = page.flatMap((item) => moveOf(policy, item, leads.get(item.leadId)));
    await correct(deps, link, moves);
    return true;
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, connectionId: link.connection.id }, "looking through open leads failed; later again");
    return false;
  }
}

type Move = { item: OpenLead; to: LeadWork | null };

/** `lead`: null when there is no such lead any more, undefined when that is not known. */
function moveOf(policy: Policy, item: OpenLead, lead: Lead | null | undefined): Move[] {
  if (lead === undefined) return [];
  const to = workOf(policy, item, lead);
  return to?.repId === item.repId && to.points === item.points ? [] : [{ item, to }];
}

function workOf(policy: Policy, item: OpenLead, lead: Lead | null): LeadWork | null {
  if (lead === null) return null;
  const { stage = null, status = null } = lead.fields;
  if (!isOpenWork(policy, { stage, status })) return { repId: item.repId, points: 0 };
  return lead.ownerId === null ? null : { repId: lead.ownerId, points: 1 };
}

async function correct(deps: Pick<Deps, "db">, { connection }: Link, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const { id: connectionId, workspaceId } = connection;
  const leadIds = moves.map(({ item }) => item.leadId);
  await deps.db.transaction(async (tx) => {
    const rows = await lockLeads(tx, connectionId, leadIds);
    const works = await worksOfLeads(tx, workspaceId, leadIds);
    for (const { item, to } of moves) {
      const { leadId, decidedAt } = item;
      const work = works.get(leadId);
      // What was decided or moved while the CRM was read is younger than the answer.
      if (rows.get(leadId)?.decidedAt !== decidedAt) continue;
      if (work?.repId === item.repId && work.points === item.points) await moveLead(tx, { workspaceId, leadId, to });
    }
  });
}

/** One record that the CRM does not hand out keeps no other from being looked at: it is missing in the answer. */
export async function readWhatCanBe(link: Link, ids: readonly string[]): Promise<Map<string, Lead | null>> {
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
