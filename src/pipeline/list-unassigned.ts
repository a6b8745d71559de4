import type { Outcome } from "../engine/decision.ts";
import { ageInWords } from "../engine/in-words.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { type Policy, reviewersOf } from "../engine/policy.ts";
import { meaningOf } from "../engine/reasons.ts";
import type { Query } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";
import { type UnassignedLead, unassignedLeads } from "../store/unassigned.ts";

/** `olderThanMs`: only leads that have had nobody for so long. */
type Asked = { workspaceId: string | null; olderThanMs: number; limit: number };

/** Each lead that nobody has in a line: for how long, where it is and why, and who answers for it. The oldest first. */
export async function listUnassigned(
  db: Query,
  { workspaceId, olderThanMs, limit }: Asked,
  at: string,
): Promise<string[]> {
  const before = new Date(Date.parse(at) - olderThanMs).toISOString();
  const leads = await unassignedLeads(db, { workspaceId, before, limit });
  const policies = new Map<string, Policy | null>();
  for (const id of new Set(leads.map((lead) => lead.workspaceId))) {
    const active = await activePolicy(db, id);
    policies.set(id, active === null ? null : parsePolicy(active.text));
  }
  return leads.map((lead) => {
    const age = ageInWords(Date.parse(at) - Date.parse(lead.since));
    const tier = lead.tier === null ? "" : `, ${lead.tier}`;
    const whose = holderOf(lead.outcome, policies.get(lead.workspaceId) ?? null);
    return `${age}: lead ${lead.leadId}${tier} (workspace ${lead.workspaceId}) ${whereIs(lead)}${whose}`;
  });
}

function whereIs({ state, outcome }: UnassignedLead): string {
  if (state === "parked") return "is parked, for what Baton was told of it cannot be worked: `baton alerts` says why";
  if (state === "kept") return "has had no owner since somebody cleared it in the CRM: give it one there";
  if (outcome?.kind === "followed") return `follows lead ${outcome.leadId}, which has no owner yet`;
  if (outcome?.kind !== "queued") return "is being routed";
  const held = outcome.held === undefined ? "is in" : "waits in";
  return `${held} ${outcome.queueId}: ${meaningOf(outcome.because)}`;
}

/** Who looks after the list that it is in, else who holds what nobody has, else the catch-all person. */
function holderOf(outcome: Outcome | null, policy: Policy | null): string {
  if (policy === null) return "";
  const queueId = outcome?.kind === "queued" ? outcome.queueId : null;
  const reviewer = reviewersOf(policy).find(({ name }) => name === queueId)?.reviewer ?? null;
  const holder = reviewer ?? policy.holder ?? policy.catchAll.repId;
  return holder === null ? "; nobody answers for it: name a `holder` in the policy" : `; ${holder} answers for it`;
}
