import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { reports } from "../../src/pipeline/reports.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { allConnections } from "../../src/store/connections.ts";
import { shadowOutcomes } from "../../src/store/shadow.ts";
import { type Journey, startJourney } from "./world.ts";

// Shadow: leads are decided as they come in, nothing is written to the CRM, and who really got them is noted.

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const german = (name: string) => ({ email: `${name}@${name}.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");

async function connection() {
  const [found] = await allConnections(journey.app.deps.db.query);
  if (found === undefined) throw new Error("Nothing is connected.");
  return found;
}

async function switchTo(mode: "live" | "shadow"): Promise<void> {
  const { db, now } = journey.app.deps;
  await commands["shadow-switch"](db, { connection: null, mode, by: "Ada" }, now().toISOString());
  await journey.pass(20_000, 1_000);
}

async function repOf(leadId: string): Promise<string | null> {
  const { query } = journey.app.deps.db;
  const row = await query
    .selectFrom("decisions")
    .select("repId")
    .where("leadId", "=", leadId)
    .executeTakeFirstOrThrow();
  return row.repId;
}

async function outcomes() {
  const { db } = journey.app.deps;
  return shadowOutcomes(db.query, { connectionId: (await connection()).id, since: "2026-01-01T00:00:00.000Z" });
}

/** What changed the CRM's records by request: reads are posts as well, to addresses that say so. */
const writesSince = (id: number) =>
  journey.hubspot.requests
    .list({ since: id })
    .filter(({ method, path }) => method !== "GET" && path.startsWith("/crm/") && !/\/(batch\/read|search)$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

const lastRequest = () => journey.hubspot.requests.list().at(-1)?.id ?? 0;

let agreed: string;
let differed: string;
let untouched: string;

test("a clock that ran and a write that waited end with the switch; no lead is written and no clock starts", async () => {
  const live = journey.qualify(german("live"));
  await journey.settled();
  expect(ownerOf(live)).not.toBe("");
  expect(writesSince(0)).toContain("POST /crm/objects/2026-09/contacts/batch/update");

  await switchTo("shadow");
  const from = lastRequest();
  agreed = journey.qualify(german("agreed"));
  differed = journey.qualify(german("differed"));
  untouched = journey.qualify(german("untouched"));
  // Long enough for every reminder, breach and review.
  await journey.pass(3 * 60 * minuteMs, 10 * minuteMs);

  expect(writesSince(from)).toEqual([]);
  expect([agreed, differed, untouched].map(ownerOf)).toEqual(["", "", ""]);
  expect(await repOf(agreed)).not.toBeNull();
  expect(await outcomes()).toMatchObject([{ leadId: agreed }, { leadId: differed }, { leadId: untouched }]);
}, 60_000);

test("who gets the leads from somebody else is noted, by its event and once more a day later", async () => {
  const from = lastRequest();
  const ours = await repOf(agreed);
  const other = (await repOf(differed)) === "301" ? "302" : "301";
  playRep(journey.portal, { action: "claim-lead", contactId: agreed, ownerId: ours ?? "" });
  playRep(journey.portal, { action: "claim-lead", contactId: differed, ownerId: other });
  await journey.settled();
  expect(await outcomes()).toMatchObject([
    { leadId: agreed, repId: ours, ownerId: ours, settledAt: null },
    { leadId: differed, ownerId: other, settledAt: null },
    { leadId: untouched, ownerId: null, settledAt: null },
  ]);

  await journey.pass(dayMs, 60 * minuteMs);
  expect((await outcomes()).map(({ settledAt }) => settledAt !== null)).toEqual([true, true, true]);
  expect(writesSince(from)).toEqual([]);
  const alerts = await journey.app.deps.db.query.selectFrom("alerts").select("kind").execute();
  const ofOurOwners = ["owner-fought", "lead-unowned", "owner-away", "unwritten", "clocks-unwatched"];
  expect(alerts.filter(({ kind }) => ofOurOwners.includes(kind))).toEqual([]);
}, 60_000);

test("the report tells each day, and of what differs both names and why", async () => {
  const said: string[] = [];
  const csv: string[] = [];
  const deps = { db: journey.app.deps.db, reading: () => journey.app.deps };
  const input = { connection: null, days: 10 };
  for await (const each of reports.shadow(deps, input, journey.app.deps.now().toISOString())) {
    if ("line" in each) said.push(each.line);
    if ("csv" in each) csv.push(each.csv);
  }

  expect(said.slice(0, 2)).toEqual([
    "HubSpot account 62515 is in shadow.",
    expect.stringMatching(/^ {2}put into shadow on Tue 17 Nov 2026, .* by Ada$/),
  ]);
  expect(said).toContainEqual(expect.stringMatching(/^2026-11-17 +3 +1 +1 +1$/));
  expect(said).toContain("Of 2 that can be compared, 1 agree (50.0 %).");
  const at = said.findIndex((line) => line.startsWith(`2026-11-17, lead ${differed}: Baton: `));
  expect(said[at]).toMatch(/; the CRM: .* Rep30[12]\.$/);
  expect(said[at + 1]).toMatch(/^ {2}\S.*: .*in pool/);
  expect(said[at + 2]).toMatch(/^ {2}It would have gone to .* Rep30[12] if /);
  expect(said.filter((line) => line.includes(`lead ${agreed}`))).toEqual([]);
  expect(csv).toHaveLength(4);
}, 60_000);

test("switched off, the next lead is written, and those of before stay as they are", async () => {
  await switchTo("live");
  const next = journey.qualify(german("next"));
  await journey.settled();

  expect(ownerOf(next)).not.toBe("");
  expect(journey.tasksOf(next)).toHaveLength(1);
  expect(ownerOf(untouched)).toBe("");
  expect(await outcomes()).toHaveLength(3);
}, 60_000);

test("whoever was told that it is switched sees no lead decided in the mode before", async () => {
  const { db, now } = journey.app.deps;
  const say = (mode: "live" | "shadow") =>
    commands["shadow-switch"](db, { connection: null, mode, by: "Ada" }, now().toISOString());
  await say("shadow");
  const dry = journey.qualify(german("dry"));
  await journey.settled();
  expect([await repOf(dry), ownerOf(dry)]).toEqual([expect.any(String), ""]);
  expect(await outcomes()).toContainEqual(expect.objectContaining({ leadId: dry }));

  await say("live");
  const wet = journey.qualify(german("wet"));
  await journey.settled();
  expect(ownerOf(wet)).toBe(await repOf(wet));
}, 60_000);
