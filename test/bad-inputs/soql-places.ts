import type { SalesforceWorld } from "../crm/salesforce-world.ts";
import { sync } from "../crm/salesforce-world.ts";

/** Where a text of somebody's reaches a query of Salesforce. */
export type SoqlPlace = {
  name: string;
  /** `text` stands beside what is harmless, so that something is asked in any case. */
  ask(world: SalesforceWorld, text: string): Promise<unknown>;
  /** What the text becomes, where it is a value; an id that is none and a field that is not there are left out. */
  literals(text: string): readonly string[];
};

const anId = { Lead: "00Q000000000001AAA", Account: "001000000000001AAA", Opportunity: "006000000000001AAA" };
const aTask = "00T000000000001AAA";
const since = new Date("2026-11-17T00:00:00Z");
const stamp = "2026-11-17T09:00:00.000Z";

const leftOut = () => [];
const asItIs = (text: string) => [text];
/** No name of a host has more (RFC 1035). */
const sites = (text: string) =>
  text.length > 253 ? [] : [text, `www.${text}`, `https://${text}`, `https://www.${text}`];

export const soqlPlaces: readonly SoqlPlace[] = [
  {
    name: "a domain that accounts are searched by",
    ask: ({ client }, text) => client.findAccountsByDomain(["fine.example", text], sync),
    literals: sites,
  },
  {
    name: "the key of a task",
    ask: ({ client }, text) => client.findTasks([{ key: text, leadId: anId.Lead }], sync),
    literals: asItIs,
  },
  {
    name: "the qualifying status",
    ask: ({ connect }, text) => connect({ qualifyingStage: text }).findQualified({ since, after: null }, sync),
    literals: asItIs,
  },
  {
    name: "the id of a lead",
    ask: ({ client }, text) => client.readLeads([anId.Lead, text], [], sync),
    literals: leftOut,
  },
  {
    name: "the id of a lead that is converted",
    ask: ({ client, reps: [ownerId] }, text) =>
      client.convertLeads?.([{ key: "k", leadId: text, accountId: anId.Account, ownerId }], sync) ?? Promise.resolve(),
    literals: leftOut,
  },
  {
    name: "the id of a lead whose owners are read",
    ask: ({ client }, text) => client.readOwnerHistory([anId.Lead, text], sync),
    literals: leftOut,
  },
  {
    name: "the id of a lead whose activity is read",
    ask: ({ client }, text) =>
      client.readActivity(
        [anId.Lead, text].map((leadId) => ({ leadId, since: stamp })),
        sync,
      ),
    literals: leftOut,
  },
  {
    name: "the id of a lead whose past is read",
    ask: ({ client }, text) =>
      client.past.readLeads(
        [anId.Lead, text].map((leadId) => ({ leadId, at: stamp })),
        { lead: ["email"], crm: [] },
        sync,
      ),
    literals: leftOut,
  },
  {
    name: "the id of an account",
    ask: ({ client }, text) => client.readAccounts([anId.Account, text], [], sync),
    literals: leftOut,
  },
  {
    name: "the id of an account whose deals are searched",
    ask: ({ client }, text) => client.findOpportunities([anId.Account, text], sync),
    literals: leftOut,
  },
  {
    name: "the id of an account whose past deals are searched",
    ask: ({ client }, text) => client.past.readOpportunities([anId.Account, text], sync),
    literals: leftOut,
  },
  {
    name: "the id of a deal",
    ask: ({ client }, text) => client.readOpportunities([anId.Opportunity, text], sync),
    literals: leftOut,
  },
  {
    name: "the id of a task",
    ask: ({ client }, text) => client.readTasks([aTask, text], sync),
    literals: leftOut,
  },
  {
    name: "the id of a task that is changed",
    ask: ({ client }, text) =>
      client.updateTasks(
        [aTask, text].map((taskId) => ({ key: `k-${taskId}`, taskId, remindAt: stamp })),
        sync,
      ),
    literals: leftOut,
  },
  {
    name: "lead.crm.<name> of the policy",
    ask: ({ client }, text) => client.readLeads([anId.Lead], ["Rating", text], sync),
    literals: leftOut,
  },
  {
    name: "lead.crm.<name> of a past lead",
    ask: ({ client }, text) =>
      client.past.readLeads([{ leadId: anId.Lead, at: stamp }], { lead: [], crm: ["Rating", text] }, sync),
    literals: leftOut,
  },
  {
    name: "account.crm.<name> of the policy",
    ask: ({ client }, text) => client.readAccounts([anId.Account], ["Industry", text], sync),
    literals: leftOut,
  },
  {
    name: "account.crm.<name> of all accounts",
    ask: ({ client }, text) => client.listAccounts(null, ["Industry", text], sync),
    literals: leftOut,
  },
];
