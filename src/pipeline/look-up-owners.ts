import type { Deps } from "../deps.ts";
import { outcomesToRead, settleOutcomes } from "../store/shadow.ts";
import { readWhatCanBe } from "./open-leads.ts";
import type { Link } from "./workspace.ts";

/** By then whoever routes beside us, a person or other software, has had the time to. */
export const shadowLookMs = 24 * 3_600_000;

/**
 * Reads once who owns the leads that were decided in shadow a day ago, a hundred a call: that is who really got them,
 * whatever events were missed. Also after the connection has gone live. Throws CrmError.
 */
export async function lookUpOwners(deps: Pick<Deps, "db" | "now">, link: Link): Promise<void> {
  const { id: connectionId } = link.connection;
  const now = deps.now();
  const before = new Date(now.getTime() - shadowLookMs).toISOString();
  const limit = link.client.maxBatch;
  for (let page = [...(await nextPage())]; page.length > 0; page = [...(await nextPage())]) {
    const leads = await readWhatCanBe(
      link,
      page.map(({ leadId }) => leadId),
    );
    // One that was deleted has nobody; of one that the CRM does not hand out, what was heard stands.
    const ownerOf = (leadId: string) => (leads.has(leadId) ? (leads.get(leadId)?.ownerId ?? null) : undefined);
    const read = page.map((name) => ({ ...name, ownerId: ownerOf(name.leadId) }));
    await settleOutcomes(deps.db.query, connectionId, { read, at: now.toISOString() });
  }

  function nextPage() {
    return outcomesToRead(deps.db.query, connectionId, { before, limit });
  }
}
