import { CrmError } from "../../errors.ts";
import type { Page, Pay, QualifiedLead } from "../crm.ts";
import { type HubspotRecord, recordList } from "./answers.ts";
import type { Context } from "./context.ts";
import { qualifiedAt, stageDates } from "./fields.ts";
import { type ObjectName, paths } from "./paths.ts";
import { mergedIds } from "./read.ts";

/** hubspot.md §3.2. */
const pageSize = 200;

type Since = { since: Date; after: string | null };
type Filter = { propertyName: string; operator: string; value: string };

/** See CrmClient. */
export async function findQualified(context: Context, wanted: Since, pay: Pay): Promise<Page<QualifiedLead>> {
  const stage = context.qualifyingStage;
  const [date, legacyDate] = stageDates(stage);
  const find = async (stamp: string, turn: Pay): Promise<Page<QualifiedLead>> => {
    const filters = [{ propertyName: "lifecyclestage", operator: "EQ", value: stage }, sinceFilter(stamp, wanted)];
    const properties = ["lifecyclestage", date, legacyDate, "hs_merged_object_ids"];
    const page = await search(context, { type: "contacts", filters, properties, after: wanted.after }, turn);
    const items = page.items.flatMap((found) => {
      const at = qualifiedAt(found.properties, stage);
      return at === null ? [] : [{ id: found.id, qualifiedAt: at, mergedIds: mergedIds(found) }];
    });
    return { items, next: page.next };
  };
  if (context.memory.searchesLegacyDate) return find(legacyDate, pay);
  try {
    return await find(date, pay);
  } catch (error) {
    // Search refuses a property that the account does not have, which reads leave out in silence (hubspot.md §4).
    if (!(error instanceof CrmError) || error.kind !== "rejected") throw error;
    const page = await find(legacyDate, { lane: pay.lane });
    context.memory.searchesLegacyDate = true;
    return page;
  }
}

/** The companies or deals that changed since; see CrmClient. */
export async function findChanged(
  context: Context,
  type: "companies" | "deals",
  wanted: Since & { pay: Pay },
): Promise<Page<{ id: string }>> {
  const filters = [sinceFilter("hs_lastmodifieddate", wanted)];
  const page = await search(
    context,
    { type, filters, properties: ["hs_lastmodifieddate"], after: wanted.after },
    wanted.pay,
  );
  return { items: page.items.map(({ id }) => ({ id })), next: page.next };
}

const sinceFilter = (propertyName: string, { since }: Since): Filter => ({
  propertyName,
  operator: "GTE",
  value: String(since.getTime()),
});

/**
 * One page, in the order of ids. A query gives 10,000 results at most (hubspot.md §3.2), so the next page is a query of
 * its own for higher ids, and `after` is the last id seen.
 */
async function search(
  { api }: Context,
  wanted: { type: ObjectName; filters: readonly Filter[]; properties: readonly string[]; after: string | null },
  pay: Pay,
): Promise<Page<HubspotRecord>> {
  const { type, filters, properties, after } = wanted;
  const beyond = after === null ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: after }];
  const body = {
    filterGroups: [{ filters: [...filters, ...beyond] }],
    sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }],
    properties,
    limit: pageSize,
    after: "0",
  };
  const request = { method: "POST", path: paths.search(type), effect: "read", body } as const;
  const { results, paging } = await api(request, recordList, pay);
  const isLast = paging?.next === undefined || paging.next === null;
  return { items: results, next: isLast ? null : (results.at(-1)?.id ?? null) };
}
