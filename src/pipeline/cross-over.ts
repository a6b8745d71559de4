import type { Deps } from "../deps.ts";
import { CrmError } from "../errors.ts";
import type { Lead } from "../model/lead.ts";
import { pagesOf } from "../pages-of.ts";
import type { Crossed, Head, Link, Qualified, Twin, Workspace } from "./workspace.ts";

/**
 * So long a lead waits for the vendors' sync to bring its person to the CRM whose records count. Short enough for a lead
 * that is hot, and so that nobody is alarmed by it; one that comes later finds the person decided.
 */
export const syncWaitMs = 4 * 60_000;

/** Records come by the sync one by one. */
export const lookAgainMs = 15_000;

/**
 * One person, one decision (capability 148): a lead whose person is in the owner authority too is decided as the lead that
 * it is there, by what both records say of it; one that is not waits a while for the sync, and is then decided, and
 * written, where it lives: every lead ends somewhere. Throws CrmError when the authority cannot be asked.
 */
export async function crossOver(
  deps: Deps,
  { links }: Partial<Pick<Workspace, "links">>,
  link: Pick<Link, "connection" | "people">,
  { qualified, crmFields }: { qualified: readonly Qualified[]; crmFields: readonly string[] },
): Promise<Crossed> {
  const alone: Crossed = { here: qualified, elsewhere: [], waiting: [], pairs: [] };
  if (links === undefined || link.people === null || qualified.length === 0) return alone;
  const { authorityId } = link.people;
  const own = link.connection.id;
  const others = [...links.values()].filter(({ connection }) => connection.id !== own);
  if (authorityId === own) return { ...alone, ...(await withTwins(deps, { others, own }, { qualified, crmFields })) };
  // Who had it here before has it here again; and whom nobody could know by an address is looked for in vain.
  const mayCross = qualified.filter(({ head, lead }) => isFirstOf(head) && addressOf(lead) !== null);
  const authority = links.get(authorityId);
  // It is paused: what belongs there waits for it, like its own leads.
  if (authority === undefined) {
    const waiting = mayCross.map(({ head }) => head);
    return { ...alone, here: qualified.filter(({ head }) => !waiting.includes(head)), waiting };
  }
  const found = await leadsByAddress(authority, mayCross);
  const idOf = (lead: Lead) => found.get(addressOf(lead) ?? "");
  const isWaiting = ({ head, lead }: Qualified) =>
    mayCross.some((each) => each.head === head) &&
    idOf(lead) === undefined &&
    deps.now().getTime() - Date.parse(head.receivedAt) < syncWaitMs;
  const elsewhere = mayCross.flatMap(({ head, lead }) => {
    const leadId = idOf(lead);
    return leadId === undefined ? [] : [{ head, to: { link: authority, leadId } }];
  });
  const waiting = qualified.filter(isWaiting).map(({ head }) => head);
  const gone = new Set([...waiting, ...elsewhere.map(({ head }) => head)]);
  return {
    here: qualified.filter(({ head }) => !gone.has(head)),
    elsewhere,
    waiting,
    pairs: elsewhere.map(({ head, to }) => ({
      ...{ connectionId: own, leadId: head.leadId },
      of: { connectionId: to.link.connection.id, leadId: to.leadId },
    })),
  };
}

const isFirstOf = ({ round, cause, isRestored }: Head): boolean => round === 0 && cause === "qualified" && !isRestored;

const addressOf = ({ fields }: Lead): string | null => fields.email?.trim().toLowerCase() || null;

async function leadsByAddress({ client }: Link, leads: readonly Qualified[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const addresses = [...new Set(leads.flatMap(({ lead }) => addressOf(lead) ?? []))];
  for (const page of pagesOf(addresses, client.maxBatch))
    for (const [address, id] of await client.findLeadsByEmail(page, { lane: "live-read" })) found.set(address, id);
  return found;
}

type Asked = { others: readonly Link[]; own: string };

/** What the other CRM says of a person too. Where it cannot be asked, nobody waits for it. */
async function withTwins(
  deps: Deps,
  { others, own }: Asked,
  { qualified, crmFields }: { qualified: readonly Qualified[]; crmFields: readonly string[] },
): Promise<Pick<Crossed, "here" | "pairs">> {
  const twins = new Map<Head, Twin>();
  for (const other of others) {
    try {
      for (const [head, lead] of await twinsIn(other, { qualified, crmFields })) twins.set(head, { link: other, lead });
    } catch (error) {
      if (!(error instanceof CrmError)) throw error;
      const { id: connectionId } = other.connection;
      deps.log.warn({ error, connectionId }, "the other CRM of leads did not answer: they are routed without it");
    }
  }
  return {
    here: qualified.map((each) => {
      const twin = twins.get(each.head);
      return twin === undefined ? each : { ...each, lead: joinedLead(each.lead, twin.lead), twin };
    }),
    pairs: [...twins].map(([head, { link, lead }]) => ({
      ...{ connectionId: link.connection.id, leadId: lead.id },
      of: { connectionId: own, leadId: head.leadId },
    })),
  };
}

async function twinsIn(
  other: Link,
  { qualified, crmFields }: { qualified: readonly Qualified[]; crmFields: readonly string[] },
): Promise<[Head, Lead][]> {
  const named = ({ head }: Qualified) =>
    head.twin?.connectionId === other.connection.id ? head.twin.leadId : undefined;
  const unnamed = qualified.filter((each) => named(each) === undefined);
  const byAddress = await leadsByAddress(other, unnamed);
  const idOf = (each: Qualified) => named(each) ?? byAddress.get(addressOf(each.lead) ?? "");
  const ids = [...new Set(qualified.flatMap((each) => idOf(each) ?? []))];
  const leads = new Map<string, Lead>();
  for (const page of pagesOf(ids, other.client.maxLeadBatch))
    for (const lead of await other.client.readLeads(page, crmFields, { lane: "live-read" })) leads.set(lead.id, lead);
  return qualified.flatMap((each) => {
    const lead = leads.get(idOf(each) ?? "");
    return lead === undefined ? [] : [[each.head, lead] as [Head, Lead]];
  });
}

/** The authority's record, and what that leaves empty as the other has it. Stage and status are each CRM's own. */
function joinedLead(own: Lead, other: Lead): Lead {
  const filled = Object.entries(own.fields).filter(([, value]) => value !== null);
  const { stage = null, status = null } = own.fields;
  return { ...own, fields: { ...own.fields, ...other.fields, ...Object.fromEntries(filled), stage, status } };
}
