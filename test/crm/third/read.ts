import type { Page, Pay } from "../../../src/crm/crm.ts";
import { firstText, text, toHost } from "../../../src/crm/values.ts";
import type { Account, Opportunity } from "../../../src/model/account.ts";
import type { Lead, OwnerChange } from "../../../src/model/lead.ts";
import type { ListedRep, Rep } from "../../../src/model/rep.ts";
import type { LeadActivity, TaskState } from "../../../src/model/task.ts";
import type { Api, Author, Row, Table } from "./api.ts";

/** What the functions of one account share. */
export type Context = { api: Api; qualifyingStage: string; appId: string };

/** No call for no ids: the permit goes back. */
export async function byIds(context: Context, table: Table, { ids, pay }: { ids: readonly string[]; pay: Pay }) {
  if (ids.length > 0) return (await context.api.find(table, { id: ids }, pay)).items;
  pay.permit?.release();
  return [];
}

const enteredAt = (row: Row, stage: string): string | null =>
  (row.entered as Readonly<Record<string, string>>)[stage] ?? null;

const own = ["email", "company", "country", "website", "stage", "status"] as const;

export function toLead(row: Row, { qualifyingStage: stage }: Context, crmFields: readonly string[]): Lead {
  const named = crmFields.map((name) => [`crm.${name}`, text(row, name)] as const);
  return {
    ...{ id: row.id, ownerId: text(row, "owner"), accountId: text(row, "account"), createdAt: row.created_at },
    qualifiedAt: row.stage === stage ? enteredAt(row, stage) : null,
    fields: Object.fromEntries([...own.map((name) => [name, text(row, name)] as const), ...named]),
  };
}

/** Newest first. */
export const ownersOf = (row: Row, { appId }: Context): OwnerChange[] =>
  (row.owners as { owner: string | null; at: string; by: Author }[]).map(({ owner, at, by }) => ({
    ...{ ownerId: owner, at },
    by: by.kind === "user" ? "person" : by.id === appId ? "baton" : "automation",
  }));

export function toAccount(row: Row, crmFields: readonly string[]): Account {
  const website = text(row, "website");
  return {
    ...{ id: row.id, name: text(row, "name"), domains: website === null ? [] : [toHost(website)] },
    ...{ ownerId: text(row, "owner"), country: text(row, "country"), state: null, postalCode: null, employees: null },
    ...{ isCustomer: row.customer === true, isCompetitor: false, lastActivityAt: null },
    ...(crmFields.length === 0 ? {} : { crm: Object.fromEntries(crmFields.map((name) => [name, text(row, name)])) }),
  };
}

export const toOpportunity = (row: Row): Opportunity => ({
  ...{ id: row.id, name: text(row, "name"), accountIds: [String(row.account)], ownerId: text(row, "owner") },
  ...{ isOpen: row.open === true, stageOrder: 0, stage: null, lastActivityAt: row.changed_at },
});

export async function listReps({ api }: Context, pay: Pay): Promise<readonly ListedRep[]> {
  return (await api.findAll("users", {}, pay)).map((row) => {
    const rep: Rep = {
      ...{ id: row.id, userId: null, name: String(row.name), active: row.active === true },
      ...{ teams: [String(row.team)], timeZone: null, shifts: null, absences: [] },
    };
    return { rep, email: text(row, "email") };
  });
}

type Span = { from: string; to: string; after: string | null };

/** Leads that entered the qualifying stage in [from, to). Third does not search by that date: the page is looked through. */
export async function findEntered(
  { api, qualifyingStage }: Context,
  { from, to, after, ...inStage }: Span & { stage?: string },
  pay: Pay,
): Promise<Page<{ id: string; at: string }>> {
  const { items, next } = await api.find("leads", { ...inStage, ...(after === null ? {} : { after }) }, pay);
  const dated = items.map((row) => ({ id: row.id, at: enteredAt(row, qualifyingStage) ?? "" }));
  return { items: dated.filter(({ at }) => at >= from && at < to), next };
}

export const toTask = (row: Row): TaskState => ({
  ...{ id: row.id, key: text(row, "key"), leadId: text(row, "lead"), holderId: text(row, "owner") },
  ...{ dueAt: text(row, "due"), completed: row.done === true, completedAt: text(row, "done_at") },
  completedByAutomation: (row.done_by as Author | undefined)?.kind === "app",
});

/** The calls are looked up only for leads that somebody called since. */
export async function readActivity(
  context: Context,
  wanted: readonly { leadId: string; since: string }[],
  pay: Pay,
): Promise<readonly LeadActivity[]> {
  const since = new Map(wanted.map((one) => [one.leadId, one.since]));
  const leads = await byIds(context, "leads", { ids: [...since.keys()], pay });
  const moved = leads.filter((row) => (text(row, "last_call_at") ?? "") >= (since.get(row.id) ?? ""));
  const ids = moved.map(({ id }) => id);
  const calls = ids.length === 0 ? [] : await context.api.findAll("calls", { lead: ids }, { lane: pay.lane });
  return leads.map((row) => {
    const by = (call: Row) => call.by as Author;
    const touch = calls.find(
      (call) =>
        call.lead === row.id &&
        by(call).kind === "user" &&
        call.inbound !== true &&
        String(call.at) >= (since.get(row.id) ?? ""),
    );
    return {
      ...{ leadId: row.id, ownerId: text(row, "owner"), stage: text(row, "stage"), status: firstText(row, ["status"]) },
      touch: touch === undefined ? null : { at: String(touch.at), how: "call", by: by(touch).id },
    };
  });
}
