import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type RawBuilder, sql } from "kysely";
import type { EventChange, Junk } from "../../src/model/event.ts";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { listAlerts } from "../../src/pipeline/list-alerts.ts";
import { redriveParked } from "../../src/pipeline/redrive.ts";
import { archiveRecord } from "../../src/sandbox/hubspot/records.ts";
import { addEvents, type InboxRow, redrive } from "../../src/store/inbox.ts";
import { alter, type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const readLeads = "POST /crm/objects/:version/contacts/batch/read";
const lead = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const db = () => journey.app.deps.db;
const now = () => new Date(journey.clock.now()).toISOString();

async function rows<T>(statement: RawBuilder<T>): Promise<T[]> {
  return (await statement.execute(db().query)).rows;
}

const inboxOf = (id: string) => rows(sql<InboxRow>`select * from inbox where subject_id = ${id}`);

/** Stores events as if they had been delivered, in this order, and wakes the worker. */
async function put(events: readonly { id: string; change: EventChange | Junk; state?: "parked" }[]): Promise<void> {
  const [connection] = await db().query.selectFrom("connections").select(["id", "workspaceId"]).execute();
  const { id: connectionId = "", workspaceId = "" } = connection ?? {};
  await addEvents(
    db().query,
    events.map(({ id, change, ...rest }, index) => ({
      workspaceId,
      connectionId,
      eventKey: `put-${id}-${index}`,
      occurredAt: now(),
      receivedAt: new Date(journey.clock.now() + index).toISOString(),
      subjectKind: "lead",
      subjectId: id,
      change,
      byThisApp: false,
      ...rest,
    })),
  );
  await db().notify("inbox");
}

/** A person deletes it: following that ends its clock, and needs the table of follow-ups. */
const remove = (id: string) =>
  archiveRecord(journey.portal, "0-1", id, { type: "CRM_UI", id: "userId:9301", userId: 9301 });
const isDeletion = ({ change }: InboxRow) => "kind" in change && change.kind === "lead-deleted";

/** Takes a table away, so that every statement on it fails, until the answer is called. */
async function takeAway(table: string): Promise<() => Promise<unknown>> {
  await alter(journey, sql`alter table ${sql.table(table)} rename to taken_away`);
  return () => alter(journey, sql`alter table taken_away rename to ${sql.table(table)}`);
}

const triedAgain = (id: string, times: number) =>
  journey.until(`the events of ${id} were tried ${times} times`, async () => {
    journey.clock.advance(1_000);
    return (await inboxOf(id)).some((row) => row.attempts >= times);
  });

test("a database that fails while events are sorted delays them and strands none", async () => {
  const giveBack = await takeAway("leads");
  const id = journey.qualify(lead("hiccup"));
  await triedAgain(id, 3);
  await giveBack();
  await journey.pass(60_000, 5_000);

  expect(ownerOf(id)).not.toBe("");
});

test("what cannot even be given back is given back when the database lets it", async () => {
  const giveBack = await takeAway("leads");
  const id = journey.qualify(lead("owed"));
  await triedAgain(id, 1);
  const isKept = sql`check (claim_token is not null or attempts = 0 or state <> 'pending')`;
  await alter(journey, sql`alter table inbox add constraint none_given_back ${isKept} not valid`);
  let looks = 0;
  await journey.until("it stays claimed", async () => {
    journey.clock.advance(1_000);
    looks = (await inboxOf(id)).some((row) => row.claimToken === null) ? 0 : looks + 1;
    return looks === 20;
  });
  await alter(journey, sql`alter table inbox drop constraint none_given_back`);
  await giveBack();
  await journey.pass(60_000, 5_000);

  expect(ownerOf(id)).not.toBe("");
});

test("an event that cannot be followed is tried again, and keeps no sibling waiting", async () => {
  const routed = journey.qualify(lead("routed"));
  await journey.settled();
  const qualified = journey.create({ ...lead("sibling"), lifecyclestage: "marketingqualifiedlead" });
  const giveBack = await takeAway("follow_ups");
  await put([
    { id: qualified, change: { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" } },
    { id: qualified, change: { kind: "lead-changed", field: "status", value: "OPEN" } },
  ]);
  remove(routed);
  await triedAgain(routed, 3);
  const sibling = (await inboxOf(qualified)).find(({ eventKey }) => eventKey === `put-${qualified}-1`);
  await giveBack();
  await journey.pass(60_000, 5_000);

  expect(sibling).toMatchObject({ state: "ignored", attempts: 1 });
  expect(ownerOf(qualified)).not.toBe("");
  expect((await inboxOf(routed)).filter(isDeletion)).toMatchObject([{ state: "done" }]);
});

test("a busy inbox does not make the attempts of a failing event come closer together", async () => {
  const routed = journey.qualify(lead("busy"));
  await journey.settled();
  const giveBack = await takeAway("follow_ups");
  remove(routed);
  const deletion = async () => (await inboxOf(routed)).find(isDeletion);
  await journey.until("it failed", async () => {
    const row = await deletion();
    return row?.state === "pending" && row.attempts > 0;
  });
  const failedAt = journey.clock.now();
  let looks = 0;
  await journey.until("the worker was woken a hundred times", async () => {
    await db().notify("inbox");
    looks += 1;
    return looks === 100;
  });
  const tries = (await deletion())?.attempts ?? 0;
  const seconds = (journey.clock.now() - failedAt) / 1000;
  await giveBack();
  await journey.pass(60_000, 5_000);

  expect(tries).toBeLessThanOrEqual(1 + Math.ceil(seconds));
  expect(await deletion()).toMatchObject({ state: "done" });
});

test("minutes of an outage park no lead", async () => {
  journey.hubspot.faults.add({ route: readLeads, kind: "status-before", status: 503 });
  const id = journey.qualify(lead("outage"));
  const failures = () => journey.hubspot.requests.list().filter((entry) => entry.fault === "status-before").length;
  await journey.until("it failed often", () => {
    journey.clock.advance(2_000);
    return failures() >= 30;
  });
  const meanwhile = await inboxOf(id);
  const explained = await explainLead(journey.app.deps, id);
  journey.hubspot.faults.clear();
  await journey.pass(3 * 60_000, 5_000);

  expect(meanwhile.map(({ state }) => state)).toContain("pending");
  expect(explained).toContainEqual(expect.stringMatching(/^An event of .* is being worked\.$/));
  expect(ownerOf(id)).not.toBe("");
});

test("a lead that cannot be recorded is parked alone: its siblings of the batch are decided before", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `sibling-${index}`);
  const ids = names.map((name) => journey.create({ ...lead(name), lifecyclestage: "marketingqualifiedlead" }));
  const poison = ids[63] ?? "";
  await alter(journey, sql`alter table leads add constraint poison check (lead_id <> ${sql.lit(poison)})`);
  const change = { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" } as const;
  await put(ids.map((id) => ({ id, change })));
  await journey.until("the others have their owners", () => {
    journey.clock.advance(200);
    return ids.every((id) => id === poison || ownerOf(id) !== "");
  });
  const meanwhile = await inboxOf(poison);
  await journey.until("it is parked", async () => {
    journey.clock.advance(5_000);
    return (await inboxOf(poison)).some(({ state }) => state === "parked");
  });
  const parked = await rows(sql<InboxRow>`select * from inbox where state = 'parked' and change->>'kind' is not null`);
  await alter(journey, sql`alter table leads drop constraint poison`);
  await redriveParked(db(), { workspaceId: null, at: now() });
  await journey.pass(60_000, 5_000);

  expect(meanwhile.map(({ state }) => state)).toContain("pending");
  expect([...new Set(parked.map(({ subjectId }) => subjectId))]).toEqual([poison]);
  expect(ownerOf(poison)).not.toBe("");
});

test("a missing permission is no lead's own fault: the leads are tried together until they are parked", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `unread-${index}`);
  const ids = names.map((name) => journey.create({ ...lead(name), lifecyclestage: "marketingqualifiedlead" }));
  await journey.settled();
  journey.hubspot.faults.add({ route: readLeads, kind: "status-before", status: 403 });
  const seen = journey.hubspot.requests.list().at(-1)?.id ?? 0;
  const change = { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" } as const;
  await put(ids.map((id) => ({ id, change })));
  const isParked = async (id: string) => (await inboxOf(id)).some(({ state }) => state === "parked");
  await journey.until("they are parked", async () => {
    journey.clock.advance(5_000);
    return (await Promise.all(ids.map(isParked))).every(Boolean);
  });
  const asksForThem = (body: unknown) => ids.some((id) => JSON.stringify(body).includes(`"${id}"`));
  const calls = journey.hubspot.requests.list({ since: seen }).filter(({ fault, body }) => fault && asksForThem(body));
  journey.hubspot.faults.clear();
  await redriveParked(db(), { workspaceId: null, at: now() });
  await journey.pass(60_000, 5_000);

  expect(calls.length).toBeLessThan(20);
  expect(ids.filter((id) => ownerOf(id) === "")).toEqual([]);
});

test("what the CRM refuses for good is parked with an alert, and a re-drive works it and ends the alert", async () => {
  journey.hubspot.faults.add({ route: readLeads, kind: "status-before", status: 400 });
  const id = journey.qualify(lead("refused"));
  await journey.until("all that was heard of it is parked", async () => {
    journey.clock.advance(5_000);
    const unsettled = (await inboxOf(id)).filter(({ state }) => state !== "ignored" && state !== "done");
    return unsettled.length > 0 && unsettled.every(({ state }) => state === "parked");
  });
  const told = (await listAlerts(db().query, 10)).join("\n");
  const explained = await explainLead(journey.app.deps, id);
  journey.hubspot.faults.clear();
  const { events } = await redriveParked(db(), { workspaceId: null, at: now() });
  await journey.pass(60_000, 5_000);

  expect(told).toMatch(/leads-parked .*\n.*first of them one of lead \d+: rejected\.\n {2}What to do: .*baton redrive/);
  const asParked = expect.stringMatching(/^An event of .* failed and is parked: rejected\. .*`baton redrive`\.$/);
  expect(explained).toEqual([asParked, ...explained.slice(1).map(() => asParked)]);
  expect(events).toBeGreaterThan(0);
  expect(ownerOf(id)).not.toBe("");
  expect(await explainLead(journey.app.deps, id)).not.toContainEqual(expect.stringContaining("parked"));
  expect((await listAlerts(db().query, 10)).join("\n")).not.toContain("leads-parked");
});

test("what is no event is parked again when somebody lets it wait", async () => {
  await put([
    { id: "junk", change: { key: "junk", externalId: null, raw: "{}", problem: "no event" }, state: "parked" },
  ]);
  const keys = await inboxOf("junk");
  await redrive(db().query, keys[0]?.workspaceId ?? "", keys);
  await db().notify("inbox");
  await journey.until("it was taken", async () => (await inboxOf("junk")).every((row) => row.attempts > 0));
  await journey.settled();

  expect(await inboxOf("junk")).toMatchObject([{ state: "parked", because: "not-an-event" }]);
});
