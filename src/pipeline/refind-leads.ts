import type { Deps } from "../deps.ts";
import { nextTurn } from "../engine/next-turn.ts";
import { CrmError } from "../errors.ts";
import { leadGone } from "./lead-events.ts";
import { enqueueOwn } from "./own-events.ts";
import { inboxChannel } from "./receive.ts";
import type { Link, UpdateJob, Workspace } from "./workspace.ts";

/**
 * Leads of which the CRM said, when their owner was to be written, that they are not there. One that is gone is so as if its
 * deletion's event had come: that may come after the lead was restored, and count for nothing then. One that is back by now,
 * in its stage and with nobody, is decided anew.
 */
export async function refindLeads(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  jobs: readonly UpdateJob[],
): Promise<void> {
  const wanted = jobs.filter(({ operation }) => operation.body.update.owner !== undefined);
  if (wanted.length === 0) return;
  const ids = [...new Set(wanted.map(({ operation }) => operation.leadId))];
  try {
    const there = new Map((await link.client.readLeads(ids, [], { lane: "live-read" })).map((lead) => [lead.id, lead]));
    for (const job of wanted) {
      const { leadId } = job.operation;
      const lead = there.get(leadId);
      if (lead === undefined) await leadGone(deps, workspace, link, { leadId, erase: false });
      else if (lead.ownerId === null && lead.qualifiedAt !== null) await decideAgain(deps, link, job);
    }
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, connectionId: link.connection.id }, "leads that were not there were not looked for again");
  }
}

async function decideAgain({ db, now }: Deps, link: Link, { operation, context }: UpdateJob): Promise<void> {
  const { facts, decision } = context;
  const trigger = nextTurn({ facts, decision }, { cause: "restored", breachedBy: facts.trigger.breachedBy });
  await enqueueOwn(db.query, link, {
    leadId: operation.leadId,
    at: now().toISOString(),
    change: { kind: "lead-reassign", ...trigger, cause: "restored" },
  });
  await db.notify(inboxChannel);
}
