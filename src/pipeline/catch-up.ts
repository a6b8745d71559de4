import type { Page, QualifiedLead } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { decidedIds } from "../store/decisions.ts";
import { hasQualifyingStage } from "./check-stages.ts";
import { lookSince, saveSyncCursor } from "./cursors.ts";
import { decisionIdOf } from "./decision-id.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import type { Link } from "./workspace.ts";

/** Search lags writes by moments (reliability.md §2) and clocks differ: each look reaches back over the last one's end. */
const overlapMs = 10 * 60_000;

/**
 * Asks the CRM itself who qualified since the last look, and queues those that no event told us of.
 * Leads from before the install are not ours to touch. Gives the number found. While the CRM does not have the stage it is not
 * asked, and an alert says so: the first look once it has it goes back to the last one before.
 */
export async function catchUp(deps: Deps, link: Link): Promise<number> {
  if (!hasQualifyingStage(link)) return 0;
  const startedAt = deps.now();
  const since = await lookSince(deps, link, { kind: "qualified", overlapMs, now: startedAt });
  let missed = 0;
  let after: string | null = null;
  do {
    const page: Page<QualifiedLead> = await link.client.findQualified({ since, after }, { lane: "search" });
    missed += await queueMissed(deps, link, page.items);
    after = page.next;
  } while (after !== null);
  await saveSyncCursor(deps, link, { kind: "qualified", cursor: { since: startedAt.toISOString() } });
  if (missed > 0) await deps.db.notify(inboxChannel);
  return missed;
}

async function queueMissed(deps: Deps, link: Link, found: readonly QualifiedLead[]): Promise<number> {
  const decided = await decidedIds(
    deps.db.query,
    found.flatMap((lead) => keysOf(link, lead)),
  );
  const missed = found.filter(
    (lead) => !keysOf(link, lead).some((key) => decided.has(key)) && !link.heads.has(lead.id),
  );
  const at = deps.now().toISOString();
  for (const { id, qualifiedAt } of missed)
    await enqueueOwn(deps.db.query, link, { leadId: id, at, change: { kind: "lead-found", qualifiedAt } });
  return missed.length;
}

/** The decisions that this qualification may have: of the lead, or of one that was merged into it before we heard of that. */
function keysOf({ connection }: Link, { id, qualifiedAt, mergedIds }: QualifiedLead): string[] {
  return [id, ...mergedIds].map((leadId) =>
    decisionIdOf({ connectionId: connection.id, leadId, qualifiedAt, round: 0 }),
  );
}
