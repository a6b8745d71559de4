import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { archiveRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { allConnections } from "../../src/store/connections.ts";
import { firstPlace, heldLeads } from "../../src/store/held-leads.ts";
import { readLoads } from "../../src/store/open-work.ts";
import { type Journey, startJourney } from "./world.ts";

const minuteMs = 60_000;
const person = { source: { type: "CRM_UI", id: "userId:1" }, version: "v3" } as const;

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const policyText = shipped
    .replace(
      /waterfall:\n.*\n {2}- sdr\n/,
      "waterfall:\n  - { queue: open-list, wait: { T1: 2m, T2: 15m, T3: 1h } }\n  - general\n",
    )
    .replace("capacity: 30", "capacity: 1")
    .replace("batch: true", "batch: { reviewer: Mia Park }")
    .concat("holder: Jo Lane\n");
  journey = await startJourney({ policyText });
}, 60_000);
afterAll(() => journey.stop());

/** What makes a score of 50 one for a rep. */
const act = { recent_conversion_event_name: "Guide to presses" };
const german = (name: string, score = "50") =>
  journey.qualify({ email: `${name}@elsewhere.example`, country: "Germany", hubspotscore: score, ...act });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const decisionsOf = async (id: string) =>
  (await explainLead(journey.app.deps, id)).filter((line) => line.startsWith("Decision ")).length;
const query = () => journey.app.deps.db.query;
async function connection() {
  const [only] = await allConnections(query());
  if (only === undefined) throw new Error("Baton is not installed.");
  return only;
}
const loads = async () => readLoads(query(), (await connection()).workspaceId);
const held = async () =>
  heldLeads(query(), (await connection()).id, { dueBy: "-infinity", beyond: firstPlace, limit: 10 });

const unassigned = () =>
  commands.unassigned(journey.app.deps.db, { workspace: null, hours: 0 }, journey.app.deps.now().toISOString());

let first: string;
let second: string;
let third: string;

test("with everyone full a lead waits in the list, without an owner and without a task", async () => {
  first = german("ada");
  second = german("bo");
  await journey.settled();
  expect([ownerOf(first), ownerOf(second)].sort()).toEqual(["101", "102"]);

  third = german("cleo");
  await journey.settled();
  expect([ownerOf(third), journey.tasksOf(third)]).toEqual(["", []]);
  expect(journey.property("0-1", third, "baton_reason")).toContain("open-list");
  expect(await explainLead(journey.app.deps, third)).toContainEqual(
    expect.stringMatching(
      /^So it is held in open-list until Tue 17 Nov 2026, 16:0\d:\d\d \(Europe\/Berlin\) at most\.$/,
    ),
  );
});

test("who asks which leads nobody has is told where each is, for how long, and who answers for it", async () => {
  expect(await unassigned()).toEqual([
    `0 minutes: lead ${third}, T3 (workspace ${(await connection()).workspaceId}) waits in open-list: held for whoever can take it first; Jo Lane answers for it`,
  ]);
});

test("while nothing changes nothing is decided, however often it is looked at", async () => {
  await journey.pass(10 * minuteMs);
  expect(ownerOf(third)).toBe("");
  expect(await decisionsOf(third)).toBe(1);
});

test("a slot frees up: the lead is given to whom it was meant for", async () => {
  const free = ownerOf(first);
  updateRecord(journey.portal, "0-1", first, { hs_lead_status: "UNQUALIFIED" }, person);
  await journey.inTime("the waiting lead has the rep who got room", () => ownerOf(third) === free);
  await journey.settled();
  expect(await decisionsOf(third)).toBe(2);
  expect(journey.tasksOf(third)).toHaveLength(1);
  expect(await explainLead(journey.app.deps, third)).toContainEqual(
    expect.stringContaining("it was held in open-list"),
  );
});

test("who takes a waiting lead by becoming its owner has it, and it counts for them", async () => {
  const fourth = german("dora");
  await journey.settled();
  const before = (await loads())["202"] ?? 0;
  updateRecord(journey.portal, "0-1", fourth, { hubspot_owner_id: "202" }, person);
  await journey.inTime("the claim is noted", async () => (await decisionsOf(fourth)) === 2);
  expect(ownerOf(fourth)).toBe("202");
  expect((await loads())["202"]).toBe(before + 1);
});

test("T1: after two minutes the next level has it", async () => {
  const hot = german("eva", "90");
  await journey.settled();
  expect(ownerOf(hot)).toBe("");
  await journey.pass(minuteMs);
  expect(ownerOf(hot)).toBe("");
  await journey.inTime("the general pool has the lead", () => ["301", "302"].includes(ownerOf(hot)));
  expect(await decisionsOf(hot)).toBe(2);
});

test("a lead that is deleted while it waits is looked at no more", async () => {
  const gone = german("finn");
  await journey.settled();
  expect((await held()).map(({ leadId }) => leadId)).toEqual([gone]);
  archiveRecord(journey.portal, "0-1", gone, person.source);
  await journey.inTime("nothing waits any more", async () => (await held()).length === 0);
});

test("what came with many others waits in a queue of its own and is dealt out in its order as room comes", async () => {
  const visitor = (name: string) =>
    journey.qualify({
      ...{ email: `${name}@elsewhere.example`, country: "Germany", hubspotscore: "50" },
      recent_conversion_event_name: "Trade fair 2026",
    });
  const early = visitor("gita");
  await journey.settled();
  const late = visitor("hugo");
  await journey.settled();
  expect([ownerOf(early), ownerOf(late)]).toEqual(["", ""]);
  expect((await held()).map(({ leadId }) => leadId)).toEqual([early, late]);
  expect(journey.property("0-1", early, "baton_reason")).toContain("event-batch");
  expect(await unassigned()).toEqual(
    [early, late].map((id) =>
      expect.stringMatching(new RegExp(`lead ${id}.* waits in event-batch: .*; Mia Park answers for it$`)),
    ),
  );

  const free = ownerOf(third);
  updateRecord(journey.portal, "0-1", third, { hs_lead_status: "UNQUALIFIED" }, person);
  await journey.inTime("the earlier one has the rep who got room", () => ownerOf(early) === free);
  await journey.settled();
  expect(ownerOf(late)).toBe("");
  expect((await held()).map(({ leadId }) => leadId)).toEqual([late]);
});
