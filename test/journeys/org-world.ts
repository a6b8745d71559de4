import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { type App, createApp } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import { createLog, silentLog } from "../../src/log.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld } from "../crm/salesforce-world.ts";
import { openOnServer, openTestDatabase, testServer } from "../store/database.ts";
import { appClock, configFor } from "./world.ts";

/** Baton installed in the local Salesforce, and people who work in its org. */
export type OrgJourney = SalesforceWorld & {
  app: App;
  /** Time passes in small steps (2 s each ten milliseconds) until it is so; at most 60 s of real time. */
  inTime(what: string, isTrue: () => boolean, stepMs?: number): Promise<void>;
  /** As a rep does it in the user interface. */
  create(object: string, row: Row): string;
  update(object: string, id: string, row: Row): void;
  /** A lead of the company "Muster Maschinen GmbH" that waits in a queue; answers its id. */
  aLead(row?: Row): string;
  lead(id: string): Row;
  /** Those that are not deleted. */
  tasksOf(leadId: string): Row[];
};

/** A policy for HubSpot as an org of Salesforce has it: its own status qualifies, and there is no status beside it. */
export const forOrg = (policyText: string): string =>
  policyText
    .replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: MQL")
    .replace("status: OPEN, clear_backward_stage", "status: null, clear_backward_stage");

/** The shipped policy, but for its caps. */
export const orgPolicy = forOrg(
  readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8").replace(
    /caps: \{.*?\}/,
    "caps: {}",
  ),
);

/** `prepare`: before Baton is installed. */
export async function startOrgJourney({
  policyText = orgPolicy,
  prepare = () => undefined,
}: {
  policyText?: string;
  prepare?: (world: SalesforceWorld) => void;
} = {}): Promise<OrgJourney> {
  const world = await startSalesforceWorld();
  const roleId = putRow(world.org, "UserRole", { Name: "DACH Sales" });
  const users = tableOf(world.org, "User");
  for (const id of world.reps) users.put(id, { ...users.get(id), UserRoleId: roleId });
  prepare(world);
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
  const server = testServer === undefined ? null : await openOnServer(testServer);
  const app = await createApp({
    config: configOf(world, server === null ? { dataDir } : { url: server.url }),
    ...{ clock: appClock(world.sandbox.clock), policyText, onProgress: () => undefined },
    log: process.env.JOURNEY_LOG === undefined ? silentLog : createLog({ level: "debug", pretty: false }),
    ...(server === null ? { openDatabase: openTestDatabase } : {}),
  });
  await app.start();
  await allowInBrowser(`${app.url}/salesforce/install`, world);
  return {
    ...world,
    ...people(world),
    app,
    async stop() {
      await app.stop();
      await world.stop();
      await server?.db.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function configOf(
  { sandbox }: Pick<SalesforceWorld, "sandbox">,
  database: Parameters<typeof configFor>[1],
): Config {
  const urls = { loginUrl: sandbox.url, pubSubUrl: sandbox.pubSubUrl };
  return {
    ...configFor({ url: "" }, database),
    crms: {
      salesforce: {
        ...{ clientId: "baton", clientSecret: "secret", leadAccountField: "Account__c", holidayNames: [] },
        ...urls,
      },
    },
  };
}

/** What an admin does in the browser: open the install address, allow, come back. */
export const installThroughBrowser = (
  app: Pick<App, "url">,
  world: Pick<SalesforceWorld, "org" | "ownUserId">,
): Promise<void> => allowInBrowser(`${app.url}/salesforce/install`, world);

/** The same from any address that begins it. */
export async function allowInBrowser(
  address: string,
  { org, ownUserId }: Pick<SalesforceWorld, "org" | "ownUserId">,
): Promise<void> {
  const begin = await fetch(address, { redirect: "manual" });
  const authorize = new URL(begin.headers.get("location") ?? "");
  const cookie = (begin.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const form = new URLSearchParams(authorize.search);
  form.set("user", `${org.id}/${ownUserId}`);
  form.set("decision", "allow");
  const page = `${authorize.origin}${authorize.pathname}`;
  const allowed = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  const callback = await fetch(allowed.headers.get("location") ?? "", { headers: { cookie } });
  expect([callback.status, callback.status === 200 ? "" : await callback.text()]).toEqual([200, ""]);
}

export function people({
  org,
  reps,
  queueId,
  sandbox,
}: SalesforceWorld): Omit<OrgJourney, keyof SalesforceWorld | "app"> {
  const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(org, personIn(org, reps[0]), run);
  const create: OrgJourney["create"] = (object, row) =>
    asAda((writing) => createRecord(writing, tableOf(org, object).object, row));
  return {
    create,
    update: (object, id, row) => asAda((writing) => updateRecord(writing, tableOf(org, object).object, id, row)),
    aLead: (row = {}) =>
      create("Lead", {
        ...{ FirstName: "Jana", LastName: "Muster", Email: "jana@muster-maschinen.de" },
        ...{ Company: "Muster Maschinen GmbH", Country: "Germany", OwnerId: queueId, ...row },
      }),
    lead: (id) => tableOf(org, "Lead").get(id) ?? {},
    tasksOf: (id) => [...tableOf(org, "Task").withValues("WhoId", [id])].filter((row) => row.IsDeleted !== true),
    async inTime(what, isTrue, stepMs = 2_000) {
      const giveUpAt = performance.now() + 60_000;
      while (!isTrue()) {
        if (performance.now() > giveUpAt) throw new Error(`Time passed in vain until ${what}.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        // Facts must not grow old while somebody works with them.
        sandbox.clock.advance(stepMs);
      }
    },
  };
}
