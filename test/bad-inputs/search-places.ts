import { type HubspotWorld, sync } from "../crm/hubspot-world.ts";

/** Where a text of somebody's reaches a search or a read of HubSpot. */
export type SearchPlace = {
  name: string;
  ask(world: HubspotWorld, text: string): Promise<unknown>;
  /** How the text stands there; null: it is left out. */
  written(text: string): string | null;
};

const since = new Date("2026-11-17T00:00:00Z");
const stamp = "2026-11-17T09:00:00.000Z";
const asItIs = (text: string) => text;

export const searchPlaces: readonly SearchPlace[] = [
  {
    name: "a domain that companies are searched by",
    ask: ({ client }, text) => client.findAccountsByDomain([text], sync),
    // Search knows small letters alone (hubspot.md §4.2), and no name of a host has more characters (RFC 1035).
    written: (text) => (text.length > 253 ? null : text.toLowerCase()),
  },
  {
    name: "the qualifying stage",
    ask: ({ connect }, text) => connect({ qualifyingStage: text }).findQualified({ since, after: null }, sync),
    written: asItIs,
  },
  {
    name: "the key of a task",
    ask: ({ connect }, text) =>
      connect({ capabilities: { uniqueTaskKey: true, readsAvailability: false } }).findTasks(
        [{ key: text, leadId: "1" }],
        sync,
      ),
    written: asItIs,
  },
  { name: "the id of a contact", ask: ({ client }, text) => client.readLeads([text], [], sync), written: asItIs },
  {
    name: "the id of a contact whose owners are read",
    ask: ({ client }, text) => client.readOwnerHistory([text], sync),
    written: asItIs,
  },
  { name: "the id of a company", ask: ({ client }, text) => client.readAccounts([text], [], sync), written: asItIs },
  { name: "the id of a deal", ask: ({ client }, text) => client.readOpportunities([text], sync), written: asItIs },
  { name: "the id of a task", ask: ({ client }, text) => client.readTasks([text], sync), written: asItIs },
  {
    name: "the id of a contact whose activity is read",
    ask: ({ client }, text) => client.readActivity([{ leadId: text, since: stamp }], sync),
    written: asItIs,
  },
  {
    name: "lead.crm.<name> of the policy",
    ask: ({ client }, text) => client.readLeads(["1"], [text], sync),
    written: asItIs,
  },
  {
    name: "account.crm.<name> of the policy",
    ask: ({ client }, text) => client.readAccounts(["1"], [text], sync),
    written: asItIs,
  },
  {
    name: "account.crm.<name> of all accounts",
    ask: ({ client }, text) => client.listAccounts(null, [text], sync),
    // It stands in the address, which holds no halves of surrogate pairs.
    written: (text) => text.toWellFormed(),
  },
];
