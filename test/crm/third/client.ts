import type { ConnectOptions, CrmClient, Pay } from "../../../src/crm/crm.ts";
import { createApi, type Table } from "./api.ts";
import { pastOf } from "./past.ts";
import type { ThirdSettings } from "./product.ts";
import {
  byIds,
  type Context,
  findEntered,
  listReps,
  ownersOf,
  readActivity,
  toAccount,
  toLead,
  toOpportunity,
  toTask,
} from "./read.ts";
import { createTasks, updateLeads, updateTasks } from "./write.ts";

/** One account's client. */
export function createClient(settings: ThirdSettings, options: ConnectOptions): CrmClient {
  const api = createApi(settings.url, options);
  const context: Context = { api, qualifyingStage: options.qualifyingStage, appId: settings.clientId };
  const writing = () => ({ api, now: options.now() });
  const page = (after: string | null) => (after === null ? {} : { after });
  const changed = async (table: Table, { since, after }: { since: Date; after: string | null }, pay: Pay) => {
    const { items, next } = await api.find(table, { changed_since: since.toISOString(), ...page(after) }, pay);
    return { items: items.map(({ id }) => ({ id })), next };
  };
  return {
    ...{ maxBatch: 100, maxLeadBatch: 100, maxHistoryBatch: 100, absenceIsProof: true },
    leadWrites: { maxBatch: 100, withTasks: false, streams: null },
    readLeads: async (ids, crmFields, pay) =>
      (await byIds(context, "leads", { ids, pay })).map((row) => toLead(row, context, crmFields)),
    readOwnerHistory: async (ids, pay) =>
      new Map((await byIds(context, "leads", { ids, pay })).map((row) => [row.id, ownersOf(row, context)])),
    findLeadsByEmail: async (emails, pay) => {
      const rows = emails.length === 0 ? [] : (await api.find("leads", { email: emails }, pay)).items;
      return new Map(rows.map(({ id, email }) => [String(email).toLowerCase(), id]));
    },
    readAccounts: async (ids, crmFields, pay) =>
      (await byIds(context, "accounts", { ids, pay })).map((row) => toAccount(row, crmFields)),
    readOpportunities: async (ids, pay) => (await byIds(context, "deals", { ids, pay })).map(toOpportunity),
    findOpportunities: async (account, pay) => (await api.findAll("deals", { account }, pay)).map(toOpportunity),
    async listAccounts(after, crmFields, pay) {
      const { items, next } = await api.find("accounts", page(after), pay);
      return { items: items.map((row) => toAccount(row, crmFields)), next };
    },
    // It searches websites as they were typed.
    async findAccountsByDomain(domains, pay) {
      const website = domains.flatMap((domain) => [
        domain,
        `www.${domain}`,
        `https://${domain}`,
        `https://www.${domain}`,
      ]);
      return (await api.find("accounts", { website }, pay)).items.map(({ id }) => id);
    },
    async listOpportunities(after, pay) {
      const { items, next } = await api.find("deals", page(after), pay);
      return { items: items.map(toOpportunity), next };
    },
    listReps: (pay) => listReps(context, pay),
    listStages: async (pay) => (await api.get("/stages", pay)).stages as string[],
    async findQualified({ since, after }, pay) {
      const span = { from: since.toISOString(), to: "9999", after, stage: options.qualifyingStage };
      const { items, next } = await findEntered(context, span, pay);
      return { items: items.map(({ id, at }) => ({ id, qualifiedAt: at, mergedIds: [] })), next };
    },
    async findEntered({ from, to, after }, pay) {
      const span = { from: from.toISOString(), to: to.toISOString(), after };
      const { items, next } = await findEntered(context, span, pay);
      return { items: items.map(({ id, at }) => ({ id, enteredAt: at })), next };
    },
    past: pastOf(context),
    findChangedAccounts: (wanted, pay) => changed("accounts", wanted, pay),
    findChangedOpportunities: (wanted, pay) => changed("deals", wanted, pay),
    updateLeads: (writes, pay) => updateLeads(writing(), writes, pay),
    createTasks: (drafts, pay) => createTasks(writing(), drafts, pay),
    updateTasks: (changes, pay) => updateTasks(writing(), changes, pay),
    readTasks: async (ids, pay) => (await byIds(context, "tasks", { ids, pay })).map(toTask),
    findTasks: async (wanted, pay) =>
      (await api.find("tasks", { key: wanted.map(({ key }) => key) }, pay)).items.map(toTask),
    readActivity: (leads, pay) => readActivity(context, leads, pay),
    // Fields of apps need no schema, and a key of a task is unique.
    async ensureSchema() {
      return { uniqueTaskKey: true, readsAvailability: false };
    },
    uninstall: (pay) => api.leave(pay),
  };
}
