import type { Account, Opportunity } from "../../model/account.ts";
import type { Past } from "../../model/past.ts";
import type { Rep } from "../../model/rep.ts";
import { activeUntil } from "../active-until.ts";
import type { CrmClient, Page, PastOpportunity, Pay } from "../crm.ts";
import { text, toInstant } from "../values.ts";
import { readDealStages } from "./accounts.ts";
import type { HubspotRecord } from "./answers.ts";
import type { Context, DealStage } from "./context.ts";
import { accountProperties, toAccount } from "./fields.ts";
import { historyOf, pastOf } from "./history.ts";
import { readPastLeads } from "./past-leads.ts";
import { maxHistoryBatch, readAssociations, readBatch } from "./read.ts";
import { hoursProperties, listPeople, type Owner, toRep } from "./reps.ts";
import { findOpenSince, lastGivenAt } from "./search.ts";

/** See CrmClient. */
export const pastOfClient = (context: Context): CrmClient["past"] => ({
  readLeads: (wanted, fields, pay) => readPastLeads(context, { wanted, fields }, pay),
  readAccounts: (ids, crmFields, pay) => readPastAccounts(context, { ids, crmFields }, pay),
  readOpportunities: (accountIds, pay) => readPastOpportunities(context, accountIds, pay),
  listOpportunities: (wanted, pay) => listPastOpportunities(context, wanted, pay),
  listReps: (pay) => listPastReps(context, pay),
});

/** What of a company is followed through time, by our word for it. Its domains and last activity are as of today. */
const datedAccountFields: Readonly<Record<string, string>> = {
  hubspot_owner_id: "account.ownerId",
  lifecyclestage: "account.isCustomer",
  type: "account.isCompetitor",
  country: "account.country",
  hs_country_code: "account.country",
  state: "account.state",
  zip: "account.postalCode",
  numberofemployees: "account.employees",
};

async function readPastAccounts(
  context: Context,
  { ids, crmFields }: { ids: readonly string[]; crmFields: readonly string[] },
  pay: Pay,
): Promise<ReadonlyMap<string, Past<Account>>> {
  const history = [...new Set([...Object.keys(datedAccountFields), ...crmFields])];
  const properties = accountProperties(crmFields);
  const records = await readBatch(context, { type: "companies", ids, properties, history }, pay);
  const nameOf = (name: string) =>
    crmFields.includes(name) ? `account.crm.${name}` : (datedAccountFields[name] ?? null);
  return new Map(
    records.map((record) => {
      const toValue = (then: object) =>
        toAccount({ ...record, properties: { ...record.properties, ...then } }, crmFields);
      return [record.id, pastOf(record, history, { toValue, nameOf })];
    }),
  );
}

const datedDealFields: Readonly<Record<string, string>> = {
  dealstage: "opportunity.stage",
  hubspot_owner_id: "opportunity.ownerId",
};

async function readPastOpportunities(
  context: Context,
  accountIds: readonly string[],
  pay: Pay,
): Promise<readonly PastOpportunity[]> {
  if (accountIds.length === 0) return [];
  const accounts = new Map<string, string[]>();
  const found = await readAssociations(context, { from: "companies", to: "deals", ids: accountIds }, pay);
  for (const { from, to } of found)
    for (const { toObjectId: id } of to) accounts.set(id, [...new Set([...(accounts.get(id) ?? []), from.id])]);
  return readDeals(context, { ids: [...accounts.keys()], accounts }, { lane: pay.lane });
}

async function listPastOpportunities(
  context: Context,
  wanted: { since: Date; after: string | null },
  pay: Pay,
): Promise<Page<PastOpportunity>> {
  const { items, next } = await findOpenSince(context, wanted, { lane: "search" });
  return { items: await readDeals(context, { ids: items.map(({ id }) => id), accounts: new Map() }, pay), next };
}

/** `accounts`: of each deal, as far as they are known. */
async function readDeals(
  context: Context,
  { ids, accounts }: { ids: readonly string[]; accounts: ReadonlyMap<string, readonly string[]> },
  pay: Pay,
): Promise<PastOpportunity[]> {
  if (ids.length === 0) return [];
  const stages = await readDealStages(context, pay);
  const history = Object.keys(datedDealFields);
  const all: PastOpportunity[] = [];
  for (let from = 0; from < ids.length; from += maxHistoryBatch) {
    const page = ids.slice(from, from + maxHistoryBatch);
    const properties = ["dealname", ...history];
    for (const record of await readBatch(context, { type: "deals", ids: page, properties, history }, pay))
      all.push(toPastOpportunity(record, { accountIds: accounts.get(record.id) ?? [], stages, history }));
  }
  return all;
}

function toPastOpportunity(
  record: HubspotRecord,
  about: { accountIds: readonly string[]; stages: ReadonlyMap<string, DealStage>; history: readonly string[] },
): PastOpportunity {
  const createdAt = toInstant(record.createdAt) ?? "";
  const toValue = (then: Readonly<Record<string, string | null>>, since: string): Opportunity => {
    const stage = about.stages.get(then.dealstage ?? "");
    const phase = stage?.phase ?? null;
    const stageSince = historyOf(record, "dealstage").find(({ at }) => at <= since)?.at ?? null;
    return {
      id: record.id,
      name: text(record.properties, "dealname"),
      accountIds: about.accountIds,
      ownerId: then.hubspot_owner_id ?? null,
      isOpen: stage?.isClosed !== true,
      stageOrder: stage?.order ?? 0,
      stage: stage?.label ?? then.dealstage ?? null,
      ...(phase === null ? {} : { phase }),
      ...(stageSince === null ? {} : { stageSince }),
      // Of what was done with it in those days only its own changes are told.
      lastActivityAt: since > createdAt ? since : createdAt,
    };
  };
  return {
    createdAt,
    past: pastOf(record, about.history, { toValue, nameOf: (name) => datedDealFields[name] ?? null }),
  };
}

const datedHours: Readonly<Record<string, string>> = {
  hs_working_hours: "rep.shifts",
  hs_standard_time_zone: "rep.timeZone",
  hs_out_of_office_hours: "rep.absences",
};

async function listPastReps(context: Context, pay: Pay): Promise<readonly Past<Rep>[]> {
  const people = await listPeople(context, pay);
  const users = await readHours(
    context,
    people.flatMap(({ user }) => (user === undefined ? [] : [user.id])),
    { lane: pay.lane },
  );
  const reps: Past<Rep>[] = [];
  for (const { owner, user } of people) {
    const past = toPastRep(owner, user === undefined ? undefined : users.get(user.id));
    const lastAt = owner.archived === true ? await lastGivenAt(context, owner.id, { lane: "search" }) : null;
    reps.push(lastAt === null ? past : activeUntil(past, lastAt));
  }
  return reps;
}

async function readHours(context: Context, ids: readonly string[], pay: Pay): Promise<Map<string, HubspotRecord>> {
  const users = new Map<string, HubspotRecord>();
  for (let from = 0; from < ids.length; from += maxHistoryBatch) {
    const page = ids.slice(from, from + maxHistoryBatch);
    const wanted = { type: "users" as const, ids: page, properties: hoursProperties, history: hoursProperties };
    for (const user of await readBatch(context, wanted, pay)) users.set(user.id, user);
  }
  return users;
}

function toPastRep(owner: Owner, user: HubspotRecord | undefined): Past<Rep> {
  if (user === undefined) return { versions: [{ since: "", value: toRep(owner, undefined) }], doubts: [] };
  return pastOf(user, hoursProperties, {
    toValue: (properties) => toRep(owner, { properties }),
    nameOf: (name) => datedHours[name] ?? null,
  });
}
