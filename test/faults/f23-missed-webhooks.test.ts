import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { eraseContact, mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { archiveRecord, createRecord, restoreRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "../journeys/world.ts";
import { passMinute, roomyPolicy } from "./journey.ts";
import { scale } from "./scale.ts";

// F23 (reliability.md §3.17): what no webhook told is found, and what is known is not decided again (I1, I15).

const hourMs = 60 * 60_000;
const stepMs = 60_000;
const outageMs = scale(1, 3) * hourMs;
const foundWithinMs = 15 * 60_000;
const leadsAStep = scale(2, 20);
const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };

let journey: Journey;
let fromBeforeInstall = "";
beforeAll(async () => {
  journey = await startJourney({
    policyText: roomyPolicy,
    prepare(portal) {
      const write = { source: person, version: "2026-09" as const };
      const properties = { email: "before@somewhere.example", country: "Germany" };
      fromBeforeInstall = createRecord(portal, "0-1", properties, write).id;
      updateRecord(portal, "0-1", fromBeforeInstall, { lifecyclestage: "marketingqualifiedlead" }, write);
      portal.clock.advance(2 * hourMs);
    },
  });
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => {
  journey.hubspot.faults.clear();
  journey.hubspot.webhooks.settings.dropProbability = 0;
});

type Found = { leadId: string; qualifiedAt: string; decidedAt: string };
const decisions = async (): Promise<Found[]> =>
  (
    await sql<Found>`select lead_id, qualified_at, decided_at from decisions order by decided_at, lead_id`.execute(
      journey.app.deps.db.query,
    )
  ).rows;

let serial = 0;
const newLead = (country = "Germany") => {
  serial += 1;
  return journey.qualify({ email: `lead${serial}@somewhere.example`, country });
};

/** Leads qualify all through the outage. */
async function outage(pass: () => Promise<void>): Promise<string[]> {
  journey.hubspot.webhooks.settings.dropProbability = 1;
  const ids: string[] = [];
  for (let passed = 0; passed < outageMs; passed += stepMs) {
    for (let each = 0; each < leadsAStep; each += 1) ids.push(newLead());
    await pass();
  }
  return ids;
}

test("all webhooks are lost for hours: each lead is decided within 15 minutes of its qualification, once", async () => {
  const before = journey.hubspot.webhooks.deliveries.list().length;
  const ids = await outage(() => passMinute(journey));
  expect(journey.hubspot.webhooks.deliveries.list()).toHaveLength(before);

  await journey.pass(foundWithinMs, stepMs);
  const found = (await decisions()).filter(({ leadId }) => ids.includes(leadId));
  expect(found.map(({ leadId }) => leadId).sort()).toEqual([...ids].sort());
  expect(
    found.filter(({ qualifiedAt, decidedAt }) => Date.parse(decidedAt) - Date.parse(qualifiedAt) > foundWithinMs),
  ).toEqual([]);
  expect(ids.filter((id) => journey.tasksOf(id).length !== 1)).toEqual([]);
}, 120_000);

test("the CRM does not answer either: each lead is decided within 15 minutes of the outage's end, once", async () => {
  journey.hubspot.faults.add({ route: "*", kind: "status-before", status: 503 });
  const ids = await outage(() => journey.step(stepMs));
  journey.hubspot.faults.clear();

  await journey.pass(foundWithinMs, stepMs);
  const found = (await decisions()).filter(({ leadId }) => ids.includes(leadId));
  expect(found.map(({ leadId }) => leadId).sort()).toEqual([...ids].sort());
  expect(ids.filter((id) => journey.tasksOf(id).length !== 1)).toEqual([]);
}, 120_000);

/** Sets how far the search for qualified leads got. */
async function corrupt(cursor: object): Promise<void> {
  await sql`update sync_cursors set cursor = ${JSON.stringify(cursor)}::jsonb where kind = 'qualified'`.execute(
    journey.app.deps.db.query,
  );
}

const ownerHistory = () =>
  new Map(
    [...(journey.portal.records.get("0-1")?.values() ?? [])].map(({ id, history }) => [
      id,
      (history.get("hubspot_owner_id") ?? []).length,
    ]),
  );

test.each([
  ["back by a day", () => ({ since: new Date(journey.clock.now() - 24 * hourMs).toISOString() })],
  ["to what nobody can read", () => ({ before: "yesterday" })],
])(
  "the cursor is corrupted %s: nothing known is decided again, and what was missed is found",
  async (_how, cursor) => {
    await everyKnownKind();
    const known = await decisions();
    const owners = ownerHistory();
    journey.hubspot.webhooks.settings.dropProbability = 1;
    const missed = newLead();
    await journey.step(20_000);
    await corrupt(cursor());

    const found = async () => (await decisions()).filter(({ leadId }) => leadId === missed);
    // Thousands of leads are looked through: the clock waits for a busy machine.
    await journey.inTime("the missed lead is found", async () => (await found()).length > 0, 60_000);
    const [{ qualifiedAt, decidedAt } = { qualifiedAt: "", decidedAt: "" }] = await found();
    expect(Date.parse(decidedAt) - Date.parse(qualifiedAt)).toBeLessThanOrEqual(foundWithinMs);
    await journey.pass(foundWithinMs, stepMs);
    const again = await decisions();
    expect(again.filter(({ leadId }) => leadId === missed)).toHaveLength(1);
    expect(again.filter(({ leadId }) => leadId !== missed)).toEqual(known);
    owners.delete(missed);
    expect([...ownerHistory()].filter(([id]) => id !== missed)).toEqual([...owners]);
    expect(again.map(({ leadId }) => leadId)).not.toContain(fromBeforeInstall);
  },
  120_000,
);

/** Leads of each kind that stands in the qualifying stage and needs no decision any more. */
async function everyKnownKind(): Promise<void> {
  const [taken, restored, erased, first, second] = [newLead(), newLead(), newLead(), newLead(), newLead()];
  newLead("Nowhere");
  await journey.pass(60_000);
  const [third, fourth] = [newLead(), newLead()];
  await journey.pass(60_000);
  playRep(journey.portal, { action: "claim-lead", contactId: taken, ownerId: "301" });
  archiveRecord(journey.portal, "0-1", restored, person);
  mergeContacts(journey.portal, first, third, person);
  mergeContacts(journey.portal, fourth, second, person);
  eraseContact(journey.portal, erased, person);
  await journey.pass(60_000);
  restoreRecord(journey.portal, "0-1", restored, person);
  await journey.pass(60_000);
}
