import type { Deps } from "../deps.ts";
import { reviewOpenLeads } from "./open-leads.ts";
import { weighOpportunities } from "./weigh-opportunities.ts";
import type { Link, Workspace } from "./workspace.ts";

/** Keeps loads true whatever events were lost: leads that were dealt with, and opportunities that weigh otherwise by now. */
export async function reviewOpenWork(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  await reviewOpenLeads(deps, workspace, link);
  await weighOpportunities(deps, workspace, link);
}
