import type { Deps } from "../deps.ts";
import { opportunityPoints } from "../engine/opportunity-load.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { ownedOpportunities } from "../store/opportunities.ts";
import { countsDeals } from "./people.ts";
import type { Link, Workspace } from "./workspace.ts";

const atOnce = 1_000;

const itemOf = (itemId: string) => ({ itemKind: "opportunity" as const, itemId });

/**
 * Weighs the open opportunities of a connection anew: one that stands in its stage for long weighs more though nothing
 * happens to it, and another policy may weigh them otherwise.
 */
export async function weighOpportunities(
  deps: Pick<Deps, "db" | "now">,
  workspace: Pick<Workspace, "readPolicy">,
  { connection, people = null }: Pick<Link, "connection"> & Partial<Pick<Link, "people">>,
): Promise<void> {
  const { policy } = await workspace.readPolicy();
  const now = deps.now();
  let after = "";
  for (;;) {
    const page = await ownedOpportunities(deps.db.query, connection.id, { after, limit: atOnce });
    const add = page.flatMap(({ id, ownerId, points, ...stage }) => {
      const weight = opportunityPoints(stage, policy, now);
      return weight === points ? [] : [{ ...itemOf(id), repId: ownerId, points: weight }];
    });
    const { workspaceId } = connection;
    // Those of before another CRM was linked, whose deals count instead.
    const isCounted = countsDeals(people, connection.id);
    const weighed = page.filter(({ points }) => points !== null).map(({ id }) => itemOf(id));
    const moves = isCounted ? { add, remove: [] } : { add: [], remove: weighed };
    if (moves.add.length + moves.remove.length > 0)
      await deps.db.transaction((tx) => moveOpenWork(tx, { workspaceId, ...moves }));
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) return;
    after = last.id;
  }
}
