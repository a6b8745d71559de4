import type { Deps } from "../deps.ts";
import { CrmError } from "../errors.ts";
import { leadGone } from "./lead-events.ts";
import type { Link, UpdateJob, Workspace } from "./workspace.ts";

/**
 * Leads of which the CRM said, when their owner was to be written, that they are not there. One that is gone is so as if its
 * deletion's event had come: that may come after the lead was restored, and count for nothing then. One that is there all the
 * same is left alone: the CRM would refuse it once more.
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
    const there = new Set((await link.client.readLeads(ids, [], { lane: "live-read" })).map(({ id }) => id));
    for (const leadId of ids) {
      if (!there.has(leadId)) await leadGone(deps, workspace, link, { leadId, erase: false });
    }
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, connectionId: link.connection.id }, "leads that were not there were not looked for again");
  }
}
