import { recordId } from "../crm/record-id.ts";
import type { Deps } from "../deps.ts";
import { Refused } from "../refused.ts";
import { connectionsOf } from "../store/connections.ts";
import { previewIn, type Wanted } from "./preview-in.ts";

/**
 * What would become of a lead that the CRM has, by this policy and as things stand now: read live, and nothing is
 * written, neither there nor here. Throws `Refused` when no connected CRM has it, and CrmError.
 */
export async function previewLead(deps: Deps, wanted: Wanted): Promise<string[]> {
  const connections = (await connectionsOf(deps.db.query, wanted.workspaceId)).filter(
    ({ status }) => status === "active",
  );
  if (connections.length === 0)
    throw new Refused("No CRM account is connected: install Baton in one first, or give a file with a lead.");
  for (const connection of connections) {
    const leadId = recordId(connection, wanted.leadId);
    const found = await previewIn(deps, connection, { ...wanted, leadId });
    if (found !== null) return found;
  }
  throw new Refused(`The CRM has no lead ${wanted.leadId}: check the id, as the CRM has it.`);
}
