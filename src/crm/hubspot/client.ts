import type { ConnectOptions, CrmClient } from "../crm.ts";
import {
  findAccountsByDomain,
  findOpportunities,
  listAccounts,
  listOpportunities,
  readAccounts,
  readOpportunities,
} from "./accounts.ts";
import { readActivity } from "./activity.ts";
import { anything } from "./answers.ts";
import { createApi } from "./api.ts";
import { type Auth, readAppId } from "./auth.ts";
import { type Context, createMemory } from "./context.ts";
import { pastOfClient } from "./past-records.ts";
import { paths } from "./paths.ts";
import { findLeadsByEmail, listStages, maxBatch, maxHistoryBatch, readLeads, readOwnerHistory } from "./read.ts";
import { listReps } from "./reps.ts";
import { ensureSchema } from "./schema.ts";
import { findChanged, findEntered, findQualified } from "./search.ts";
import { createTasks, findTasks, readTasks, updateTasks } from "./tasks.ts";
import { updateLeads } from "./write.ts";

/** One portal's client. `timeZone` is the account's, whose midnight ends a spent day. */
export function createClient(auth: Auth, options: ConnectOptions): CrmClient {
  const { externalId, now, qualifyingStage, capabilities, tokens } = options;
  const api = createApi(auth.transport, options);
  let appId: Promise<string | null> | null = null;
  const context: Context = {
    externalId,
    now,
    qualifyingStage,
    api,
    memory: createMemory(capabilities),
    appId() {
      appId ??= tokens
        .get()
        .then(({ token }) => readAppId(auth, token, now()))
        .catch((error: unknown) => {
          appId = null;
          throw error;
        });
      return appId;
    },
  };
  return {
    maxBatch,
    maxLeadBatch: maxBatch,
    maxHistoryBatch,
    leadWrites: { maxBatch, withTasks: false, streams: null },
    get absenceIsProof() {
      return context.memory.capabilities.uniqueTaskKey;
    },
    readLeads: (ids, crmFields, pay) => readLeads(context, { ids, crmFields }, pay),
    findLeadsByEmail: (emails, pay) => findLeadsByEmail(context, emails, pay),
    readOwnerHistory: (ids, pay) => readOwnerHistory(context, ids, pay),
    readAccounts: (ids, crmFields, pay) => readAccounts(context, { ids, crmFields }, pay),
    readOpportunities: (ids, pay) => readOpportunities(context, ids, pay),
    findOpportunities: (accountIds, pay) => findOpportunities(context, accountIds, pay),
    listAccounts: (after, crmFields, pay) => listAccounts(context, { after, crmFields }, pay),
    findAccountsByDomain: (domains, pay) => findAccountsByDomain(context, domains, pay),
    listOpportunities: (after, pay) => listOpportunities(context, after, pay),
    listReps: (pay) => listReps(context, pay),
    listStages: (pay) => listStages(context, pay),
    findQualified: (wanted, pay) => findQualified(context, wanted, pay),
    findEntered: (wanted, pay) => findEntered(context, wanted, pay),
    past: pastOfClient(context),
    findChangedAccounts: (wanted, pay) => findChanged(context, "companies", { ...wanted, pay }),
    findChangedOpportunities: (wanted, pay) => findChanged(context, "deals", { ...wanted, pay }),
    updateLeads: (writes, pay) => updateLeads(context, writes, pay),
    createTasks: (drafts, pay) => createTasks(context, drafts, pay),
    updateTasks: (changes, pay) => updateTasks(context, changes, pay),
    readTasks: (ids, pay) => readTasks(context, ids, pay),
    findTasks: (wanted, pay) => findTasks(context, wanted, pay),
    readActivity: (leads, pay) => readActivity(context, leads, pay),
    ensureSchema: (pay) => ensureSchema(context, pay),
    // hubspot.md §2.2.
    async uninstall(pay) {
      await api({ method: "DELETE", path: paths.uninstall, effect: "write" }, anything, pay);
    },
  };
}
