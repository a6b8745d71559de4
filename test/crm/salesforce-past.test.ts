import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PastFields } from "../../src/crm/crm.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld } from "./salesforce-world.ts";

// What Salesforce's histories tell of a moment. The world's clock stands at 2026-11-17T14:00Z and moves on by the hour.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const backfill = { lane: "backfill" } as const;
const fields: PastFields = { lead: ["country", "phone"], crm: [] };
const hourMs = 3_600_000;

const create = (object: string, row: Row, by: string = world.reps[0]) =>
  actIn(world.org, personIn(world.org, by), (writing) => createRecord(writing, tableOf(world.org, object).object, row));

/** An hour later; answers with the instant. */
function change(object: string, id: string, row: Row, by: string = world.reps[0]): string {
  world.sandbox.clock.advance(hourMs);
  actIn(world.org, personIn(world.org, by), (writing) =>
    updateRecord(writing, tableOf(world.org, object).object, id, row),
  );
  return world.now().toISOString();
}

const aLead = (row: Row = {}) =>
  create("Lead", { LastName: "Berg", Company: "One", OwnerId: world.queueId, Country: "Austria", ...row });

const pastOf = async (leadId: string, at: string, wanted = fields) =>
  (await world.client.past.readLeads([{ leadId, at }], wanted, backfill))[0];

describe("a lead", () => {
  test("was in the stage that it was found by, and who had it then is told apart from who got it", async () => {
    const id = aLead();
    const [ada, ben] = world.reps;
    const claimedAt = change("Lead", id, { OwnerId: ada });
    const at = change("Lead", id, { Status: "MQL" });
    const givenAt = change("Lead", id, { OwnerId: ben }, world.dialerId);

    expect(await pastOf(id, at)).toMatchObject({
      lead: { id, ownerId: ada, qualifiedAt: at, fields: { stage: "MQL" } },
      before: [
        { ownerId: ada, at: claimedAt, by: "person" },
        { ownerId: null, at: "2026-11-17T14:00:00.000Z" },
      ],
      after: [{ ownerId: ben, at: givenAt, by: "automation" }],
      isMerged: false,
    });
  });

  test("an owner whom software gave in the very minute is what routing did", async () => {
    const id = aLead();
    world.sandbox.clock.advance(hourMs);
    const at = world.now().toISOString();
    actIn(world.org, personIn(world.org, world.dialerId), (writing) =>
      updateRecord(writing, tableOf(world.org, "Lead").object, id, { Status: "MQL", OwnerId: world.reps[1] }),
    );

    expect(await pastOf(id, at)).toMatchObject({
      lead: { ownerId: null },
      after: [{ ownerId: world.reps[1], by: "automation" }],
    });
  });

  test("what was worked is told from the moment on, oldest first", async () => {
    const id = aLead({ Status: "MQL" });
    const at = world.now().toISOString();
    const workedAt = change("Lead", id, { Status: "Working - Contacted" });
    const backAt = change("Lead", id, { Status: "Recycled" });

    expect((await pastOf(id, at))?.work).toEqual([
      { at, stage: "MQL", status: null },
      { at: workedAt, stage: "Working - Contacted", status: "Working - Contacted" },
      { at: backAt, stage: "Recycled", status: "Recycled" },
    ]);
  });

  test("a field without history is doubted once something changed since, and not before", async () => {
    const id = aLead({ Status: "MQL" });
    const at = world.now().toISOString();
    expect((await pastOf(id, at))?.doubts).toEqual([]);
    change("Lead", id, { Country: "Germany" });

    expect(await pastOf(id, at)).toMatchObject({ doubts: [{ field: "country", because: "no-history" }] });
  });

  test("a field of the org's own that is not there is told", async () => {
    const past = await pastOf(aLead(), world.now().toISOString(), { lead: [], crm: ["No_Such__c"] });

    expect(past?.doubts).toEqual([{ field: "crm.No_Such__c", because: "not-there" }]);
  });

  test("ids that are not there are left out", async () => {
    const at = world.now().toISOString();
    const wanted = ["00Q000000000zzzEAA", "00Q000000000zzzAAA", "no id"].map((leadId) => ({ leadId, at }));
    expect(await world.client.past.readLeads(wanted, fields, backfill)).toEqual([]);
  });
});

test("a deal has a version for each of its stages, newest first", async () => {
  const accountId = create("Account", { Name: "One", OwnerId: world.reps[0] });
  const id = create("Opportunity", {
    ...{ Name: "Big", AccountId: accountId, OwnerId: world.reps[0], CloseDate: "2027-01-31" },
    StageName: "Prospecting",
  });
  const createdAt = world.now().toISOString();
  const lostAt = change("Opportunity", id, { StageName: "Closed Lost" });

  const [deal] = await world.client.past.readOpportunities([accountId], backfill);

  expect(deal).toMatchObject({
    createdAt,
    past: {
      versions: [
        { since: lostAt, value: { id, stage: "Closed Lost", isOpen: false, accountIds: [accountId] } },
        { since: createdAt, value: { stage: "Prospecting", isOpen: true, phase: "early", stageSince: createdAt } },
      ],
      doubts: [{ field: "opportunity.ownerId", because: "no-history" }],
    },
  });
  const listed = await world.client.past.listOpportunities({ since: world.now(), after: null }, backfill);
  expect(listed).toMatchObject({ items: [{ createdAt }], next: null });
});

describe("§4.6 an account", () => {
  const pastOf = async (id: string, crmFields: readonly string[] = []) =>
    (await world.client.past.readAccounts([id], crmFields, backfill)).get(id);

  test("that nobody has changed is as it ever was", async () => {
    const id = create("Account", { Name: "One", OwnerId: world.reps[0], BillingCountry: "Austria" });

    expect(await pastOf(id)).toMatchObject({
      versions: [{ since: "", value: { id, country: "Austria" } }],
      doubts: [],
    });
  });

  test("had the owner, the kind and the size that its history tells, each since it was changed", async () => {
    const [ada, ben] = world.reps;
    const id = create("Account", { Name: "One", OwnerId: ada, Type: "Prospect", NumberOfEmployees: 50 });
    const wonAt = change("Account", id, { Type: "Customer - Direct" });
    const movedAt = change("Account", id, { OwnerId: ben, NumberOfEmployees: 80 });

    const versions = (await pastOf(id))?.versions.map(({ since, value }) => [
      ...[since, value.ownerId, value.isCustomer, value.employees],
    ]);

    expect(versions).toEqual([
      [movedAt, ben, true, "80"],
      [wonAt, ada, true, "50"],
      ["", ada, false, "50"],
    ]);
  });

  test("that was changed may have had another of what the org does not track, and that is said", async () => {
    const id = create("Account", { Name: "One", OwnerId: world.reps[0], BillingCountry: "Austria", Site: "Vienna" });
    change("Account", id, { BillingCountry: "Germany", OwnerId: world.reps[1] });

    const past = await pastOf(id, ["Site", "Nope__c"]);

    expect(past?.doubts).toEqual([
      { field: "account.country", because: "no-history" },
      { field: "account.crm.Site", because: "no-history" },
      { field: "account.crm.Nope__c", because: "not-there" },
    ]);
  });

  test("of an org without the history is as it is today", async () => {
    const id = create("Account", { Name: "One", OwnerId: world.reps[0] });
    change("Account", id, { OwnerId: world.reps[1] });
    world.org.objects.delete("accounthistory");

    expect(await pastOf(id)).toMatchObject({
      versions: [{ since: "", value: { ownerId: world.reps[1] } }],
      doubts: [{ field: "account.ownerId", because: "no-history" }],
    });
  });
});

test("software was never there, however often it logged in", async () => {
  const { org, dialerId } = world;
  const row = tableOf(org, "User").get(dialerId) ?? {};
  tableOf(org, "User").put(dialerId, { ...row, LastLoginDate: Date.parse("2026-10-01T08:00:00Z") });

  const past = (await world.client.past.listReps(backfill)).find(({ versions }) => versions[0].value.id === dialerId);

  expect(past?.versions).toMatchObject([{ since: "", value: { active: false, software: true } }]);
});

test("who left was there when they last logged in", async () => {
  const { org, formerRep } = world;
  const row = tableOf(org, "User").get(formerRep) ?? {};
  tableOf(org, "User").put(formerRep, { ...row, LastLoginDate: Date.parse("2026-10-01T08:00:00Z") });
  putRow(org, "UserLogin", { UserId: formerRep, IsFrozen: false });

  const past = (await world.client.past.listReps(backfill)).find(({ versions }) => versions[0].value.id === formerRep);

  expect(past?.versions.map(({ since, value }) => [since, value.active])).toEqual([
    ["2026-10-01T08:00:00.001Z", false],
    ["", true],
  ]);
});
