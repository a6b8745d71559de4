import type { CrmClient, EnteredLead, PastFields } from "../crm/crm.ts";
import { workOfDeal } from "../engine/deal-of-past.ts";
import type { Policy } from "../engine/policy.ts";
import type { Work } from "../engine/rerun-past.ts";
import type { PastLead } from "../model/past.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A slice of time has about so many leads; they are in memory at once. */
const fewLeads = 200;
const manyLeads = 1_000;

export type PastSlice = {
  /** By the time at which they qualified. */
  leads: readonly PastLead[];
  /** Found, and gone before they could be read. */
  gone: number;
  /** Up to when this slice goes. */
  until: string;
};

/**
 * The leads that qualified in a time, as they were then, slice by slice: the CRM's search has no order of time that can
 * be gone through whole, and a slice can be put in order. One that qualified more than once is there at its last time.
 */
export async function* pastLeads(
  client: CrmClient,
  { from, to, fields }: { from: string; to: string; fields: PastFields },
): AsyncGenerator<PastSlice | "reading", void, undefined> {
  const endMs = Date.parse(to);
  let sliceMs = dayMs;
  for (let atMs = Date.parse(from); atMs < endMs; ) {
    const nextMs = Math.min(endMs, atMs + sliceMs);
    const entered = await findAll(client, { from: new Date(atMs), to: new Date(nextMs) });
    const leads: PastLead[] = [];
    for (let first = 0; first < entered.length; first += client.maxHistoryBatch) {
      leads.push(...(await readPage(client, entered.slice(first, first + client.maxHistoryBatch), fields)));
      yield "reading";
    }
    yield {
      leads: leads.sort(byTime),
      gone: entered.length - leads.length,
      until: new Date(nextMs).toISOString(),
    };
    atMs = nextMs;
    if (entered.length < fewLeads) sliceMs *= 2;
    else if (entered.length > manyLeads) sliceMs = Math.max(hourMs, sliceMs / 2);
  }
}

async function findAll(client: CrmClient, span: { from: Date; to: Date }): Promise<EnteredLead[]> {
  const found: EnteredLead[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<CrmClient["findEntered"]>> = await client.findEntered(
      { ...span, after },
      { lane: "search" },
    );
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}

function readPage(client: CrmClient, entered: readonly EnteredLead[], fields: PastFields) {
  const wanted = entered.map(({ id, enteredAt }) => ({ leadId: id, at: enteredAt }));
  return client.past.readLeads(wanted, fields, { lane: "backfill" });
}

/** Leads of one moment have no order: that of their ids is the same each time. */
function byTime({ lead: a }: PastLead, { lead: b }: PastLead): number {
  const [first, second] = [a.qualifiedAt ?? "", b.qualifiedAt ?? ""];
  if (first !== second) return first < second ? -1 : 1;
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

/** What work deals were that were open at any time since, page by page. */
export async function* workOfDeals(
  client: CrmClient,
  { since, policy }: { since: string; policy: Policy },
): AsyncGenerator<Work[], void, undefined> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<CrmClient["past"]["listOpportunities"]>> = await client.past.listOpportunities(
      { since: new Date(since), after },
      { lane: "backfill" },
    );
    yield page.items.flatMap((deal) => workOfDeal(deal, policy));
    after = page.next;
  } while (after !== null);
}
