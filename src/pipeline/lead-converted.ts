import type { Deps } from "../deps.ts";
import type { LeadRow } from "../store/leads.ts";
import { leadClosed } from "./open-leads.ts";
import { watchLead } from "./watch-sla.ts";
import type { Link, Workspace } from "./workspace.ts";

/**
 * A person made another record of the lead, which ends the work on it: it takes nobody's capacity any more. Its clock is looked
 * at at once, as the rep may have touched the lead just before; the sweep would see it later all the same.
 */
export async function leadConverted(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  { lead, at }: { lead: LeadRow | null; at: string },
): Promise<"done" | "ignored"> {
  if (lead === null) return "ignored";
  const closed = await leadClosed(deps, link, { lead, at });
  const isWatched = await watchLead(deps, workspace, { connectionId: link.connection.id, leadId: lead.leadId });
  return isWatched ? "done" : closed;
}
