import type { Deps } from "../deps.ts";
import { checkStages } from "./check-stages.ts";
import { eachLink } from "./each-link.ts";
import { refreshLinkAlerts } from "./link-alerts.ts";
import { alertOverdue } from "./repair.ts";
import type { Workspace } from "./workspace.ts";

/** Raises and ends what each connection has to tell. One that cannot be looked at does not keep the other from being told of. */
export async function refreshAlerts(deps: Deps, workspace: Workspace): Promise<void> {
  try {
    await eachLink(workspace.links, async (link) => {
      await refreshLinkAlerts(deps, link);
      const { policy } = await workspace.readPolicy();
      await checkStages(deps, policy, link);
    });
  } finally {
    await alertOverdue(deps, workspace);
  }
}
