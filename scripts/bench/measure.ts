import type { HubspotRecord, Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";

/** One contestant's figures, read from the sandbox; times in the sandbox's milliseconds since the leads turned MQL. */
export type Side = {
  leads: number;
  /** Of the main budget; searches apart. */
  calls: number;
  callsPerLead: number;
  searches: number;
  rejected429: number;
  /** Null when no whole window had more than 200 leads waiting. */
  budgetUsed: number | null;
  ownerP50Ms: number;
  ownerP99Ms: number;
  /** Hot leads alone; null when nobody marked a tier. */
  t1P50Ms: number | null;
  t1P99Ms: number | null;
  lastOwnerMs: number;
  /** When the last task stood. */
  doneMs: number;
  tasks: number;
  /** Leads with more than one task. */
  duplicates: number;
  unassigned: number;
};

const windowMs = 10_000;
const limit = 110;
const leadsThatWait = 200;

export type Lead = {
  id: string;
  qualifiedAt: number;
  ownerAt: number | null;
  taskAt: number | null;
  tasks: number;
  tier: string;
};

/** Figures of the leads, from what the portal holds and the requests that came since the first of them qualified. */
export function measure(leads: readonly Lead[], requests: readonly RequestEntry[]): Side {
  const calls = requests.filter(({ portalId }) => portalId !== null);
  const main = calls.filter(({ route }) => !route.endsWith("/search"));
  const owners = waits(leads);
  const hot = waits(leads.filter(({ tier }) => tier === "T1"));
  const tasks = leads.flatMap(({ taskAt, qualifiedAt }) => (taskAt === null ? [] : [taskAt - qualifiedAt]));
  return {
    leads: leads.length,
    calls: main.length,
    callsPerLead: rounded(main.length / leads.length, 4),
    searches: calls.length - main.length,
    rejected429: calls.filter(({ status }) => status === 429).length,
    budgetUsed: budgetUsed(leads, main),
    ownerP50Ms: percentile(owners, 0.5),
    ownerP99Ms: percentile(owners, 0.99),
    t1P50Ms: hot.length === 0 ? null : percentile(hot, 0.5),
    t1P99Ms: hot.length === 0 ? null : percentile(hot, 0.99),
    lastOwnerMs: Math.max(0, ...owners),
    doneMs: Math.max(0, ...tasks),
    tasks: leads.reduce((sum, lead) => sum + lead.tasks, 0),
    duplicates: leads.filter((lead) => lead.tasks > 1).length,
    unassigned: leads.filter(({ ownerAt }) => ownerAt === null).length,
  };
}

const waits = (leads: readonly Lead[]): number[] =>
  leads.flatMap(({ ownerAt, qualifiedAt }) => (ownerAt === null ? [] : [ownerAt - qualifiedAt]));

/** Accepted calls ÷ limit over the whole windows, from the first call on, at whose end more than 200 leads still waited. */
function budgetUsed(leads: readonly Lead[], main: readonly RequestEntry[]): number | null {
  const accepted = main.filter(({ status }) => status !== 429).map(({ at }) => at);
  const first = Math.min(...accepted);
  const doneAt = leads.map(({ taskAt }) => taskAt ?? Number.POSITIVE_INFINITY).sort((a, b) => b - a);
  // Leads only ever stop waiting: who waits at the end of a window has waited all through it.
  const fewLeftAt = doneAt[leadsThatWait] ?? Number.NEGATIVE_INFINITY;
  const windows = Math.floor((Math.min(fewLeftAt, Math.max(first, ...accepted)) - first) / windowMs);
  if (!(windows >= 1)) return null;
  const within = accepted.filter((at) => at < first + windows * windowMs).length;
  return rounded(within / (windows * limit), 4);
}

/** What became of these contacts. The tasks are those that name one of them. */
export function readLeads(
  portal: Portal,
  ids: readonly string[],
  taskIdsOf: (contactId: string) => readonly string[],
): Lead[] {
  const contacts = portal.records.get("0-1");
  const tasks = portal.records.get("0-27");
  return ids.map((id) => {
    const contact = contacts?.get(id);
    const made = taskIdsOf(id).flatMap((taskId) => tasks?.get(taskId) ?? []);
    return {
      id,
      qualifiedAt: stampOf(contact, "lifecyclestage") ?? 0,
      ownerAt: contact?.properties.has("hubspot_owner_id") ? stampOf(contact, "hubspot_owner_id") : null,
      taskAt: made.length === 0 ? null : Math.min(...made.map(({ createdAt }) => createdAt)),
      tasks: made.length,
      tier: contact?.properties.get("baton_tier") ?? "",
    };
  });
}

/** When a value was last written, by the record's history. */
const stampOf = (record: HubspotRecord | undefined, name: string): number | null =>
  record?.history.get(name)?.[0]?.timestamp ?? null;

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
