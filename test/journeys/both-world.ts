import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.ts";
import { createLog, silentLog } from "../../src/log.ts";
import { linkAddress } from "../../src/pipeline/link-address.ts";
import { eraseContact } from "../../src/sandbox/hubspot/merge.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { startSalesforceWorld } from "../crm/salesforce-world.ts";
import { openOnServer, openTestDatabase, testServer } from "../store/database.ts";
import { allowInBrowser, configOf, type OrgJourney, people } from "./org-world.ts";
import { startVendorSync, type VendorSync } from "./vendor-sync.ts";
import { appClock, configFor, installThroughBrowser, pointWebhooks, portalId, withoutCaps } from "./world.ts";

/** One workspace with a portal and an org, whose vendors sync them, and people who work in both. */
export type BothJourney = Omit<OrgJourney, "inTime"> & {
  hubspot: HubspotSandbox;
  portal: Portal;
  sync: VendorSync;
  /** Owner ids in the portal of the two reps of the org; and of one who works in the portal alone. */
  owners: readonly [string, string];
  portalOnly: string;
  /** A contact of the portal that nobody owns; answers its id. */
  contact(properties?: Record<string, string>): string;
  setContact(id: string, properties: Record<string, string>, by?: "person" | "workflow"): void;
  ofContact(id: string, name: string): string;
  /** Deletes a contact for privacy's sake. */
  erase(id: string): void;
  /** A company of the portal; known to Baton when it resolves. */
  company(properties: Record<string, string>): Promise<string>;
  /** The same in the org. */
  account(row: Row): Promise<string>;
  /** The org's lead with this address, where there is one. */
  leadWith(email: string): Record<string, unknown> | undefined;
  contactTasks(contactId: string): string[];
  /** Time passes in small steps until it is so; at most 60 s of real time. */
  inTime(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void>;
  /** So much time passes in small steps. */
  pass(ms: number): Promise<void>;
};

/** The shipped policy for both: the org says who has a lead. */
export const policyForBoth = withoutCaps
  .replace(
    "qualifying_stage: marketingqualifiedlead",
    "qualifying_stage: marketingqualifiedlead\nowner_authority: salesforce",
  )
  .concat("\nby_crm:\n  salesforce: { qualifying_stage: MQL, writes: { stage: MQL, status: null } }\n");

const ownersSeed = {
  teams: [{ id: "1", name: "DACH Sales" }],
  owners: [
    { id: "11", userId: 911, email: "Ada@Acme.example", firstName: "Ada", lastName: "Berg", teams: [{ id: "1" }] },
    { id: "12", userId: 912, email: "ben@acme.example", firstName: "Ben", lastName: "Cole", teams: [{ id: "1" }] },
    { id: "13", userId: 913, email: "hanna@acme.example", firstName: "Hanna", lastName: "Ost", teams: [{ id: "1" }] },
  ],
};

/** `syncMs`: how often the vendors' sync looks; `linked`: the org joins at once (default). */
export async function startBoth({ policyText = policyForBoth, syncMs = 20_000 } = {}): Promise<BothJourney> {
  const org = await startSalesforceWorld();
  const { clock } = org.sandbox;
  const roleId = putRow(org.org, "UserRole", { Name: "DACH Sales" });
  const users = tableOf(org.org, "User");
  for (const id of org.reps) users.put(id, { ...users.get(id), UserRoleId: roleId });
  const hubspot = await startHubspot({ clock, controlPort: 0, seed: 1 });
  const portal = hubspot.addPortal({ id: portalId, name: "Acme Robotics", timeZone: "Europe/Berlin" });
  seedPortal(portal, parseSeed(ownersSeed));
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
  const server = testServer === undefined ? null : await openOnServer(testServer);
  const database = server === null ? { dataDir } : { url: server.url };
  const config = configFor(hubspot, database);
  const app = await createApp({
    config: { ...config, crms: { ...config.crms, ...configOf(org, database).crms } },
    ...{ clock: appClock(clock), policyText, onProgress: () => undefined },
    log: process.env.JOURNEY_LOG === undefined ? silentLog : createLog({ level: "debug", pretty: false }),
    ...(server === null ? { openDatabase: openTestDatabase } : {}),
  });
  await app.start();
  pointWebhooks(hubspot, app.url);
  await installThroughBrowser(app.url, portalId);
  const { query } = app.deps.db;
  const workspace = await query.selectFrom("workspaces").select("id").executeTakeFirstOrThrow();
  const crm = app.deps.crms.salesforce;
  if (crm === undefined) throw new Error("The app has no second CRM.");
  await allowInBrowser(linkAddress(app.deps, crm, workspace.id, app.deps.now()), org);
  const sync = startVendorSync({ portal, org: org.org, clock, userId: org.dialerId, queueId: org.queueId }, syncMs);
  const step = async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    clock.advance(ms);
    await hubspot.webhooks.idle();
  };
  const inTime: BothJourney["inTime"] = async (what, isTrue) => {
    const giveUpAt = performance.now() + 60_000;
    while (!(await isTrue())) {
      if (performance.now() > giveUpAt) throw new Error(`Time passed in vain until ${what}.`);
      await step(1_000);
    }
  };
  const known = async (id: string) => {
    await inTime("the account is known", async () => {
      const found = await query.selectFrom("accounts").select("id").where("id", "=", id).execute();
      return found.length > 0;
    });
    return id;
  };
  const journey: BothJourney = {
    ...org,
    ...people(org),
    ...{ app, hubspot, portal, sync, owners: ["11", "12"], portalOnly: "13", inTime },
    contact: (properties = {}) =>
      createRecord(
        portal,
        "0-1",
        {
          ...{ email: "jana@muster-maschinen.de", firstname: "Jana", lastname: "Muster", country: "Germany" },
          ...{ company: "Muster Maschinen GmbH", ...properties },
        },
        { source: workflow, version: "2026-09", trusted: true },
      ).id,
    erase: (id) => eraseContact(portal, id, person),
    async company(properties) {
      const { id } = createRecord(portal, "0-2", properties, { source: workflow, version: "2026-09" });
      return known(id);
    },
    account: (row) => known(journey.create("Account", row)),
    setContact(id, properties, by = "workflow") {
      updateRecord(portal, "0-1", id, properties, { source: by === "person" ? person : workflow, version: "2026-09" });
    },
    ofContact: (id, name) => portal.records.get("0-1")?.get(id)?.properties.get(name) ?? "",
    leadWith: (email) =>
      [...tableOf(org.org, "Lead").rows()].find((row) => row.Email === email && row.IsDeleted !== true),
    contactTasks: (id) => [...(portal.associations.get(`0-1:${id}:0-27`)?.keys() ?? [])],
    async pass(ms) {
      for (let left = ms; left > 0; left -= 1_000) await step(Math.min(left, 1_000));
    },
    async stop() {
      sync.stop();
      await app.stop();
      await hubspot.stop();
      await org.stop();
      await server?.db.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await inTime("both are open", async () => {
    const open = await query.selectFrom("syncCursors").select("connectionId").where("kind", "=", "qualified").execute();
    return open.length === 2;
  });
  return journey;
}

const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
const person = { type: "CRM_UI", id: "userId:911", userId: 911 };
