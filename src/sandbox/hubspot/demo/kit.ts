import type { DemoCrm, DemoKit, RepAct, RequestCounts } from "../../demo-crm.ts";
import type { DemoPerson } from "../../demo-world.ts";
import type { Latency } from "../../latency.ts";
import { allowApp } from "../allow.ts";
import type { Portal, Source } from "../portal.ts";
import { playRep } from "../rep.ts";
import type { RequestEntry } from "../requests.ts";
import type { HubspotSandbox } from "../sandbox.ts";
import { startHubspot } from "../server.ts";
import { isEmailAddress } from "../validate.ts";
import { hubspotVariables } from "../variables.ts";
import { addContact, fillPortal, syncOwner, turnMql } from "./fill.ts";
import { userIdOf } from "./people.ts";
import { ownerName, readTask, viewContact } from "./view.ts";

const portalId = 62515;

/** Answers take as long as HubSpot's usually do, on the demo's clock. */
const latency: Latency = { readMs: [80, 160], writeMs: [100, 220] };

/** HubSpot for the demo. The shipped policy is one for HubSpot. */
export const hubspotKit: DemoKit = {
  policy: { own: null, fields: [], noReps: [] },
  isEmail: isEmailAddress,
  hasUniqueEmails: true,
  async start({ clock, seed, installer }) {
    const sandbox = await startHubspot({ clock, seed, controlPort: 0, latency });
    const portal = sandbox.addPortal({ id: portalId, name: "Acme Robotics (demo)", timeZone: "Europe/Berlin" });
    return onPortal(sandbox, portal, installer);
  },
};

/** The demo on a portal of a HubSpot that runs. */
export function onPortal(sandbox: HubspotSandbox, portal: Portal, installer: DemoPerson): DemoCrm {
  const userId = userIdOf(installer);
  const admin: Source = { type: "CRM_UI", id: `userId:${userId}`, userId };
  const control = `${sandbox.controlUrl}/portals/${portal.id}`;
  return {
    where: `HubSpot ${sandbox.url} · control ${sandbox.controlUrl} · portal ${portal.id}`,
    variables: hubspotVariables(sandbox),
    meet(appUrl) {
      for (const { webhooks } of sandbox.apps) webhooks.targetUrl = `${appUrl}/hubspot/webhooks`;
    },
    fill: (world) => fillPortal(portal, world, admin),
    addLead: (lead) => addContact(portal, lead),
    qualify: (leadId) => turnMql(portal, leadId),
    allow: (authorizeUrl) => allowApp(authorizeUrl, { portalId: portal.id, userId }),
    isListenedTo: () => sandbox.installations.some(({ removed }) => !removed),
    viewLead: (leadId) => viewContact(portal, leadId),
    ownerName: (ownerId) => ownerName(portal, ownerId),
    personOf: (ownerId) => (portal.owners.has(ownerId) ? ownerId : null),
    syncOwner: (leadId, personId) => syncOwner(portal, leadId, personId),
    readTask: (_leadId, taskId) => readTask(portal, taskId),
    act(what, target) {
      playRep(portal, actionOf(what, target));
    },
    lastRequest: () => sandbox.requests.list().at(-1)?.id ?? 0,
    countRequests: ({ after, until }) =>
      countRequests(sandbox.requests.list({ since: after }).filter(({ id }) => id <= until)),
    hints: (leadId) => [
      { about: "one lead as HubSpot has it", command: `curl ${control}/records/contacts/${leadId}` },
      { about: "what the local HubSpot can do", command: `curl ${sandbox.controlUrl}/` },
    ],
    stop: sandbox.stop,
  };
}

function actionOf(what: RepAct, { leadId, taskId, by }: { leadId: string; taskId: string; by: string }) {
  switch (what) {
    case "completed the task":
      return { action: "complete-task", taskId, by } as const;
    case "logged a call":
      return { action: "log-call", contactId: leadId, by } as const;
    case "sent an e-mail":
      return { action: "log-email", contactId: leadId, by } as const;
  }
}

/** Calls of the API; OAuth is none. */
export function countRequests(entries: readonly RequestEntry[]): RequestCounts {
  const calls = entries.filter((entry) => entry.portalId !== null);
  const search = calls.filter(({ route }) => route.endsWith("/search")).length;
  return { main: calls.length - search, search, refused: calls.filter(({ status }) => status === 429).length };
}
