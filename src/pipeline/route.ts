import type { Permit } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { pagesOf } from "../pages-of.ts";
import { gatherFacts } from "./facts.ts";
import type { Gathered, GatheredBatch, Head, Link, Workspace } from "./workspace.ts";

/** A batch of one connection's leads: facts → decide → record, then on to the writes. Throws CrmError, LeaseLost. */
export async function routeBatch(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  work: { heads: readonly Head[]; permit: Permit },
): Promise<void> {
  const gathered = await gatherFacts(deps, workspace, link, work);
  const recordings = await Promise.allSettled(piecesOf(gathered, work.permit).map(link.record));
  for (const recording of recordings) if (recording.status === "rejected") throw recording.reason;
}

const leadsPerPiece = 100;

/** The first leads of a large read are written while the last are decided. The first piece gives back the token that is held. */
function piecesOf(gathered: Gathered, permit: Permit): GatheredBatch[] {
  const [first = [], ...rest] = pagesOf(gathered.ready, leadsPerPiece);
  const { crossed } = gathered;
  // Who is whom is asked with every piece; the rest is settled with the first.
  const others = rest.map((ready) => ({
    gathered: {
      ...gathered,
      ...{ ready, ignored: [] },
      ...(crossed === undefined ? {} : { crossed: { ...crossed, elsewhere: [], waiting: [] } }),
    },
    permit: noPermit,
  }));
  return [{ gathered: { ...gathered, ready: first }, permit }, ...others];
}

const noPermit: GatheredBatch["permit"] = { releaseReserve: () => undefined };
