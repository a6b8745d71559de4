import { callKind } from "../../../scripts/chaos/points.ts";
import { createClock } from "../../../src/sandbox/create-clock.ts";
import { eraseContact, mergeContacts } from "../../../src/sandbox/hubspot/merge.ts";
import type { HubspotRecord } from "../../../src/sandbox/hubspot/portal.ts";
import { archiveRecord, createRecord, restoreRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../../src/sandbox/hubspot/server.ts";
import { seed } from "../../journeys/seed.ts";
import { installThroughBrowser, pointWebhooks, portalId, startOfTime } from "../../journeys/world.ts";
import { patientPolicy } from "./policy.ts";
import type { LifeCrm, Station } from "./world.ts";

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "2026-09" } as const;
const mql = "marketingqualifiedlead";

const stations: Readonly<Record<string, Station["what"]>> = {
  read: "read",
  "owner write": "owner",
  "task write": "task",
};

/** A portal of HubSpot. Of its own it has that what was deleted is restored. */
export async function startHubspotLife(): Promise<LifeCrm> {
  const clock = createClock({ startAt: startOfTime, speed: 1 });
  const hubspot = await startHubspot({ clock, seed: 1 });
  const portal = hubspot.addPortal({ id: portalId, name: "Acme Robotics", timeZone: "Europe/Berlin" });
  seedPortal(portal, parseSeed(seed));
  const contacts = () => portal.records.get("0-1") ?? new Map<string, HubspotRecord>();
  const stationOf = (route: string) =>
    route.includes("/contacts/") || route.includes("/tasks/") ? callKind(route) : null;

  function create(name: string): string {
    const properties = { email: `${name}@${name}.example`, lastname: name, country: "Germany" };
    return createRecord(portal, "0-1", properties, { ...workflow, trusted: true }).id;
  }

  return {
    clock,
    crms: {
      hubspot: { clientId: "baton", clientSecrets: ["secret"], apiUrl: hubspot.url, oauthUrl: hubspot.url },
    },
    policyText: patientPolicy,
    hasTold() {
      const { inFlight, ready } = hubspot.webhooks.pending();
      return inFlight + ready === 0;
    },
    calls: () => hubspot.requests.list().at(-1)?.id ?? 0,
    watch(run) {
      hubspot.requests.watch(({ route, path, body }, moment) => {
        const what = stations[stationOf(path) ?? stationOf(route) ?? ""];
        if (what !== undefined) run({ what, moment, text: JSON.stringify(body) });
      });
    },
    async install(url) {
      pointWebhooks(hubspot, url);
      await installThroughBrowser(url, portalId);
    },
    create,
    qualify(name) {
      const id = create(name);
      updateRecord(portal, "0-1", id, { lifecyclestage: mql }, workflow);
      return id;
    },
    strike(kind, leadId, otherId) {
      if (kind === "merge") return mergeContacts(portal, otherId, leadId, person);
      if (kind === "privacy deletion") eraseContact(portal, leadId, person);
      else archiveRecord(portal, "0-1", leadId, person);
      return null;
    },
    makeGood(kind, leadId) {
      if (kind === "convert or restore") restoreRecord(portal, "0-1", leadId, person);
    },
    seen(leadId) {
      const contact = contacts().get(portal.mergedInto.get(leadId) ?? leadId);
      if (contact === undefined || contact.archivedAt !== null) return null;
      const ids = [...(portal.associations.get(`0-1:${contact.id}:0-27`)?.keys() ?? [])];
      const tasks = ids.flatMap((id) => portal.records.get("0-27")?.get(id) ?? []);
      return {
        ownerId: contact.properties.get("hubspot_owner_id") || null,
        qualifies: contact.properties.get("lifecyclestage") === mql,
        openTasks: tasks
          .filter(
            ({ archivedAt, properties }) => archivedAt === null && properties.get("hs_task_status") !== "COMPLETED",
          )
          .map(({ properties }) => properties.get("hubspot_owner_id") ?? ""),
      };
    },
    writes(leadId) {
      const about = hubspot.requests.list().filter(({ body }) => JSON.stringify(body ?? "").includes(`"${leadId}"`));
      const owners = about.filter(
        ({ path, body }) => callKind(path) === "owner write" && JSON.stringify(body).includes("hubspot_owner_id"),
      );
      return {
        owner: owners.filter(({ path }) => path.includes("/contacts/")).length,
        task: about.filter(({ path }) => callKind(path) === "task write").length,
      };
    },
    async stop() {
      await hubspot.stop();
      clock.stop();
    },
  };
}
