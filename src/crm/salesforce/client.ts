import type { ConnectOptions, CrmClient, Pay } from "../crm.ts";
import {
  findAccountsByDomain,
  findOpportunities,
  listAccounts,
  listOpportunities,
  readAccounts,
  readOpportunities,
} from "./accounts.ts";
import { readActivity } from "./activity.ts";
import { anything, userInfo } from "./answers.ts";
import { type Api, accessOf, createApi } from "./api.ts";
import type { Auth } from "./auth.ts";
import { type Context, createMemory } from "./context.ts";
import { convertLeads } from "./convert-leads.ts";
import { createTasks } from "./create-tasks.ts";
import { createFeed } from "./events/feed.ts";
import { decisionObject } from "./fields.ts";
import { findEntered } from "./find-entered.ts";
import { createNotifier } from "./notices.ts";
import { pastOfClient } from "./past-records.ts";
import {
  findLeadsByEmail,
  listStages,
  maxBatch,
  maxHistoryBatch,
  maxLeadBatch,
  readLeads,
  readOwnerHistory,
} from "./read.ts";
import { listReps } from "./reps.ts";
import { ensureSchema } from "./schema.ts";
import { findChanged, findQualified } from "./search.ts";
import { findTasks, readTasks, updateTasks } from "./tasks.ts";
import { leadWritesIn, updateLeads } from "./write.ts";

/** One org's client. */
export function createClient(auth: Auth, options: ConnectOptions): CrmClient {
  const { externalId, now, qualifyingStage, timeZone, capabilities } = options;
  const api = createApi(auth.transport, options);
  let ownUserId: Promise<string> | null = null;
  const context: Context = {
    ...{
      externalId,
      now,
      qualifyingStage,
      timeZone,
      api,
      leadAccountField: auth.leadAccountField,
      holidayNames: auth.holidayNames ?? [],
    },
    memory: createMemory(capabilities),
    ownUserId() {
      const request = { method: "GET", path: "/services/oauth2/userinfo", effect: "read" } as const;
      ownUserId ??= api(request, userInfo, { lane: "live-read" })
        .then((info) => info.user_id)
        .catch((error: unknown) => {
          ownUserId = null;
          throw error;
        });
      return ownUserId;
    },
  };
  return {
    ...{ maxBatch, maxLeadBatch, maxHistoryBatch, leadWrites: leadWritesIn(auth.writeStreams) },
    notifier: createNotifier(context),
    feed: createFeed(auth.pubSubUrl, options),
    get absenceIsProof() {
      // What keeps keys unique may have been removed since.
      return context.memory.capabilities.uniqueTaskKey && context.memory.fields.get(decisionObject)?.fields !== null;
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
    findChangedAccounts: (wanted, pay) => findChanged(context, "Account", { ...wanted, pay }),
    findChangedOpportunities: (wanted, pay) => findChanged(context, "Opportunity", { ...wanted, pay }),
    updateLeads: (writes, pay) => updateLeads(context, writes, pay),
    convertLeads: (conversions, pay) => convertLeads(context, conversions, pay),
    createTasks: (drafts, pay) => createTasks(context, drafts, pay),
    updateTasks: (changes, pay) => updateTasks(context, changes, pay),
    readTasks: (ids, pay) => readTasks(context, ids, pay),
    findTasks: (wanted, pay) => findTasks(context, wanted, pay),
    readActivity: (leads, pay) => readActivity(context, leads, pay),
    ensureSchema: (pay) => ensureSchema(context, pay),
    uninstall: (pay) => uninstall(api, options, pay),
  };
}

/**
 * Ends the app's grant: all access tokens end with their refresh token (salesforce.md §2.3). Who logs in as the app itself has
 * none of that kind; the access token ends then, and the org's admin takes away the right to ask for others.
 */
async function uninstall(api: Api, { tokens }: ConnectOptions, pay: Pay): Promise<void> {
  const { token: access } = await accessOf(() => tokens.get(), pay);
  const token = (await tokens.refreshToken()) ?? access;
  const request = {
    method: "POST",
    path: "/services/oauth2/revoke",
    effect: "write",
    // In the body: an address is written down on its way.
    body: new URLSearchParams({ token }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  } as const;
  await api(request, anything, pay);
}
