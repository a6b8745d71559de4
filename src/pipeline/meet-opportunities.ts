import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { CrmError } from "../errors.ts";
import { storeOpportunities } from "./sync-accounts.ts";
import type { Link, MetOpportunities } from "./workspace.ts";

type Met = Pick<Link, "connection" | "client"> & { metOpportunities: MetOpportunities };

/** After so many they are asked for again. */
const mostMet = 10_000;
/** When the CRM did not answer, the leads of so long do not wait for it. */
const restMs = 60_000;

/**
 * While the opportunities of a CRM are still being listed, those of accounts that a lead may belong to are read at once: by
 * them it is decided whose it is and who gets it. When the CRM does not answer, leads go by those that are known.
 */
export async function meetOpportunities(
  deps: Deps,
  link: Met,
  { accountIds, policy }: { accountIds: readonly string[]; policy: Policy },
): Promise<void> {
  const { metOpportunities: met, client } = link;
  if (deps.monotonic() < met.restUntil) return;
  const unmet = accountIds.filter((id) => !met.accountIds.has(id));
  try {
    for (let from = 0; from < unmet.length; from += client.maxBatch) {
      const page = unmet.slice(from, from + client.maxBatch);
      const readAt = deps.now();
      const read = await client.findOpportunities(page, { lane: "live-read" });
      await storeOpportunities(deps, link, { read, readAt, policy });
      if (met.accountIds.size > mostMet) met.accountIds.clear();
      for (const id of page) met.accountIds.add(id);
    }
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    met.restUntil = deps.monotonic() + restMs;
    const { id: connectionId } = link.connection;
    deps.log.warn(
      { connectionId, error },
      "the CRM did not tell which opportunities the accounts of a lead have: it is routed by those that are known",
    );
  }
}
