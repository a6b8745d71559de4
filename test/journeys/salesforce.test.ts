import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type App, createApp } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import { createLog, silentLog } from "../../src/log.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { playRep } from "../../src/sandbox/salesforce/control/rep.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld } from "../crm/salesforce-world.ts";
import { openOnServer, openTestDatabase, testServer } from "../store/database.ts";
import { appClock, configFor } from "./world.ts";

/** The shipped policy as an org of Salesforce has it: its own status qualifies, and there is no status beside it. */
const policyText = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8")
  .replace("qualifying_stage: marketingqualifiedlead", "qualifying_stage: MQL")
  .replace("status: OPEN, clear_backward_stage", "status: null, clear_backward_stage")
  .replace(/caps: \{.*?\}/, "caps: {}");

let world: SalesforceWorld;
let app: App;
let drop: () => Promise<void>;
beforeEach(async () => {
  world = await startSalesforceWorld();
  const roleId = putRow(world.org, "UserRole", { Name: "DACH Sales" });
  const users = tableOf(world.org, "User");
  for (const id of world.reps) users.put(id, { ...users.get(id), UserRoleId: roleId });
  const dataDir = await mkdtemp(join(tmpdir(), "baton-test-empty-"));
  const server = testServer === undefined ? null : await openOnServer(testServer);
  drop = async () => {
    await server?.db.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  const common = configFor({ url: "" }, server === null ? { dataDir } : { url: server.url });
  const config: Config = {
    ...common,
    crms: {
      salesforce: {
        ...{ clientId: "baton", clientSecret: "secret", loginUrl: world.sandbox.url },
        ...{ pubSubUrl: world.sandbox.pubSubUrl, leadAccountField: "Account__c" },
      },
    },
  };
  app = await createApp({
    ...{ config, clock: appClock(world.sandbox.clock), policyText, onProgress: () => undefined },
    log: process.env.JOURNEY_LOG === undefined ? silentLog : createLog({ level: "debug", pretty: false }),
    ...(server === null ? { openDatabase: openTestDatabase } : {}),
  });
  await app.start();
  await installThroughBrowser();
});
afterEach(async () => {
  await app.stop();
  await world.stop();
  await drop();
});

/** What an admin does in the browser: open the install address, allow, come back. */
async function installThroughBrowser(): Promise<void> {
  const begin = await fetch(`${app.url}/salesforce/install`, { redirect: "manual" });
  const authorize = new URL(begin.headers.get("location") ?? "");
  const cookie = (begin.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const form = new URLSearchParams(authorize.search);
  form.set("user", `${world.org.id}/${world.ownUserId}`);
  form.set("decision", "allow");
  const page = `${authorize.origin}${authorize.pathname}`;
  const allowed = await fetch(page, { method: "POST", body: form, redirect: "manual" });
  const callback = await fetch(allowed.headers.get("location") ?? "", { headers: { cookie } });
  expect([callback.status, callback.status === 200 ? "" : await callback.text()]).toEqual([200, ""]);
}

/** Time passes in small steps until it is so; at most 60 s of real time. */
async function inTime(what: string, isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error(`Time passed in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    // Facts must not grow old while somebody works with them.
    world.sandbox.clock.advance(2_000);
  }
}

const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const create = (object: string, row: Row) =>
  asAda((writing) => createRecord(writing, tableOf(world.org, object).object, row));
const lead = (id: string): Row => tableOf(world.org, "Lead").get(id) ?? {};
const tasksOf = (id: string): Row[] =>
  [...tableOf(world.org, "Task").withValues("WhoId", [id])].filter((row) => row.IsDeleted !== true);

const aLead = (row: Row = {}) =>
  create("Lead", {
    ...{ FirstName: "Jana", LastName: "Muster", Email: "jana@muster-maschinen.de", Company: "Muster Maschinen GmbH" },
    ...{ Country: "Germany", OwnerId: world.queueId, ...row },
  });

test("a lead that becomes MQL gets the owner of its account, a task with the reason, and is watched until the rep acts", async () => {
  const { reps, org } = world;
  const accountId = create("Account", {
    ...{ Name: "Muster Maschinen GmbH", Website: "https://www.muster-maschinen.de", OwnerId: reps[1] },
    BillingCountry: "Germany",
  });
  const id = aLead();

  asAda((writing) => updateRecord(writing, tableOf(org, "Lead").object, id, { Status: "MQL" }));

  await inTime("the lead is owned", () => lead(id).OwnerId !== world.queueId);
  expect(lead(id).OwnerId).toBe(reps[1]);
  await inTime("there is a task", () => tasksOf(id).length > 0);
  const [task = {}] = tasksOf(id);
  expect(task).toMatchObject({ OwnerId: reps[1], IsClosed: false, IsReminderSet: true });
  expect(task.Subject).toContain("Muster");
  expect(task.Description).not.toMatch(/<\w+>/);
  expect(lead(id)).toMatchObject({ Baton_SLA_Status__c: "running", Status: "MQL" });
  expect(lead(id).Baton_Reason__c).toBeTruthy();
  expect(lead(id)).toMatchObject({ Account__c: accountId, Baton_Matched_Account__c: null });

  playRep(org, { action: "log-call", whoId: id });
  playRep(org, { action: "complete-task", taskId: String(task.Id) });
  await inTime("the SLA is met", () => lead(id).Baton_SLA_Status__c === "met");
});

test("an event is enough: the lead is owned before the CRM is asked, and after an outage of the feed it is asked", async () => {
  const { org, queueId, sandbox } = world;
  const listens = () => org.bus.delivered() > 0;
  const told = aLead();
  await inTime("the feed is open", () => {
    asAda((writing) =>
      updateRecord(writing, tableOf(org, "Lead").object, told, { Rating: "Hot", Title: String(Math.random()) }),
    );
    return listens();
  });
  const before = world.now().getTime();
  asAda((writing) => updateRecord(writing, tableOf(org, "Lead").object, told, { Status: "MQL" }));
  await inTime("the lead is owned", () => lead(told).OwnerId !== queueId);
  expect(world.now().getTime() - before).toBeLessThan(60_000);

  org.bus.loseEvents();
  org.bus.closeStreams();
  const missed = aLead({ LastName: "Berg", Email: "b@other.example", Company: "Other", Status: "MQL" });
  await inTime("the lead that no event told of is owned", () => lead(missed).OwnerId !== queueId);
  expect(sandbox.requests.list().length).toBeGreaterThan(0);
});

test("an assignment rule of the org does not undo what was decided, and our own change starts nothing", async () => {
  const { org, queueId } = world;
  org.rules.assignment.set("Lead", queueId);
  const id = aLead({ Status: "MQL" });

  await inTime("the lead is owned", () => lead(id).OwnerId !== queueId);
  await inTime("there is a task", () => tasksOf(id).length > 0);
  const owner = lead(id).OwnerId;
  const writes = () => world.sandbox.requests.list().filter(({ method }) => method === "PATCH").length;
  const before = writes();
  // Three looks of the catch-up.
  const until = world.now().getTime() + 35 * 60_000;
  await inTime("half an hour is over", () => world.now().getTime() > until);

  expect(lead(id).OwnerId).toBe(owner);
  expect(tasksOf(id)).toHaveLength(1);
  expect(writes() - before).toBeLessThanOrEqual(2);
});
