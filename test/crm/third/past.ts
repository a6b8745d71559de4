import type { CrmClient, PastOpportunity } from "../../../src/crm/crm.ts";
import type { LeadField } from "../../../src/model/lead.ts";
import type { Past } from "../../../src/model/past.ts";
import type { Row } from "./api.ts";
import { byIds, type Context, listReps, ownersOf, toAccount, toLead, toOpportunity } from "./read.ts";

/** Third tells who owned a lead, and when it entered a stage; all else is as it is today. */
export const pastOf = (context: Context): CrmClient["past"] => ({
  async readLeads(wanted, fields, pay) {
    const moments = new Map(wanted.map(({ leadId, at }) => [leadId, at]));
    const rows = await byIds(context, "leads", { ids: [...moments.keys()], pay });
    return rows.map((row) => {
      const at = moments.get(row.id) ?? "";
      const owners = ownersOf(row, context);
      const before = owners.filter((change) => change.at <= at);
      const lead = { ...toLead(row, context, fields.crm), ownerId: before[0]?.ownerId ?? null, qualifiedAt: at };
      const told = fields.lead.filter((name) => !isWork(name) && lead.fields[name] != null);
      return {
        ...{ lead: { ...lead, fields: { ...lead.fields, stage: context.qualifyingStage } }, before, work: [] },
        after: owners.slice(0, owners.length - before.length),
        doubts: told.map(asIs),
        isMerged: false,
      };
    });
  },
  async readAccounts(ids, crmFields, pay) {
    const rows = await byIds(context, "accounts", { ids, pay });
    return new Map(rows.map((row) => [row.id, today(toAccount(row, crmFields), ["account.ownerId"])]));
  },
  readOpportunities: async (account, pay) => (await context.api.findAll("deals", { account }, pay)).map(toPast),
  async listOpportunities({ since, after }, pay) {
    const { items, next } = await context.api.find("deals", after === null ? {} : { after }, pay);
    const isWanted = (row: Row) => row.open === true || row.changed_at >= since.toISOString();
    return { items: items.filter(isWanted).map(toPast), next };
  },
  listReps: async (pay) => (await listReps(context, pay)).map(({ rep }) => today(rep, [])),
});

/** These are told by what the lead was found by. */
const isWork = (field: LeadField): boolean => field === "stage" || field === "status";

const asIs = (field: string) => ({ field, because: "no-history" as const });

const today = <T>(value: T, fields: readonly string[]): Past<T> => ({
  versions: [{ since: "", value }],
  doubts: fields.map(asIs),
});

const toPast = (row: Row): PastOpportunity => ({
  createdAt: row.created_at,
  past: today(toOpportunity(row), ["opportunity.ownerId", "opportunity.stage"]),
});
