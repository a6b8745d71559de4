import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type Journey, startJourney } from "./world.ts";

// What the CRM does not hand out cannot be followed up; it must not keep others from it, and somebody must hear of it.

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const alarms = async () =>
  (await openAlertsOfAll(journey.app.deps.db.query, 100)).filter(({ kind }) => kind === "clocks-unwatched");

async function assigned(...names: string[]): Promise<string[]> {
  const ids = names.map((name) => journey.qualify(hot(name)));
  await journey.settled();
  expect(ids.map(ownerOf)).not.toContain("");
  return ids;
}

const wasPassedOn = (leadId: string) =>
  journey.progress.some((line) => line.kind === "sla" && line.leadId === leadId && line.what === "reassigned");

test("a contact that HubSpot does not hand out keeps no other lead with a rep who is late, and is told of", async () => {
  const ids = await assigned("one", "two", "three", "four");
  const [hidden = ""] = ids;
  const route = "POST /crm/objects/:version/contacts/batch/read";
  journey.hubspot.faults.add({ route, kind: "record-failed", record: hidden, category: "OBJECT_NOT_READABLE" });
  await journey.pass(33 * 60_000, 60_000);

  expect(ids.map(wasPassedOn)).toEqual([false, true, true, true]);
  expect((await alarms()).map(({ message }) => message)).toEqual([expect.stringContaining(`lead ${hidden}`)]);

  journey.hubspot.faults.clear();
  await journey.pass(20 * 60_000, 60_000);
  expect(wasPassedOn(hidden)).toBe(true);
  expect(await alarms()).toEqual([]);
}, 120_000);

test("a permission that was taken back while clocks run is told of, and they go on when it is there again", async () => {
  const ids = await assigned("five");
  journey.hubspot.faults.add({
    route: "POST /crm/objects/:version/tasks/batch/read",
    kind: "status-before",
    status: 403,
  });
  await journey.pass(33 * 60_000, 60_000);
  expect(ids.map(wasPassedOn)).toEqual([false]);
  expect(await alarms()).toHaveLength(1);

  journey.hubspot.faults.clear();
  await journey.pass(20 * 60_000, 60_000);
  expect(ids.map(wasPassedOn)).toEqual([true]);
  expect(await alarms()).toEqual([]);
}, 120_000);

test("leads at which every call fails, unnamed, are found by smaller and smaller calls", async () => {
  const ids = await assigned("six", "seven", "eight", "nine", "ten", "eleven");
  const [refused = "", faltering = "", called = "", ...others] = ids;
  const contacts = "POST /crm/objects/:version/contacts/batch/read";
  journey.hubspot.faults.add({ route: contacts, kind: "status-before", status: 400, record: refused });
  journey.hubspot.faults.add({ route: contacts, kind: "status-before", status: 500, record: faltering });
  playRep(journey.portal, { action: "log-call", contactId: called });
  const [call] = journey.portal.associations.get(`0-1:${called}:0-48`)?.keys() ?? [];
  if (call === undefined) throw new Error("The call is not there.");
  const calls = "POST /crm/objects/:version/calls/batch/read";
  journey.hubspot.faults.add({ route: calls, kind: "record-failed", record: call, category: "OBJECT_NOT_READABLE" });
  await journey.pass(33 * 60_000, 60_000);

  expect(others.map(wasPassedOn)).toEqual([true, true, true]);
  expect([refused, faltering, called].map(wasPassedOn)).toEqual([false, false, false]);
}, 120_000);
