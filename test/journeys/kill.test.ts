import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import {
  batonEnv,
  checkout,
  createBatonProcess,
  freePort,
  hubspotVariables,
  type RealProcess,
} from "../../scripts/baton-process.ts";
import { redriveParked } from "../../src/pipeline/redrive.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { pause, until } from "../faults/until.ts";
import { type FreshDirectory, freshDirectory } from "../store/database.ts";
import { seed } from "./seed.ts";
import { installThroughBrowser, pointWebhooks, portalId } from "./world.ts";

const rounds = 3;
const leadsARound = 40;
const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };

let hubspot: HubspotSandbox;
let portal: Portal;
let folder: string;
let directory: FreshDirectory;
let baton: RealProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-kill-"));
  // Six reps take more than the shipped capacity here: what is asked is what survives, not who is full.
  const policy = await readFile(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");
  await writeFile(
    join(folder, "policy.yaml"),
    policy.replace("capacity: 30", "capacity: 9999").replace(/caps: \{.*?\}/, "caps: {}"),
  );
  hubspot = await startHubspot({ seed: 7 });
  portal = hubspot.addPortal({ id: portalId, name: "Kill", timeZone: "Europe/Berlin" });
  seedPortal(portal, parseSeed(seed));
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  directory = await freshDirectory();
  const database = { dataDir: directory.dataDir };
  const policyPath = join(folder, "policy.yaml");
  const env = batonEnv({ crms: hubspotVariables(hubspot.url), publicUrl, database, policyPath, leaseSeconds: 30 });
  baton = createBatonProcess({ name: "baton", args: [], env, port, code: checkout });
  pointWebhooks(hubspot, publicUrl);
  hubspot.webhooks.settings.retryDelaysMs = Array.from({ length: 10 }, () => 1_500);
}, 60_000);

afterAll(async () => {
  baton.kill();
  await baton.gone();
  await hubspot.stop();
  await directory.remove();
  await rm(folder, { recursive: true, force: true });
});

test("five times kill -9 under load: nothing acknowledged is lost, one decision and one open task each (I1, I3, I9)", async () => {
  const random = createRandom(4711);
  await baton.start();
  await installThroughBrowser(baton.url, portalId);
  await until("the first lead is routed", () => {
    return allRouted([contactIds[0] ?? qualify("first")]);
  });

  for (let round = 0; round < rounds; round += 1) {
    for (let each = 0; each < leadsARound; each += 1) qualify(`r${round}-${each}`);
    await pause(100 + Math.floor(random() * 900));
    baton.kill();
    await baton.gone();
    await baton.start();
  }
  // What was in hand at three deaths is parked, though it is not to blame here; an operator lets it go again.
  await baton.stop();
  await withDatabase((db) => redriveParked(db, { workspaceId: null, at: new Date().toISOString() }));
  await baton.start();
  await until("every lead has an owner and a task", () => allRouted(contactIds), { withinMs: 90_000 });
  await baton.stop();

  const { stored, twice } = await withDatabase(readStored);
  const keys = new Set(stored.map((row) => `${row.subjectId} ${Date.parse(row.occurredAt)}`));
  const acknowledged = hubspot.webhooks.deliveries
    .acknowledged()
    .filter((event) => event.objectTypeId === "0-1" && event.objectId !== undefined)
    .map((event) => `${event.objectId} ${event.occurredAt}`);
  const lost = acknowledged.filter((key) => !keys.has(key));
  expect(lost).toEqual([]);
  expect(twice).toBe(0);
  expect(contactIds.filter((id) => openTasks(id) !== 1)).toEqual([]);
}, 180_000);

const contactIds: string[] = [];

async function withDatabase<T>(run: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDatabase({ dataDir: directory.dataDir });
  return run(db).finally(() => db.close());
}

async function readStored({
  query,
}: Db): Promise<{ stored: { subjectId: string; occurredAt: string }[]; twice: number }> {
  const stored = await sql<{ subjectId: string; occurredAt: string }>`
    select subject_id, occurred_at from inbox where subject_kind = 'lead'
  `.execute(query);
  const twice = await sql`
    select 1 from decisions where round = 0 group by lead_id having count(*) > 1
  `.execute(query);
  return { stored: stored.rows, twice: twice.rows.length };
}

function qualify(name: string): string {
  const properties = { email: `${name}@somewhere.example`, country: "Germany" };
  const { id } = createRecord(portal, "0-1", properties, { source: workflow, version: "2026-09" });
  updateRecord(
    portal,
    "0-1",
    id,
    { lifecyclestage: "marketingqualifiedlead" },
    { source: workflow, version: "2026-09" },
  );
  contactIds.push(id);
  return id;
}

const propertyOf = (type: string, id: string, name: string) => portal.records.get(type)?.get(id)?.properties.get(name);

function openTasks(contactId: string): number {
  const tasks = [...(portal.associations.get(`0-1:${contactId}:0-27`)?.keys() ?? [])];
  return tasks.filter((id) => propertyOf("0-27", id, "hs_task_status") === "NOT_STARTED").length;
}

const allRouted = (ids: readonly string[]) =>
  ids.every((id) => propertyOf("0-1", id, "hubspot_owner_id") !== undefined && openTasks(id) > 0);
