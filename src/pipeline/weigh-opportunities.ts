import type { Deps } from "../deps.ts";
import { opportunityPoints } from "../engine/opportunity-load.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { ownedOpportunities } from "../store/opportunities.ts";
import type { Link, Workspace } from "./workspace.ts";

const atOnce = 1_000;

/**
 * Weighs the open opportunities of a connection anew: one that stands in its stage for long weighs more though nothing
 * happens to it, and another policy may weigh them otherwise.
 */
export async function weighOpportunities(
  deps: Pick<Deps, "db" | "now">,
  workspace: Pick<Workspace, "readPolicy">,
  { connection }: Pick<Link, "connection">,
): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const now = deps.now();
  let after = "";
  for (;;) {
    const page = await ownedOpportunities(deps.db.query, connection.id, { after, limit: atOnce });
    const add = page.flatMap(({ id, ownerId, points, ...stage }) => {
      const weight = opportunityPoints(stage, policy, now);
      return weight === points
        ? []
        : [{ itemKind: "opportunity" as const, itemId: id, repId: ownerId, points: weight }];
    });
    if (add.length > 0)
      await deps.db.transaction((tx) => moveOpenWork(tx, { workspaceId: connection.workspaceId, add, remove: [] }));
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) return;
    after = last.id;
  }
}
