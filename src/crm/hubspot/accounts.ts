import type { z } from "zod";
import type { Account, DealPhase, Opportunity } from "../../model/account.ts";
import type { Page, Pay } from "../crm.ts";
import { instant, latest, text } from "../values.ts";
import { type HubspotRecord, pipelineList, recordList } from "./answers.ts";
import type { Context, DealStage } from "./context.ts";
import { accountProperties, associationTypes, toAccount } from "./fields.ts";
import { type ObjectName, paths } from "./paths.ts";
import { maxBatch, readAssociations, readBatch } from "./read.ts";
import { searchListed } from "./search.ts";

/** See CrmClient. */
export async function readAccounts(
  context: Context,
  { ids, crmFields }: { ids: readonly string[]; crmFields: readonly string[] },
  pay: Pay,
): Promise<readonly Account[]> {
  const properties = accountProperties(crmFields);
  const records = await readBatch(context, { type: "companies", ids, properties }, pay);
  return records.map((record) => toAccount(record, crmFields));
}

/** See CrmClient. */
export async function listAccounts(
  context: Context,
  { after, crmFields }: { after: string | null; crmFields: readonly string[] },
  pay: Pay,
): Promise<Page<Account>> {
  const properties = accountProperties(crmFields);
  const page = await listRecords(context, { type: "companies", properties, after }, pay);
  return { items: page.items.map((record) => toAccount(record, crmFields)), next: page.next };
}

/** A search takes 3,000 characters (hubspot.md §3.2), the rest of the body included. */
const mostLetters = 2_000;

/** The domains of each search. One that is no name of a host (RFC 1035: 253 characters at most) is asked for in none. */
function inSearches(domains: readonly string[]): string[][] {
  const searches: string[][] = [];
  let letters = mostLetters;
  for (const domain of domains) {
    if (domain.length > 253) continue;
    const more = JSON.stringify(domain).length + 1;
    letters += more;
    if (letters > mostLetters) {
      searches.push([]);
      letters = more;
    }
    searches.at(-1)?.push(domain);
  }
  return searches;
}

/** See CrmClient; hubspot.md §4.5. A company is found by its first domain: the others are one token each, and a call each. */
export async function findAccountsByDomain(
  context: Context,
  domains: readonly string[],
  { lane }: Pick<Pay, "lane">,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const values of inSearches(domains)) {
    const wanted = { type: "companies", name: "domain", values, properties: ["domain"] } as const;
    const records = await searchListed(context, wanted, { lane });
    ids.push(...records.map(({ id }) => id));
  }
  return ids.slice(0, maxBatch);
}

const opportunityProperties = [
  "dealname",
  "dealstage",
  "hubspot_owner_id",
  "hs_is_closed",
  "hs_v2_date_entered_current_stage",
  "notes_last_contacted",
  "notes_last_updated",
];

/** See CrmClient. */
export async function readOpportunities(
  context: Context,
  ids: readonly string[],
  pay: Pay,
): Promise<readonly Opportunity[]> {
  const records = await readBatch(context, { type: "deals", ids, properties: opportunityProperties }, pay);
  return toOpportunities(context, records, { lane: pay.lane });
}

const mostFound = 1_000;

/** See CrmClient. */
export async function findOpportunities(
  context: Context,
  accountIds: readonly string[],
  { lane }: Pick<Pay, "lane">,
): Promise<readonly Opportunity[]> {
  if (accountIds.length === 0) return [];
  const found = await readAssociations(context, { from: "companies", to: "deals", ids: accountIds }, { lane });
  const ids = [...new Set(found.flatMap(({ to }) => to.map(({ toObjectId }) => toObjectId)))];
  // Ids grow with time.
  const newest = ids.sort((a, b) => Number(b) - Number(a)).slice(0, mostFound);
  const opportunities: Opportunity[] = [];
  for (let from = 0; from < newest.length; from += maxBatch)
    opportunities.push(...(await readOpportunities(context, newest.slice(from, from + maxBatch), { lane })));
  return opportunities;
}

/** See CrmClient. */
export async function listOpportunities(context: Context, after: string | null, pay: Pay): Promise<Page<Opportunity>> {
  const page = await listRecords(context, { type: "deals", properties: opportunityProperties, after }, pay);
  return { items: await toOpportunities(context, page.items, { lane: pay.lane }), next: page.next };
}

async function listRecords(
  { api }: Context,
  { type, properties, after }: { type: ObjectName; properties: readonly string[]; after: string | null },
  pay: Pay,
): Promise<Page<HubspotRecord>> {
  const query = { limit: "100", properties: properties.join(","), ...(after === null ? {} : { after }) };
  const request = { method: "GET", path: paths.objects(type), effect: "read", query } as const;
  const { results, paging } = await api(request, recordList, pay);
  return { items: results, next: paging?.next?.after ?? null };
}

async function toOpportunities(
  context: Context,
  records: readonly HubspotRecord[],
  pay: Pay,
): Promise<readonly Opportunity[]> {
  if (records.length === 0) return [];
  const stages = await readDealStages(context, pay);
  const accounts = await readAccountIds(
    context,
    records.map((record) => record.id),
    pay,
  );
  return records.map(({ id, properties, createdAt }) => {
    const stageId = text(properties, "dealstage");
    const stage = stageId === null ? undefined : stages.get(stageId);
    const isClosed = text(properties, "hs_is_closed");
    const phase = stage?.phase ?? null;
    const stageSince = instant(properties, "hs_v2_date_entered_current_stage");
    const touchedAt = latest([instant(properties, "notes_last_contacted"), instant(properties, "notes_last_updated")]);
    return {
      id,
      name: text(properties, "dealname"),
      accountIds: accounts.get(id) ?? [],
      ownerId: text(properties, "hubspot_owner_id"),
      isOpen: isClosed === null ? stage?.isClosed !== true : isClosed !== "true",
      stageOrder: stage?.order ?? 0,
      stage: stage?.label ?? stageId,
      ...(phase === null ? {} : { phase }),
      ...(stageSince === null ? {} : { stageSince }),
      lastActivityAt: touchedAt ?? createdAt,
    };
  });
}

/** Deal id → its companies, the primary one first. */
async function readAccountIds(context: Context, ids: readonly string[], pay: Pay): Promise<Map<string, string[]>> {
  const results = await readAssociations(context, { from: "deals", to: "companies", ids }, pay);
  return new Map(
    results.map(({ from, to }) => {
      const isPrimary = ({ associationTypes: types }: (typeof to)[number]) =>
        types?.some(({ typeId }) => typeId === associationTypes.dealToPrimaryCompany) === true;
      const ordered = [...to.filter(isPrimary), ...to.filter((target) => !isPrimary(target))];
      return [from.id, [...new Set(ordered.map((target) => target.toObjectId))]];
    }),
  );
}

type Stage = z.output<typeof pipelineList>["results"][number]["stages"][number];
const phases: readonly DealPhase[] = ["early", "mid", "late"];

const stagesLiveMs = 3_600_000;

/** Pipelines change seldom: one more call an hour. */
export async function readDealStages({ api, memory, now }: Context, pay: Pay): Promise<ReadonlyMap<string, DealStage>> {
  const at = now().getTime();
  if (memory.dealStages !== null && at - memory.dealStages.readAt < stagesLiveMs) return memory.dealStages.stages;
  const { results } = await api({ method: "GET", path: paths.dealPipelines, effect: "read" }, pipelineList, pay);
  const stages = new Map<string, DealStage>();
  for (const pipeline of results) {
    const isClosed = ({ metadata }: Stage): boolean => metadata?.isClosed === "true";
    const open = pipeline.stages.filter((stage) => !isClosed(stage)).sort((a, b) => a.displayOrder - b.displayOrder);
    for (const stage of pipeline.stages) {
      const { id, label, displayOrder: order } = stage;
      const phase = phases[Math.floor((open.indexOf(stage) * phases.length) / open.length)] ?? null;
      stages.set(id, { label: label ?? id, order, isClosed: isClosed(stage), phase });
    }
  }
  memory.dealStages = { stages, readAt: at };
  return stages;
}
