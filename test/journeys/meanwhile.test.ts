import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const readContacts = "POST /crm/objects/:version/contacts/batch/read";
const readCompanies = "POST /crm/objects/:version/companies/batch/read";
const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 } as const;
const byPerson = { source: person, version: "2026-09" as const };
const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");

const names = (body: unknown, id: string) => JSON.stringify(body).includes(`"${id}"`);

/** A lead whose contact is read already, and whose company is being read: it takes two seconds. */
async function beingDecided(name: string): Promise<string> {
  journey.hubspot.faults.add({ route: readCompanies, kind: "latency", delayMs: 2_000 });
  const source = { source: workflow, version: "2026-09" as const };
  const company = createRecord(journey.portal, "0-2", { name }, source).id;
  const id = journey.qualify(hot(name), company);
  await journey.until("its company is being read", () => {
    const asked = journey.hubspot.requests.list();
    const read = asked.find(({ path, body }) => path.endsWith("contacts/batch/read") && names(body, id));
    return asked.some(
      ({ path, body, at }) =>
        path.endsWith("companies/batch/read") && names(body, company) && at >= (read?.at ?? Number.POSITIVE_INFINITY),
    );
  });
  return id;
}

/** A lead that its rep did not touch in time, while Baton looks whether he did: its contact is being read for two seconds. */
async function beingLookedAt(name: string): Promise<{ id: string; late: string }> {
  const id = journey.qualify(hot(name));
  await journey.settled();
  const late = ownerOf(id);
  await journey.pass(14 * 60_000, 30_000);
  journey.hubspot.faults.add({ route: readContacts, kind: "latency", delayMs: 2_000 });
  const before = journey.hubspot.requests.list().length;
  await journey.nudge(2 * 60_000);
  await journey.until("its contact is being read", () =>
    journey.hubspot.requests
      .list()
      .slice(before)
      .some(({ path, body }) => path.endsWith("contacts/batch/read") && names(body, id)),
  );
  return { id, late };
}

/** The same a read later: it is decided who is next. */
async function beingReassigned(name: string): Promise<{ id: string; late: string }> {
  const lead = await beingLookedAt(name);
  const { query } = journey.app.deps.db;
  const claims = query.selectFrom("inbox").select("change").where("subjectId", "=", lead.id);
  await journey.until("its reassignment is taken up", async () => {
    const rows = await claims.where("claimToken", "is not", null).execute();
    return rows.some(({ change }) => "kind" in change && change.kind === "lead-reassign");
  });
  return lead;
}

test("a person who takes the lead between our read and our record keeps it", async () => {
  const id = await beingDecided("taken");
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  await journey.pass(5 * 60_000, 10_000);

  expect(ownerOf(id)).toBe("301");
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a lead that is merged away between our read and our record leaves one decision in effect", async () => {
  const other = journey.create({ email: "second@somewhere.example" });
  const id = await beingDecided("merged");
  const survivor = mergeContacts(journey.portal, other, id, person);
  await journey.pass(5 * 60_000, 10_000);

  expect(ownerOf(survivor)).not.toBe("");
  expect(openTasks(survivor)).toHaveLength(1);
}, 60_000);

test.each([
  ["Baton looks whether its rep was late", beingLookedAt],
  ["it is decided who is next", beingReassigned],
])(
  "a lead that is merged away while %s goes to the next rep as the survivor",
  async (_when, arrive) => {
    const other = journey.create({ email: `${arrive.name}-other@somewhere.example` });
    const { id, late } = await arrive(`${arrive.name}-merged`);
    const survivor = mergeContacts(journey.portal, other, id, person);
    await journey.pass(5 * 60_000, 10_000);

    expect(ownerOf(survivor)).not.toBe("");
    expect(ownerOf(survivor)).not.toBe(late);
    expect(openTasks(survivor)).toHaveLength(1);
  },
  60_000,
);

test("a lead that is merged into one that was called, while Baton looks whether its rep was late, goes to nobody else", async () => {
  const other = journey.qualify(hot("called"));
  await journey.settled();
  playRep(journey.portal, { action: "log-call", contactId: other });
  const { id } = await beingLookedAt("merged-into-called");
  const owner = ownerOf(other);
  const survivor = mergeContacts(journey.portal, other, id, person);
  await journey.pass(5 * 60_000, 10_000);

  expect(ownerOf(survivor)).toBe(owner);
  expect(openTasks(survivor)).toHaveLength(1);
}, 60_000);

/** A contact that was called, and what a person made of it since. */
const finished: readonly [string, (id: string) => void][] = [
  ["left as it is", () => undefined],
  ["made a customer", (id) => updateRecord(journey.portal, "0-1", id, { lifecyclestage: "customer" }, byPerson)],
  ["given to a colleague", (id) => playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" })],
];

test.each(finished)(
  "a fresh lead that is merged into an old contact that was called and %s is its owner's to call: with a task and a clock",
  async (what, deal) => {
    const old = journey.qualify(hot(`finished ${what}`.replaceAll(" ", "-")));
    await journey.settled();
    const [done = ""] = journey.tasksOf(old);
    playRep(journey.portal, { action: "complete-task", taskId: done });
    deal(old);
    await journey.pass(20 * 60_000, 60_000);
    const owner = ownerOf(old);
    const fresh = journey.qualify(hot(`back-again ${what}`.replaceAll(" ", "-")));
    await journey.settled();
    const [task = ""] = journey.tasksOf(fresh);
    const survivor = mergeContacts(journey.portal, old, fresh, person);
    await journey.pass(60_000, 2_000);

    expect(ownerOf(survivor)).toBe(owner);
    expect(openTasks(survivor).map((id) => journey.property("0-27", id, "hubspot_owner_id"))).toEqual([owner]);
    const { query } = journey.app.deps.db;
    const armed = query.selectFrom("timers").select("id").where("leadId", "=", survivor).where("state", "=", "armed");
    expect(await armed.execute()).toHaveLength(2);
    expect(openTasks(survivor)).not.toContain(task);
    expect(journey.property("0-27", task, "hs_task_body")).toContain(
      "Closed by Baton: the lead was merged into another",
    );
  },
  60_000,
);
