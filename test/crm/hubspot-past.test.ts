import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PastFields } from "../../src/crm/crm.ts";
import { valueAt } from "../../src/engine/value-at.ts";
import type { Source } from "../../src/sandbox/hubspot/portal.ts";
import { createProperty } from "../../src/sandbox/hubspot/property-definitions.ts";
import { createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { fillPortal } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld } from "./hubspot-world.ts";
import { jumpingTimer } from "./world-tokens.ts";

// What HubSpot's histories tell of a moment. The world's clock stands at 2026-11-20T10:00Z.

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

const person: Source = { type: "CRM_UI", userId: 101, id: "userId:101" };
const workflow: Source = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
const backfill = { lane: "backfill" } as const;
const fields: PastFields = { lead: ["country", "email", "score", "phone", "engagedAt"], crm: [] };

type When = { at: string; by?: Source };

const options = ({ at, by = workflow }: When) =>
  ({ source: by, version: "v3", at: Date.parse(at), trusted: true }) as const;

function create(type: string, properties: Record<string, string>, when: When): string {
  return createRecord(world.portal, type, properties, options(when)).id;
}

function change(type: string, id: string, properties: Record<string, string>, when: When): void {
  updateRecord(world.portal, type, id, properties, options(when));
}

const mqlAt = "2026-10-05T09:00:00.000Z";

function mqlOf(properties: Record<string, string> = {}): string {
  const id = create("0-1", { email: "a@one.example", ...properties }, { at: "2026-10-01T09:00:00.000Z" });
  change("0-1", id, { lifecyclestage: "marketingqualifiedlead" }, { at: mqlAt });
  return id;
}

async function pastOf(leadId: string, wanted: PastFields = fields) {
  const [past] = await world.client.past.readLeads([{ leadId, at: mqlAt }], wanted, backfill);
  return past;
}

describe("a lead", () => {
  test("has the values of the moment, whatever they are today", async () => {
    const id = mqlOf({ country: "Austria" });
    change("0-1", id, { country: "Germany", phone: "+49 30 1" }, { at: "2026-10-06T09:00:00.000Z" });

    expect(await pastOf(id)).toMatchObject({
      lead: { id, qualifiedAt: mqlAt, fields: { country: "Austria", phone: null, stage: "marketingqualifiedlead" } },
      doubts: [],
    });
  });

  test("whose field has no history is read as of today, and says so", async () => {
    const id = mqlOf({ hubspotscore: "65" });

    expect(await pastOf(id)).toMatchObject({
      lead: { fields: { score: "65" } },
      doubts: [{ field: "score", because: "no-history" }],
    });
  });

  test("was not active on a day that had not come, however little history there is of that", async () => {
    const id = mqlOf({ hs_analytics_last_timestamp: "2026-11-01T09:00:00.000Z" });

    expect(await pastOf(id)).toMatchObject({ lead: { fields: { engagedAt: null } } });
  });

  test("whose history is as long as HubSpot tells it and begins too late has the oldest value, and says so", async () => {
    const id = mqlOf();
    for (let day = 10; day < 30; day += 1)
      change("0-1", id, { phone: `+49 30 ${day}` }, { at: `2026-10-${day}T09:00:00.000Z` });

    expect(await pastOf(id)).toMatchObject({
      lead: { fields: { phone: "+49 30 10" } },
      doubts: [{ field: "phone", because: "history-cut" }],
    });
  });

  test("has the account's own fields, and says which there are none of", async () => {
    createProperty(world.portal, "0-1", {
      name: "product",
      label: "Product",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
    });
    const id = mqlOf({ product: "arm" });
    change("0-1", id, { product: "leg" }, { at: "2026-10-06T09:00:00.000Z" });

    expect(await pastOf(id, { lead: ["email"], crm: ["product", "no_such"] })).toMatchObject({
      lead: { fields: { "crm.product": "arm", "crm.no_such": null } },
      doubts: [{ field: "crm.no_such", because: "not-there" }],
    });
  });

  test("is found at its last entry into the stage, whatever stage it is in now", async () => {
    const id = mqlOf();
    change("0-1", id, { lifecyclestage: "customer" }, { at: "2026-10-20T09:00:00.000Z" });
    const span = { from: new Date("2026-10-05T00:00:00.000Z"), to: new Date("2026-10-06T00:00:00.000Z") };

    const { items } = await world.client.findEntered({ ...span, after: null }, { lane: "search" });

    expect(items).toEqual([{ id, enteredAt: mqlAt }]);
  });

  test("of a moment outside the span is not found: from is in it, to is not", async () => {
    const id = mqlOf();
    const find = (from: string, to: string) =>
      world.client.findEntered({ from: new Date(from), to: new Date(to), after: null }, { lane: "search" });

    expect((await find(mqlAt, "2026-10-06T00:00:00.000Z")).items.map((one) => one.id)).toEqual([id]);
    expect((await find("2026-10-04T00:00:00.000Z", mqlAt)).items).toEqual([]);
  });

  test("more than a search gives at all are all found, once each", async () => {
    const ids: string[] = [];
    for (let each = 0; each < 10_050; each += 1)
      ids.push(create("0-1", { lifecyclestage: "marketingqualifiedlead" }, { at: mqlAt }));
    const found: string[] = [];

    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const page: Awaited<ReturnType<typeof world.client.findEntered>> = await world.client.findEntered(
        { from: new Date(mqlAt), to: world.now(), after },
        { lane: "search" },
      );
      found.push(...page.items.map(({ id }) => id));
      after = page.next;
    }

    expect(found).toEqual(ids);
  }, 60_000);
});

describe("the owner", () => {
  test("of before the moment is a fact, and those after it are told apart", async () => {
    const id = mqlOf();
    change("0-1", id, { hubspot_owner_id: "11" }, { at: "2026-10-02T09:00:00.000Z", by: person });
    change("0-1", id, { hubspot_owner_id: "12" }, { at: "2026-10-05T09:10:00.000Z" });

    expect(await pastOf(id)).toMatchObject({
      lead: { ownerId: "11" },
      before: [{ ownerId: "11", at: "2026-10-02T09:00:00.000Z", by: "person" }],
      after: [{ ownerId: "12", at: "2026-10-05T09:10:00.000Z", by: "automation" }],
    });
  });

  test.each([
    ["software gave in that very moment is the routing of then, and no fact", workflow, mqlAt, null],
    ["software gave half a minute before is so too", workflow, "2026-10-05T08:59:30.000Z", null],
    ["software gave longer before is a fact", workflow, "2026-10-05T08:58:00.000Z", "11"],
    ["a person gave in that very moment is a fact", person, mqlAt, "11"],
  ])("whom %s", async (_what, by, at, ownerId) => {
    const id = mqlOf();
    change("0-1", id, { hubspot_owner_id: "11" }, { at, by });

    expect((await pastOf(id))?.lead.ownerId).toBe(ownerId);
  });

  test("without any history is the one of today, after the moment, and says so", async () => {
    const id = mqlOf();
    world.portal.records.get("0-1")?.get(id)?.properties.set("hubspot_owner_id", "12");

    expect(await pastOf(id)).toMatchObject({
      lead: { ownerId: null },
      after: [{ ownerId: "12", at: mqlAt }],
      doubts: [{ field: "ownerId", because: "no-history" }],
    });
  });
});

test("work is told by stage and status from the moment on; a status of before is none of it", async () => {
  const id = mqlOf({ hs_lead_status: "UNQUALIFIED" });
  change("0-1", id, { hs_lead_status: "OPEN" }, { at: "2026-10-05T10:00:00.000Z" });
  change("0-1", id, { lifecyclestage: "opportunity" }, { at: "2026-10-09T10:00:00.000Z" });

  expect((await pastOf(id))?.work).toEqual([
    { at: mqlAt, stage: "marketingqualifiedlead", status: null },
    { at: "2026-10-05T10:00:00.000Z", stage: "marketingqualifiedlead", status: "OPEN" },
    { at: "2026-10-09T10:00:00.000Z", stage: "opportunity", status: "OPEN" },
  ]);
});

test("leads that are gone are left out, merged ones come under the id that was asked for", async () => {
  const [id, other] = [mqlOf(), mqlOf({ email: "b@one.example" })];
  const merged = await fetch(`${world.hubspot.url}/crm/objects/2026-09/contacts/merge`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.token}`, "content-type": "application/json" },
    body: JSON.stringify({ primaryObjectId: id, objectIdToMerge: other }),
  });
  expect(merged.status).toBe(200);

  const wanted = [id, "99999999"].map((leadId) => ({ leadId, at: mqlAt }));
  const all = await world.client.past.readLeads(wanted, fields, backfill);

  expect(all.map(({ lead, isMerged }) => [lead.id, isMerged])).toEqual([[id, true]]);
});

test("an account has its owner, stage and size of the moment", async () => {
  const id = create(
    "0-2",
    { name: "One", domain: "one.example", numberofemployees: "20" },
    { at: "2026-09-01T09:00:00.000Z" },
  );
  change("0-2", id, { hubspot_owner_id: "12", lifecyclestage: "customer" }, { at: "2026-10-10T09:00:00.000Z" });
  change("0-2", id, { numberofemployees: "500" }, { at: "2026-10-11T09:00:00.000Z" });

  const past = (await world.client.past.readAccounts([id, "99999999"], [], backfill)).get(id);

  expect(past?.doubts).toEqual([]);
  expect(past && valueAt(past, mqlAt)).toMatchObject({ id, ownerId: null, isCustomer: false, employees: "20" });
  expect(past && valueAt(past, "2026-10-10T12:00:00.000Z")).toMatchObject({
    ownerId: "12",
    isCustomer: true,
    employees: "20",
  });
  expect(past && valueAt(past, "2026-11-01T00:00:00.000Z")).toMatchObject({ isCustomer: true, employees: "500" });
});

test("a deal that is closed today was open then, and belonged to who had it then", async () => {
  const account = create("0-2", { name: "One" }, { at: "2026-09-01T09:00:00.000Z" });
  const deal = createRecord(
    world.portal,
    "0-3",
    { dealname: "Arms", dealstage: "qualifiedtobuy", hubspot_owner_id: "11" },
    {
      ...options({ at: "2026-10-01T09:00:00.000Z" }),
      associations: [{ toTypeId: "0-2", toId: account, types: [{ category: "HUBSPOT_DEFINED", typeId: 5 }] }],
    },
  ).id;
  change("0-3", deal, { dealstage: "closedwon", hubspot_owner_id: "12" }, { at: "2026-10-20T09:00:00.000Z" });

  const [found] = await world.client.past.readOpportunities([account], backfill);

  expect(found?.createdAt).toBe("2026-10-01T09:00:00.000Z");
  expect(found && valueAt(found.past, mqlAt)).toMatchObject({
    id: deal,
    isOpen: true,
    ownerId: "11",
    accountIds: [account],
    phase: "early",
    stageSince: "2026-10-01T09:00:00.000Z",
  });
  expect(found && valueAt(found.past, "2026-11-01T00:00:00.000Z")).toMatchObject({ isOpen: false, ownerId: "12" });
});

test("deals that are open or were closed since are listed; those closed before are not", async () => {
  const deal = (properties: Record<string, string>) =>
    create("0-3", { dealname: "Arms", hubspot_owner_id: "11", ...properties }, { at: "2026-09-01T09:00:00.000Z" });
  const open = deal({ dealstage: "qualifiedtobuy" });
  const closedSince = deal({ dealstage: "closedwon", closedate: "2026-10-10T09:00:00.000Z" });
  deal({ dealstage: "closedlost", closedate: "2026-09-20T09:00:00.000Z" });

  const page = await world.client.past.listOpportunities({ since: new Date(mqlAt), after: null }, backfill);

  expect(page.items.map(({ past }) => valueAt(past, mqlAt).id)).toEqual([open, closedSince]);
  expect(page.next).toBeNull();
});

describe("a rep", () => {
  const userOf = (ownerId: string) =>
    [...(world.portal.records.get("0-115")?.values() ?? [])].find(
      ({ properties }) => properties.get("hubspot_owner_id") === ownerId,
    )?.id ?? "";

  test("was away as they had entered it then, also when that was taken out since", async () => {
    await world.client.ensureSchema({ lane: "sync" });
    const [startTimestamp, endTimestamp] = [Date.parse("2026-10-05T00:00Z"), Date.parse("2026-10-08T00:00Z")];
    const away = JSON.stringify([{ startTimestamp, endTimestamp }]);
    change("0-115", userOf("11"), { hs_out_of_office_hours: away }, { at: "2026-11-19T11:00:00.000Z", by: person });
    change("0-115", userOf("11"), { hs_out_of_office_hours: "[]" }, { at: "2026-11-19T12:00:00.000Z", by: person });

    const ann = (await world.client.past.listReps(backfill)).find(({ versions: [now] }) => now.value.id === "11");

    expect(ann && valueAt(ann, "2026-11-19T10:00:00.000Z").absences).toEqual([]);
    expect(ann && valueAt(ann, "2026-11-19T11:30:00.000Z").absences).toEqual([
      { startAt: "2026-10-05T00:00:00.000Z", endAt: "2026-10-08T00:00:00.000Z" },
    ]);
    expect(ann && valueAt(ann, world.now().toISOString()).absences).toEqual([]);
  });

  test("who left was there until the last lead that is theirs still", async () => {
    const id = mqlOf();
    const owner = world.portal.owners.get("13");
    if (owner) owner.archived = false;
    change("0-1", id, { hubspot_owner_id: "13" }, { at: "2026-10-05T09:10:00.000Z" });
    if (owner) owner.archived = true;

    const eve = (await world.client.past.listReps(backfill)).find(({ versions: [now] }) => now.value.id === "13");

    expect(eve && valueAt(eve, "2026-10-05T09:10:00.000Z").active).toBe(true);
    expect(eve && valueAt(eve, "2026-10-05T09:11:00.000Z").active).toBe(false);
  });
});

test("beside a worker elsewhere a client takes a quarter of the budget: 27 calls in ten seconds, a search a second", async () => {
  const { clock } = world.hubspot;
  const setTimer = jumpingTimer(clock);
  const throttle = world.crm.createThrottle({ monotonic: () => clock.now(), setTimer, share: 0.25 });
  const client = world.connect({ throttle });
  const id = mqlOf();
  const span = { from: new Date(mqlAt), to: world.now(), after: null };
  for (let each = 0; each < 70; each += 1) await client.past.readLeads([{ leadId: id, at: mqlAt }], fields, backfill);
  for (let each = 0; each < 5; each += 1) await client.findEntered(span, { lane: "search" });
  throttle.close();

  const times = (what: RegExp) =>
    world.hubspot.requests
      .list()
      .filter(({ path }) => what.test(path))
      .map((request) => request.at);
  const most = (all: readonly number[], ms: number) =>
    Math.max(...all.map((from) => all.filter((each) => each >= from && each < from + ms).length));

  expect(times(/batch\/read/)).toHaveLength(70);
  expect(most(times(/batch\/read/), 10_000)).toBeLessThanOrEqual(27);
  expect(most(times(/search/), 1_000)).toBe(1);
});
