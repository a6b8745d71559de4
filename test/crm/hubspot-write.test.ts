import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { LeadWrite } from "../../src/model/task.ts";
import { archiveProperty } from "../../src/sandbox/hubspot/property-definitions.ts";
import { getRecord } from "../../src/sandbox/hubspot/records.ts";
import { contactIn, fillPortal, mql } from "./hubspot-records.ts";
import { startRefuser } from "./hubspot-refuser.ts";
import { type HubspotWorld, startHubspotWorld, sync } from "./hubspot-world.ts";

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

const update = async (...writes: LeadWrite[]) => world.client.updateLeads(writes, { lane: "owner-write" });
const property = (id: string, name: string) => getRecord(world.portal, "0-1", id)?.properties.get(name);
const updates = () => world.hubspot.requests.list({}).filter(({ path }) => path.endsWith("contacts/batch/update"));

describe("stages", () => {
  const customer = () => contactIn(world.portal, { properties: { lifecyclestage: "customer" } });

  test("hubspot.md §4.4: a backward stage that HubSpot swallowed is told by the receipt", async () => {
    const leadId = customer();

    expect((await update({ key: "k", leadId, stage: "salesqualifiedlead" })).get("k")).toEqual({
      kind: "done",
      crmId: leadId,
      note: "stage-not-applied: customer",
    });
  });

  test("hubspot.md §4.4: cleared first, by a request of its own, it is applied", async () => {
    const leadId = customer();

    const receipts = await update({ key: "k", leadId, ownerId: "11", stage: "lead", clearStageFirst: true });

    expect(receipts.get("k")).toEqual({ kind: "done", crmId: leadId });
    expect([property(leadId, "lifecyclestage"), property(leadId, "hubspot_owner_id")]).toEqual(["lead", "11"]);
    expect(updates()).toHaveLength(2);
  });

  test("nothing is cleared of a lead whose owner is refused", async () => {
    const leadId = customer();

    const receipts = await update({ key: "k", leadId, ownerId: "13", stage: "lead", clearStageFirst: true });

    expect(receipts.get("k")?.kind).toBe("refused");
    expect(property(leadId, "lifecyclestage")).toBe("customer");
  });
});

test("an account that a contact has no field for costs no call", async () => {
  const leadId = contactIn(world.portal, {});

  const receipts = await update({ key: "k", leadId, accountId: "77" });

  expect(receipts.get("k")).toEqual({ kind: "already-true", crmId: leadId });
  expect(updates()).toHaveLength(0);
});

describe("stamps", () => {
  test("each goes into its property, and null clears", async () => {
    await world.client.ensureSchema(sync);
    const leadId = contactIn(world.portal, {});
    const slaDueAt = "2026-11-20T10:15:00.000Z";
    await update({ key: "a", leadId, stamp: { tier: "T1", slaDueAt, slaStatus: "running" } });

    await update({ key: "b", leadId, stamp: { slaDueAt: null, slaStatus: "met" } });

    expect(property(leadId, "baton_tier")).toBe("T1");
    expect(property(leadId, "baton_sla_status")).toBe("met");
    expect(property(leadId, "baton_sla_due_at") || null).toBeNull();
  });

  test("what an admin archived is created again, and the update sent once more", async () => {
    await world.client.ensureSchema(sync);
    world.hubspot.clock.advance(3_600_000);
    const definition = world.portal.properties.get("0-1")?.get("baton_tier");
    if (definition) archiveProperty(world.portal, "0-1", definition);
    const leadId = contactIn(world.portal, {});

    const receipts = await update({ key: "k", leadId, ownerId: "11", stamp: { tier: "T2" } });

    expect(receipts.get("k")?.kind).toBe("done");
    expect([property(leadId, "baton_tier"), property(leadId, "hubspot_owner_id")]).toEqual(["T2", "11"]);
  });

  test("an account that refuses our properties is not asked for them with every batch", async () => {
    world.hubspot.faults.add({
      route: "POST /crm/properties/:version/:objectType/batch/create",
      kind: "status-before",
      status: 400,
    });
    const leadId = contactIn(world.portal, {});
    const creations = () =>
      world.hubspot.requests.list({}).filter(({ path }) => path.endsWith("contacts/batch/create"));
    await update({ key: "a", leadId, stamp: { tier: "T2" } });

    const receipts = await update({ key: "b", leadId, stamp: { tier: "T2" } });

    expect(receipts.get("b")).toMatchObject({ kind: "refused", rule: "PROPERTY_DOESNT_EXIST", fields: ["baton_tier"] });
    expect(creations()).toHaveLength(1);
  });
});

describe("refusals", () => {
  test("hubspot.md §4.12: an admin's rule is named with its field", async () => {
    world.portal.rules.conditionalRequired.push({
      objectTypeId: "0-1",
      when: { property: "lifecyclestage", value: "salesqualifiedlead" },
      require: ["message"],
    });
    const leadId = contactIn(world.portal, { properties: mql });

    expect((await update({ key: "k", leadId, stage: "salesqualifiedlead" })).get("k")).toMatchObject({
      kind: "refused",
      rule: "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
      fields: ["message"],
    });
  });

  test("a user id is no owner id", async () => {
    const leadId = contactIn(world.portal, {});

    expect((await update({ key: "k", leadId, ownerId: "101" })).get("k")).toMatchObject({
      kind: "refused",
      rule: "owner-not-assignable",
      fields: ["hubspot_owner_id"],
    });
  });

  test("an account that lets former owners own takes them", async () => {
    world.portal.settings.archivedOwnerWrites = "accept";
    const leadId = contactIn(world.portal, {});

    expect((await update({ key: "k", leadId, ownerId: "13" })).get("k")?.kind).toBe("done");
  });
});

describe("a batch that is refused as a whole", () => {
  const leads = Array.from({ length: 20 }, (_, index) => String(index + 1));
  const writes = leads.map((leadId) => ({ key: `k${leadId}`, leadId, ownerId: "11" }));

  test.each([
    ["the first", ["1"]],
    ["one in the middle", ["10"]],
    ["the last", ["20"]],
    ["two far apart", ["1", "20"]],
    ["all", leads],
  ])("leaves the others alone when it is %s", async (_which, bad) => {
    const refuser = await startRefuser(world, bad);

    const receipts = await refuser.client.updateLeads(writes, { lane: "owner-write" });

    const refused = leads.filter((leadId) => receipts.get(`k${leadId}`)?.kind === "refused");
    const done = leads.filter((leadId) => receipts.get(`k${leadId}`)?.kind === "done");
    await refuser.stop();
    expect(refused).toEqual(bad);
    expect(done).toEqual(leads.filter((leadId) => !bad.includes(leadId)));
  });

  test("an answer of another shape proves nothing", async () => {
    const refuser = await startRefuser(world, [], () => ({ status: 200, body: { status: "COMPLETE" } }));

    const receipts = await refuser.client.updateLeads(writes.slice(0, 2), { lane: "owner-write" });

    await refuser.stop();
    expect([...receipts.values()].map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
  });

  test("a record that the answer does not mention is unknown", async () => {
    const results = [{ id: "1", properties: {}, createdAt: "2026-11-20T10:00:00Z" }];
    const refuser = await startRefuser(world, [], () => ({ status: 200, body: { results } }));

    const receipts = await refuser.client.updateLeads(writes.slice(0, 2), { lane: "owner-write" });

    await refuser.stop();
    expect([receipts.get("k1")?.kind, receipts.get("k2")?.kind]).toEqual(["done", "unknown"]);
  });
});
