import type { Deps } from "../deps.ts";
import { eachLink } from "./each-link.ts";
import { lookUpOwners } from "./look-up-owners.ts";
import { takeUpOperations } from "./repair.ts";
import type { Workspace } from "./workspace.ts";

/** Takes up what was planned and nobody has in hand, and asks who owns the leads whose events could not tell. */
export const repairLinks = (deps: Deps, workspace: Workspace): Promise<void> =>
  eachLink(workspace.links, async (link) => {
    await takeUpOperations(deps, workspace, link);
    await lookUpOwners(deps, link);
  });
