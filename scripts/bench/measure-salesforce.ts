import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { SandboxOrg } from "../../src/sandbox/salesforce/sandbox-org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import type { SalesforceRequest } from "../../src/sandbox/salesforce/state.ts";
import { figuresOf, type Lead, rounded, type Side } from "./measure.ts";

/** Figures of the leads, from what the org holds and the requests since the first of them qualified. All count in one pot. */
export function measure(leads: readonly Lead[], requests: readonly SalesforceRequest[]): Side {
  const all = requests.filter(({ orgId, path }) => orgId !== null && path.startsWith("/services/data/"));
  const notifications = all.filter(({ path }) => path.includes("/actions/"));
  const calls = all.length - notifications.length;
  return {
    ...figuresOf(leads),
    calls,
    callsPerLead: rounded(calls / leads.length, 4),
    beside: { notifications: notifications.length },
    // salesforce.md §3.2.
    refused: all.filter(({ status }) => status === 403).length,
    budgetUsed: null,
  };
}

/** What became of these leads. One that lies in a queue is nobody's. */
export function readLeads(org: SandboxOrg, ids: readonly string[]): Lead[] {
  const [leads, histories, tasks] = ["Lead", "LeadHistory", "Task"].map((name) => tableOf(org, name));
  return ids.map((id) => {
    const row = leads?.get(id) ?? {};
    const history = [...(histories?.withValues("LeadId", [id]) ?? [])];
    const made = [...(tasks?.withValues("WhoId", [id]) ?? [])];
    const isOwned = String(row.OwnerId ?? "").startsWith("005");
    return {
      id,
      qualifiedAt: lastAt(history, "Status") ?? 0,
      ownerAt: isOwned ? lastAt(history, "Owner") : null,
      taskAt: made.length === 0 ? null : Math.min(...made.map(({ CreatedDate }) => Number(CreatedDate))),
      tasks: made.length,
      tier: String(row.Baton_Tier__c ?? ""),
    };
  });
}

/** When a field last changed. */
function lastAt(history: readonly Row[], field: string): number | null {
  const at = history.findLast(({ Field }) => Field === field)?.CreatedDate;
  return typeof at === "number" ? at : null;
}
