import type { DemoCrm, DemoKit, RepAct, RequestCounts } from "../../demo-crm.ts";
import type { DemoPerson } from "../../demo-world.ts";
import type { Latency } from "../../latency.ts";
import { allowApp } from "../allow.ts";
import { isEmailAddress } from "../check-value.ts";
import { playRep } from "../control/rep.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import { startSalesforce } from "../server.ts";
import type { SalesforceRequest, SalesforceSandbox } from "../state.ts";
import { salesforceVariables } from "../variables.ts";
import { addLead, fillOrg, syncOwner, turnMql } from "./fill.ts";
import { houseAccounts, integrationUserId, personOf } from "./people.ts";
import { accountField, doNotRouteField, qualifyingStatus, scoreField } from "./records.ts";
import { ownerName, readTask, viewLead } from "./view.ts";

/** Answers take as long as Salesforce's usually do, on the demo's clock. */
const latency: Latency = { readMs: [60, 180], writeMs: [120, 300] };

/** Salesforce for the demo. */
export const salesforceKit: DemoKit = {
  policy: {
    // One field is stage and status at once: another status would take the Lead out of the stage.
    own: {
      ...{ qualifyingStage: qualifyingStatus, status: null },
      dispositions: ["Closed - Converted", "Closed - Not Converted"],
    },
    fields: [
      ["lead.score", `lead.crm.${scoreField}`],
      ["lead.crm.baton_do_not_route", `lead.crm.${doNotRouteField}`],
    ],
    noReps: [houseAccounts],
  },
  isEmail: isEmailAddress,
  hasUniqueEmails: false,
  async start({ clock, seed, installer }) {
    const sandbox = await startSalesforce({ clock, seed, controlPort: 0, latency });
    const org = sandbox.addOrg({ name: "Acme Robotics (demo)", timeZone: "Europe/Berlin" });
    return inOrg(sandbox, org, installer);
  },
};

/** The demo in an org of a Salesforce that runs. */
export function inOrg(sandbox: SalesforceSandbox, org: SandboxOrg, { id: installerId }: DemoPerson): DemoCrm {
  const control = `${sandbox.controlUrl}/orgs/${org.id}`;
  return {
    where: `Salesforce ${sandbox.url} · Pub/Sub ${sandbox.pubSubUrl} · control ${sandbox.controlUrl} · org ${org.id}`,
    variables: { ...salesforceVariables(sandbox), SALESFORCE_LEAD_ACCOUNT_FIELD: accountField },
    // It is listened to.
    meet: () => undefined,
    fill(world) {
      const ids = fillOrg(org, world, installerId);
      // With its package the app is in the org; nobody has allowed it anything yet.
      for (const app of sandbox.apps) app.runAs.set(org.id, integrationUserId);
      return ids;
    },
    addLead: (lead) => addLead(org, lead, installerId),
    qualify: (leadId) => turnMql(org, leadId, installerId),
    // Whoever allows it is whom Baton works as: the administrator logs in as the user who was made for that.
    allow: (authorizeUrl) => allowApp(authorizeUrl, { orgId: org.id, userId: integrationUserId }),
    isListenedTo: () => org.bus.openStreams() > 0,
    viewLead: (leadId) => viewLead(org, leadId),
    ownerName: (ownerId) => ownerName(org, ownerId),
    personOf,
    syncOwner: (leadId, personId) => syncOwner(org, leadId, personId),
    readTask: (leadId, taskId) => readTask(org, leadId, taskId),
    act(what, target) {
      playRep(org, actionOf(what, target));
    },
    lastRequest: () => sandbox.requests.list().at(-1)?.id ?? 0,
    countRequests: ({ after, until }) =>
      countRequests(sandbox.requests.list({ since: after }).filter(({ id }) => id <= until)),
    hints: (leadId) => [
      { about: "one lead as Salesforce has it", command: `curl ${control}/records/Lead/${leadId}` },
      { about: "what the local Salesforce can do", command: `curl ${sandbox.controlUrl}/` },
    ],
    stop: sandbox.stop,
  };
}

function actionOf(what: RepAct, { leadId, taskId, by }: { leadId: string; taskId: string; by: string }) {
  switch (what) {
    case "completed the task":
      return { action: "complete-task", taskId, by } as const;
    case "logged a call":
      return { action: "log-call", whoId: leadId, by } as const;
    case "sent an e-mail":
      return { action: "log-email", whoId: leadId, by } as const;
  }
}

/** salesforce.md §3.1: the limits of an org are told by 403 and 429. */
const refusals = [403, 429];

/** Calls of the API; OAuth is none. All are of one budget. */
export function countRequests(entries: readonly SalesforceRequest[]): RequestCounts {
  const calls = entries.filter(({ orgId }) => orgId !== null);
  return { main: calls.length, search: null, refused: calls.filter(({ status }) => refusals.includes(status)).length };
}
