import type { HubspotRecord, Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import { figuresOf, type Lead, rounded, type Side } from "./measure.ts";

const windowMs = 10_000;
const limit = 110;
const leadsThatWait = 200;

/** Figures of the leads, from what the portal holds and the requests that came since the first of them qualified. */
export function measure(leads: readonly Lead[], requests: readonly RequestEntry[]): Side {
  const calls = requests.filter(({ portalId }) => portalId !== null);
  const main = calls.filter(({ route }) => !route.endsWith("/search"));
  return {
    ...figuresOf(leads),
    calls: main.length,
    callsPerLead: rounded(main.length / leads.length, 4),
    beside: { searches: calls.length - main.length },
    refused: calls.filter(({ status }) => status === 429).length,
    budgetUsed: budgetUsed(leads, main),
  };
}

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
