import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { weighOpportunities } from "../../src/pipeline/weigh-opportunities.ts";
import { archiveRecord, createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { allConnections } from "../../src/store/connections.ts";
import { aPolicy } from "../builders.ts";
import { type Journey, startJourney } from "./world.ts";

// A lead takes its rep's capacity until it is dealt with, and no longer (default-policy §2, Load).

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");
  journey = await startJourney({
    policyText: shipped.replace("capacity: 30", "capacity: 2").replace(/caps: \{.*?\}/, "caps: {}"),
  });
}, 60_000);
afterAll(() => journey.stop());

const source = { source: { type: "CRM_UI", id: "userId:9301", userId: 9301 } as const, version: "2026-09" as const };
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const lead = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });

async function holderOf(itemId: string): Promise<string | null> {
  const { rows } = await sql<{ repId: string }>`
    select rep_id from open_work where item_id = ${itemId} and points > 0
  `.execute(journey.app.deps.db.query);
  return rows[0]?.repId ?? null;
}

/** Reps whose load is not the sum of their open work. */
async function wrongLoads(): Promise<unknown[]> {
  const { rows } = await sql`
    select * from (select rep_id, sum(points)::int as points from open_work where points > 0 group by rep_id) w
    full join (select rep_id, points from loads where points <> 0) l using (rep_id)
    where w.points is distinct from l.points
  `.execute(journey.app.deps.db.query);
  return rows;
}

async function dealWith(id: string, change: Record<string, string>): Promise<void> {
  const [task] = journey.tasksOf(id);
  if (task !== undefined) playRep(journey.portal, { action: "complete-task", taskId: task });
  updateRecord(journey.portal, "0-1", id, change, source);
  await journey.settled();
}

test("a rep who deals with every lead gets the next one, however many there were", async () => {
  for (let each = 0; each < 12; each += 1) {
    const id = journey.qualify(lead(`next-${each}`));
    await journey.settled();
    expect(ownerOf(id)).not.toBe("");
    await dealWith(id, { lifecyclestage: each % 2 === 0 ? "customer" : "salesqualifiedlead" });
    expect(await holderOf(id)).toBeNull();
  }
  expect(await wrongLoads()).toEqual([]);
}, 60_000);

test("a touched lead stays its rep's work, and one that a person gives to somebody else becomes theirs", async () => {
  const id = journey.qualify(lead("touched"));
  await journey.settled();
  const owner = ownerOf(id);
  playRep(journey.portal, { action: "log-call", contactId: id });
  await journey.pass(20 * 60_000, 60_000);
  expect(await holderOf(id)).toBe(owner);

  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  await journey.settled();
  expect(await holderOf(id)).toBe("301");
  await dealWith(id, { hs_lead_status: "BAD_TIMING" });
  // HubSpot is not asked to tell of statuses: each of ours would come back.
  await journey.pass(40 * 60_000, 5 * 60_000);
  expect(await holderOf(id)).toBeNull();
}, 60_000);

test("what no event told is seen within half an hour", async () => {
  const closed = journey.qualify(lead("closed"));
  const taken = journey.qualify(lead("taken"));
  await journey.settled();
  for (const id of [closed, taken]) playRep(journey.portal, { action: "log-call", contactId: id });
  await journey.pass(20 * 60_000, 60_000);
  journey.hubspot.webhooks.settings.dropProbability = 1;
  updateRecord(journey.portal, "0-1", closed, { lifecyclestage: "opportunity" }, source);
  updateRecord(journey.portal, "0-1", taken, { hubspot_owner_id: "301" }, source);
  await journey.settled();
  journey.hubspot.webhooks.settings.dropProbability = 0;
  expect([await holderOf(closed), await holderOf(taken)]).not.toContain(null);

  await journey.pass(40 * 60_000, 5 * 60_000);

  expect(await holderOf(closed)).toBeNull();
  expect(await holderOf(taken)).toBe("301");
  expect(await wrongLoads()).toEqual([]);
}, 60_000);

test("a lead that is taken up again counts once more", async () => {
  const id = journey.qualify(lead("taken-up-again"));
  await journey.settled();
  const owner = ownerOf(id);
  await dealWith(id, { hs_lead_status: "BAD_TIMING" });
  await journey.pass(40 * 60_000, 5 * 60_000);
  expect(await holderOf(id)).toBeNull();

  updateRecord(journey.portal, "0-1", id, { hs_lead_status: "IN_PROGRESS" }, source);
  await journey.pass(40 * 60_000, 5 * 60_000);
  expect(await holderOf(id)).toBe(owner);
  await dealWith(id, { lifecyclestage: "customer" });
  expect(await wrongLoads()).toEqual([]);
}, 60_000);

test("a lead whose writes HubSpot refuses to take for an hour is its rep's work all the time", async () => {
  const route = "POST /crm/objects/:version/contacts/batch/update";
  journey.hubspot.faults.add({ route, kind: "status-before", status: 502 });
  const id = journey.qualify({ ...lead("unwritten"), hubspotscore: "45", recent_conversion_event_name: "Guide" });
  for (let minutes = 0; minutes < 40; minutes += 1) await journey.step(60_000);
  const during = await holderOf(id);
  journey.hubspot.faults.clear();
  await journey.pass(30 * 60_000, 60_000);

  expect(during).not.toBeNull();
  expect(ownerOf(id)).toBe(during);
  expect(await holderOf(id)).toBe(during);
  await dealWith(id, { lifecyclestage: "customer" });
}, 60_000);

test("a lead that its rep disqualifies is passed on to nobody, and keeps its status", async () => {
  const id = journey.qualify(lead("spam"));
  await journey.settled();
  const owner = ownerOf(id);
  updateRecord(journey.portal, "0-1", id, { hs_lead_status: "UNQUALIFIED" }, source);
  await journey.pass(25 * 60_000, 60_000);

  expect([ownerOf(id), journey.property("0-1", id, "hs_lead_status")]).toEqual([owner, "UNQUALIFIED"]);
  const [task = ""] = journey.tasksOf(id);
  expect(journey.property("0-27", task, "hs_task_body")).toContain("has got a status that ends the work on it");
  expect(await holderOf(id)).toBeNull();
}, 60_000);

test("a deal weighs more the further it is, and more again after a month in one stage", async () => {
  const { db } = journey.app.deps;
  const deal = createRecord(
    journey.portal,
    "0-3",
    { dealname: "D", dealstage: "qualifiedtobuy", hubspot_owner_id: "101" },
    source,
  ).id;
  const weight = async () => {
    const { rows } = await sql<{ points: number }>`select points from open_work where item_id = ${deal}`.execute(
      db.query,
    );
    return rows[0]?.points ?? null;
  };
  await journey.inTime("it counts for its owner", async () => (await weight()) === 1);
  updateRecord(journey.portal, "0-3", deal, { dealstage: "contractsent" }, source);
  await journey.inTime("it counts three times", async () => (await weight()) === 3);

  const [connection] = await allConnections(db.query);
  if (connection === undefined) throw new Error("Baton is not installed.");
  const inAMonth = new Date(journey.app.deps.now().getTime() + 31 * 86_400_000);
  const workspace = { readPolicy: async () => ({ version: 1, policy: aPolicy() }) };
  await weighOpportunities({ db, now: () => inAMonth }, workspace, { connection });
  expect(await weight()).toBe(4);
  expect(await wrongLoads()).toEqual([]);
});

test("a deleted deal is nobody's work any more", async () => {
  const { rows } = await sql<{ itemId: string }>`
    select item_id from open_work where item_kind = 'opportunity' order by item_id limit 1
  `.execute(journey.app.deps.db.query);
  const deal = rows[0]?.itemId ?? "";
  expect(deal).not.toBe("");

  archiveRecord(journey.portal, "0-3", deal, source.source);
  await journey.pass(60_000);

  expect(await holderOf(deal)).toBeNull();
  expect(await wrongLoads()).toEqual([]);
});
