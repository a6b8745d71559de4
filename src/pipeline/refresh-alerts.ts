import type { Deps } from "../deps.ts";
import { eachLink } from "./each-link.ts";
import { refreshLinkAlerts } from "./link-alerts.ts";
import { alertOverdue } from "./repair.ts";
import type { Workspace } from "./workspace.ts";

/** Raises and ends what each connection has to tell. One that cannot be looked at does not keep the other from being told of. */
export async function refreshAlerts(deps: Deps, workspace: Workspace): Promise<void> {
  try {
    await eachLink(workspace.links, (link) => refreshLinkAlerts(deps, link));
  } finally {
    await alertOverdue(deps, workspace);
  }
}
