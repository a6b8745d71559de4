import { parsePolicy } from "../engine/parse-policy.ts";
import { policyInCrm } from "../engine/policy-in-crm.ts";
import { allConnections } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";

/** Of a lead that nothing was decided about: what that can mean, and how to see what would become of it. */
export async function undecidedInWords(db: Query, leadId: string): Promise<string> {
  const stages = new Set<string>();
  for (const { crm, workspaceId } of await allConnections(db)) {
    const active = await activePolicy(db, workspaceId);
    if (active !== null) stages.add(policyInCrm(parsePolicy(active.text), crm).qualifyingStage);
  }
  const stage = [...stages].map((each) => `\`${each}\``).join(" or ") || "that qualifies";
  return `Baton has decided nothing about lead ${leadId}: it has not entered the stage ${stage} since Baton was installed, or the CRM has no lead with this id. \`baton preview ${leadId}\` asks the CRM for it, and tells what would become of it.`;
}
