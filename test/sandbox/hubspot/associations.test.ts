import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/hubspot/portal.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { dated, families, legacy, startWorld, type World } from "./world.ts";

let world: World;
let changes: Change[];
beforeEach(async () => {
  world = await startWorld({ scopes: allScopes });
  const seed = {
    companies: [
      { id: "600", properties: { name: "One" } },
      { id: "601", properties: { name: "Two" } },
    ],
    contacts: [
      { id: "500", properties: { email: "ada@one.example" } },
      { id: "501", properties: { email: "bob@one.example" } },
    ],
    deals: [{ id: "700", properties: { dealname: "Big", dealstage: "appointmentscheduled" } }],
    tasks: [{ id: "800", properties: { hs_timestamp: "1790000000000" } }],
    notes: [{ id: "801", properties: { hs_timestamp: "1790000000000" } }],
    calls: [{ id: "802", properties: { hs_timestamp: "1790000000000" } }],
    emails: [{ id: "803", properties: { hs_timestamp: "1790000000000" } }],
    meetings: [{ id: "804", properties: { hs_timestamp: "1790000000000" } }],
  };
  seedPortal(world.portal, parseSeed(seed));
  changes = [];
  world.portal.listeners.push((change) => changes.push(change));
});
afterEach(() => world.stop());

const allScopes = ["contacts", "companies", "deals"]
  .flatMap((type) => [`crm.objects.${type}.read`, `crm.objects.${type}.write`])
  .concat("sales-email-read");

const hubspotType = (associationTypeId: number) => ({ associationCategory: "HUBSPOT_DEFINED", associationTypeId });

describe.each(families)("associations on $name", (family) => {
  const put = (path: string, types?: unknown) => world.api("PUT", path, types);
  const linkPrimary = (companyId: string) =>
    put(family.pair("contacts", "500", "companies", companyId), [hubspotType(1)]);
  const batchRead = (from: string, to: string, ids: string[]) =>
    world.api("POST", family.associations(from, to, "batch/read"), { inputs: ids.map((id) => ({ id })) });
  const typesOf = async (from: string, id: string, to: string) =>
    valueAt((await batchRead(from, to, [id])).body, "results.0.to");

  test('hubspot.md §9 Objects: "Associations: both directions created" by the unlabelled default', async () => {
    const reply = await put(family.defaultPair("contacts", "500", "companies", "600"));

    expect([reply.status, valueAt(reply.body, "results")]).toMatchObject([
      200,
      [
        { from: { id: "500" }, to: { id: "600" }, associationSpec: hubspotType(279) },
        { from: { id: "600" }, to: { id: "500" }, associationSpec: hubspotType(280) },
      ],
    ]);
    expect(await typesOf("contacts", "500", "companies")).toEqual([
      { toObjectId: "600", associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: 279, label: null }] },
    ]);
    expect(await typesOf("companies", "600", "contacts")).toEqual([
      { toObjectId: "500", associationTypes: [{ category: "HUBSPOT_DEFINED", typeId: 280, label: null }] },
    ]);
  });

  test('hubspot.md §9 Objects: "Associations: primary logic": primary also creates unlabelled, a new one demotes the old', async () => {
    const first = await linkPrimary("600");
    await linkPrimary("601");

    expect([first.status, first.body]).toMatchObject([
      201,
      { fromObjectId: "500", toObjectId: "600", fromObjectTypeId: "0-1", toObjectTypeId: "0-2", labels: ["Primary"] },
    ]);
    expect(await typesOf("contacts", "500", "companies")).toMatchObject([
      { toObjectId: "600", associationTypes: [{ typeId: 279 }] },
      { toObjectId: "601", associationTypes: [{ typeId: 1, label: "Primary" }, { typeId: 279 }] },
    ]);
    expect(await typesOf("companies", "600", "contacts")).toMatchObject([{ associationTypes: [{ typeId: 280 }] }]);
  });

  test("hubspot.md §4.3: associatedcompanyid follows the primary company, set from either side", async () => {
    await linkPrimary("600");
    const first = await world.api("GET", family.objects("contacts", "500?properties=associatedcompanyid"));
    await put(family.pair("companies", "601", "contacts", "500"), [hubspotType(2)]);
    const second = await world.api("GET", family.objects("contacts", "500?properties=associatedcompanyid"));
    await world.api("DELETE", family.pair("contacts", "500", "companies", "601"));
    const third = await world.api("GET", family.objects("contacts", "500?properties=associatedcompanyid"));

    expect([first, second, third].map(({ body }) => valueAt(body, "properties.associatedcompanyid"))).toEqual([
      "600",
      "601",
      null,
    ]);
  });

  test("hubspot.md §1.3: a primary association raises one change per side and type", async () => {
    await linkPrimary("600");

    expect(
      changes.map(
        (change) => change.kind === "associationChange" && [change.fromObjectId, change.type.typeId, change.primary],
      ),
    ).toEqual(
      expect.arrayContaining([
        ["500", 1, true],
        ["600", 2, true],
        ["500", 279, false],
        ["600", 280, false],
      ]),
    );
    expect(changes).toHaveLength(4);
  });

  test('hubspot.md §9 Objects: "primary logic": the demotion of the old company is a change too', async () => {
    await linkPrimary("600");
    changes.length = 0;
    await linkPrimary("601");
    const removed = changes.filter((change) => change.kind === "associationChange" && change.removed);

    expect(removed).toMatchObject([
      { fromObjectId: "500", toObjectId: "600", type: { typeId: 1 }, primary: true },
      { fromObjectId: "600", toObjectId: "500", type: { typeId: 2 }, primary: true },
    ]);
  });

  test('hubspot.md §9 Objects: "Associations: default labels"', async () => {
    const reply = await world.api("GET", family.associations("contacts", "companies", "labels"));

    expect(reply.body).toEqual({
      results: [
        { category: "HUBSPOT_DEFINED", typeId: 1, label: "Primary" },
        { category: "HUBSPOT_DEFINED", typeId: 279, label: null },
      ],
    });
  });

  test('hubspot.md §9 Objects: "Associations: batch read 207 for none"', async () => {
    await put(family.defaultPair("contacts", "500", "companies", "600"));
    const some = await batchRead("contacts", "companies", ["500", "501"]);

    expect([some.status, some.body]).toMatchObject([
      207,
      {
        results: [{ from: { id: "500" } }],
        numErrors: 1,
        errors: [{ category: "OBJECT_NOT_FOUND", context: { fromObjectId: ["501"] } }],
      },
    ]);
    expect((await batchRead("contacts", "companies", ["500"])).status).toBe(200);
  });

  test('hubspot.md §9 Objects: "Associations: label replacement": a written set replaces the labels of the pair', async () => {
    const label = await world.api("POST", family.associations("contacts", "companies", "labels"), {
      label: "Champion",
      name: "champion",
    });
    const typeId = Number(label.text("results.0.typeId"));
    const champion = { associationCategory: "USER_DEFINED", associationTypeId: typeId };
    await linkPrimary("600");
    await put(family.pair("contacts", "500", "companies", "600"), [champion]);
    const replaced = await typesOf("contacts", "500", "companies");
    await put(family.defaultPair("contacts", "500", "companies", "600"));

    expect(valueAt(replaced, "0.associationTypes")).toMatchObject([{ typeId: 279 }, { typeId, label: "Champion" }]);
    expect(await typesOf("contacts", "500", "companies")).toEqual(replaced);
    expect(await typesOf("companies", "600", "contacts")).toMatchObject([
      { associationTypes: [{ typeId: 280 }, { typeId: typeId + 1, label: "Champion" }] },
    ]);
  });

  test("hubspot.md §4.6: labels can be removed alone; removing the unlabelled default removes all", async () => {
    const remove = (associationTypeId: number) =>
      world.api("POST", family.associations("contacts", "companies", "batch/labels/archive"), {
        inputs: [{ from: { id: "500" }, to: { id: "600" }, types: [hubspotType(associationTypeId)] }],
      });
    await linkPrimary("600");
    const removed = await remove(1);
    const left = await typesOf("contacts", "500", "companies");
    await remove(279);

    expect(removed.status).toBe(204);
    expect(left).toMatchObject([{ associationTypes: [{ typeId: 279 }] }]);
    expect(await typesOf("contacts", "500", "companies")).toBeUndefined();
  });

  test.each([
    ["tasks", "800", "contacts", "500", 204, 203],
    ["tasks", "800", "companies", "600", 192, 191],
    ["tasks", "800", "deals", "700", 216, 215],
    ["deals", "700", "contacts", "500", 3, 4],
    ["deals", "700", "companies", "600", 341, 342],
    ["notes", "801", "contacts", "500", 202, 201],
    ["notes", "801", "companies", "600", 190, 189],
    ["notes", "801", "deals", "700", 214, 213],
    ["calls", "802", "contacts", "500", 194, 193],
    ["emails", "803", "contacts", "500", 198, 197],
    ["meetings", "804", "contacts", "500", 200, 199],
    ["contacts", "501", "contacts", "500", 449, 449],
    ["companies", "601", "companies", "600", 450, 450],
  ])('hubspot.md §9 Objects: "per-type ids of §4.6": %s %s → %s %s is %d, back %d', async (from, fromId, to, toId, there, back) => {
    await put(family.pair(from, fromId, to, toId), [hubspotType(there)]);

    expect(await typesOf(from, fromId, to)).toMatchObject([
      { toObjectId: toId, associationTypes: [{ typeId: there }] },
    ]);
    expect(await typesOf(to, toId, from)).toMatchObject([{ toObjectId: fromId, associationTypes: [{ typeId: back }] }]);
  });

  test("hubspot.md §4.6: a type id of the wrong direction or a record that is not there is refused", async () => {
    const wrong = await put(family.pair("tasks", "800", "contacts", "500"), [hubspotType(203)]);
    const nobody = await put(family.pair("tasks", "800", "contacts", "999"), [hubspotType(204)]);
    const batch = await world.api("POST", family.associations("tasks", "contacts", "batch/create"), {
      inputs: [
        { from: { id: "800" }, to: { id: "500" }, types: [hubspotType(204)] },
        { from: { id: "800" }, to: { id: "999" }, types: [hubspotType(204)] },
      ],
    });

    expect([wrong.status, nobody.status, batch.status]).toEqual([400, 404, 207]);
    expect([batch.list("results").length, batch.text("errors.0.subCategory")]).toEqual([
      1,
      "crm.associations.INVALID_OBJECT_IDS",
    ]);
  });

  test('hubspot.md §9 Objects: "toObjectId configurable as string or number"', async () => {
    await put(family.defaultPair("contacts", "500", "companies", "600"));
    world.portal.settings.toObjectIdAs = "number";

    expect(await typesOf("contacts", "500", "companies")).toMatchObject([{ toObjectId: 600 }]);
  });

  test("hubspot.md §4.6: batches of default links, and their removal", async () => {
    const created = await world.api("POST", family.associations("contacts", "companies", "batch/associate/default"), {
      inputs: [{ from: { id: "500" }, to: { id: "600" } }],
    });
    const archived = await world.api("POST", family.associations("contacts", "companies", "batch/archive"), {
      inputs: [{ from: { id: "500" }, to: [{ id: "600" }] }],
    });

    expect([created.status, created.list("results").length, archived.status]).toEqual([200, 2, 204]);
    expect(await typesOf("contacts", "500", "companies")).toBeUndefined();
    expect(await typesOf("companies", "600", "contacts")).toBeUndefined();
  });

  test("hubspot.md §4.1: ?associations= lists linked ids; archived records are left out", async () => {
    await linkPrimary("600");
    await put(family.defaultPair("contacts", "500", "companies", "601"));
    await world.api("DELETE", family.objects("companies", "601"));
    const reply = await world.api("GET", family.objects("contacts", "500?associations=companies,deals"));

    expect(valueAt(reply.body, "associations")).toEqual({
      companies: {
        results: [
          { id: "600", type: "contact_to_company_primary" },
          { id: "600", type: "contact_to_company" },
        ],
      },
    });
  });

  test("hubspot.md §4.1: inline associations on create are checked before anything is written", async () => {
    const create = (id: string, typeId: number) =>
      world.api("POST", family.objects("tasks"), {
        properties: { hs_timestamp: "1790000000000", hs_task_subject: "Call" },
        associations: [{ to: { id }, types: [hubspotType(typeId)] }],
      });
    const before = world.portal.records.get("0-27")?.size;
    const good = await create("500", 204);
    const nobody = await create("999", 204);
    const wrong = await create("500", 1);

    expect([good.status, nobody.status, wrong.status]).toEqual([201, 400, 400]);
    expect(await typesOf("contacts", "500", "tasks")).toMatchObject([{ toObjectId: good.text("id") }]);
    expect(world.portal.records.get("0-27")?.size).toBe((before ?? 0) + 1);
  });
});

test("hubspot.md §4.6: one record's links are read by GET in v4 and 2026-03, not in 2026-09", async () => {
  await world.api("PUT", legacy.defaultPair("contacts", "500", "companies", "600"));
  await world.api("PUT", legacy.defaultPair("contacts", "500", "companies", "601"));
  const v4 = await world.api("GET", `${legacy.pair("contacts", "500", "companies")}?limit=1`);
  const rest = await world.api(
    "GET",
    `/crm/objects/2026-03/contacts/500/associations/companies?after=${v4.text("paging.next.after")}`,
  );
  const september = await world.api("GET", dated.pair("contacts", "500", "companies"));

  expect([v4.text("results.0.toObjectId"), rest.text("results.0.toObjectId"), september.status]).toEqual([
    "600",
    "601",
    404,
  ]);
  expect(valueAt(rest.body, "paging")).toBeUndefined();
});
