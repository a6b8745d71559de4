import { CrmError } from "../../errors.ts";
import type { EnteredLead, Page, Pay, QualifiedLead } from "../crm.ts";
import { instant } from "../values.ts";
import { type HubspotRecord, recordList } from "./answers.ts";
import type { Context } from "./context.ts";
import { qualifiedAt, stageDates } from "./fields.ts";
import { type ObjectName, paths } from "./paths.ts";
import { mergedIds } from "./read.ts";

/** hubspot.md §3.2. */
const pageSize = 200;

type Since = { since: Date; after: string | null };
type Filter = { propertyName: string; operator: string } & ({ value: string } | { values: readonly string[] });

/** See CrmClient. */
export async function findQualified(context: Context, wanted: Since, pay: Pay): Promise<Page<QualifiedLead>> {
  const stage = context.qualifyingStage;
  return byStamp(context, pay, async (stamp, turn) => {
    const filters = [{ propertyName: "lifecyclestage", operator: "EQ", value: stage }, sinceFilter(stamp, wanted)];
    const properties = ["lifecyclestage", ...stageDates(stage), "hs_merged_object_ids"];
    const page = await search(context, { type: "contacts", filters, properties, after: wanted.after }, turn);
    const items = page.items.flatMap((found) => {
      const at = qualifiedAt(found.properties, stage);
      return at === null ? [] : [{ id: found.id, qualifiedAt: at, mergedIds: mergedIds(found) }];
    });
    return { items, next: page.next };
  });
}

/** See CrmClient. */
export async function findEntered(
  context: Context,
  wanted: { from: Date; to: Date; after: string | null },
  pay: Pay,
): Promise<Page<EnteredLead>> {
  return byStamp(context, pay, async (stamp, turn) => {
    const until = { propertyName: stamp, operator: "LT", value: String(wanted.to.getTime()) };
    const filters = [sinceFilter(stamp, { since: wanted.from }), until];
    const page = await search(context, { type: "contacts", filters, properties: [stamp], after: wanted.after }, turn);
    const items = page.items.flatMap(({ id, properties }) => {
      const enteredAt = instant(properties, stamp);
      return enteredAt === null ? [] : [{ id, enteredAt }];
    });
    return { items, next: page.next };
  });
}

/** Finds by the present stamp of entering the stage, or by that of before in accounts that lack it. */
async function byStamp<T>(
  { qualifyingStage, memory }: Context,
  pay: Pay,
  find: (stamp: string, pay: Pay) => Promise<Page<T>>,
): Promise<Page<T>> {
  const [date, legacyDate] = stageDates(qualifyingStage);
  if (memory.searchesLegacyDate) return find(legacyDate, pay);
  try {
    return await find(date, pay);
  } catch (error) {
    // Search refuses a property that the account does not have, which reads leave out in silence (hubspot.md §4).
    if (!(error instanceof CrmError) || error.kind !== "rejected") throw error;
    const page = await find(legacyDate, { lane: pay.lane });
    memory.searchesLegacyDate = true;
    return page;
  }
}

/** When the CRM last gave this owner a lead that is theirs still; null: never, or none is. */
export async function lastGivenAt({ api }: Context, ownerId: string, pay: Pay): Promise<string | null> {
  const name = "hubspot_owner_assigneddate";
  const body = {
    filterGroups: [{ filters: [{ propertyName: "hubspot_owner_id", operator: "EQ", value: ownerId }] }],
    sorts: [{ propertyName: name, direction: "DESCENDING" }],
    properties: [name],
    limit: 1,
    after: "0",
  };
  const request = { method: "POST", path: paths.search("contacts"), effect: "read", body } as const;
  const { results } = await api(request, recordList, pay);
  const [latest] = results;
  return latest === undefined ? null : instant(latest.properties, name);
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

/** Deals that are open, and those that were closed since by the date that they bear for it. */
export async function findOpenSince(context: Context, wanted: Since, pay: Pay): Promise<Page<{ id: string }>> {
  const isOpen = { propertyName: "hs_is_closed", operator: "EQ", value: "false" };
  const filters = [[isOpen], [sinceFilter("closedate", wanted)]];
  const page = await searchAny(
    context,
    { type: "deals", filters, properties: ["closedate"], after: wanted.after },
    pay,
  );
  return { items: page.items.map(({ id }) => ({ id })), next: page.next };
}

/** Those with one of these values of a text property, in lower case (hubspot.md §4.2); the first page of them. */
export async function searchListed(
  context: Context,
  {
    type,
    name,
    values,
    properties,
  }: { type: ObjectName; name: string; values: readonly string[]; properties: readonly string[] },
  pay: Pay,
): Promise<HubspotRecord[]> {
  const filter = { propertyName: name, operator: "IN", values: values.map((value) => value.toLowerCase()) };
  const page = await searchAny(context, { type, filters: [[filter]], properties, after: null }, pay);
  return [...page.items];
}

const sinceFilter = (propertyName: string, { since }: Pick<Since, "since">): Filter => ({
  propertyName,
  operator: "GTE",
  value: String(since.getTime()),
});

type Searched = { type: ObjectName; properties: readonly string[]; after: string | null };

const search = (context: Context, { filters, ...wanted }: Searched & { filters: readonly Filter[] }, pay: Pay) =>
  searchAny(context, { ...wanted, filters: [filters] }, pay);

/**
 * One page, in the order of ids, of what passes all filters of one of the groups. A query gives 10,000 results at most
 * (hubspot.md §3.2), so the next page is a query of its own for higher ids, and `after` is the last id seen.
 */
async function searchAny(
  { api }: Context,
  { type, filters, properties, after }: Searched & { filters: readonly (readonly Filter[])[] },
  pay: Pay,
): Promise<Page<HubspotRecord>> {
  const beyond = after === null ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: after }];
  const body = {
    filterGroups: filters.map((group) => ({ filters: [...group, ...beyond] })),
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
