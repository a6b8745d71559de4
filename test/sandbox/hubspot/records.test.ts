import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const ada = { email: "Ada@One.example", firstname: "Ada" };

describe.each(families)("records on $name", (family) => {
  const create = (properties: Record<string, string>) => world.api("POST", family.objects("contacts"), { properties });
  const read = (id: string, query = "") => world.api("GET", family.objects("contacts", `${id}${query}`));
  const update = (id: string, properties: Record<string, unknown>) =>
    world.api("PATCH", family.objects("contacts", id), { properties });

  test('hubspot.md §9 Objects: "201 for create (with Location)"', async () => {
    const reply = await create(ada);

    expect(reply.status).toBe(201);
    expect(reply.headers.get("location")).toBe(family.objects("contacts", reply.text("id")));
    expect(reply.body).toMatchObject({
      properties: {
        email: "ada@one.example",
        firstname: "Ada",
        hs_email_domain: "one.example",
        lifecyclestage: "lead",
      },
      createdAt: "2026-11-20T10:00:00.000Z",
      updatedAt: "2026-11-20T10:00:00.000Z",
      archived: false,
    });
  });

  test('hubspot.md §9 Objects: "200 update" with the full object', async () => {
    const id = (await create(ada)).text("id");
    const reply = await update(id, { lastname: "Lovelace" });

    expect([reply.status, reply.body]).toMatchObject([
      200,
      { id, properties: { firstname: "Ada", lastname: "Lovelace" } },
    ]);
  });

  test('hubspot.md §9 Objects: "204 archive"', async () => {
    const id = (await create(ada)).text("id");
    const reply = await world.api("DELETE", family.objects("contacts", id));

    expect([reply.status, reply.body, (await read(id)).status]).toEqual([204, undefined, 404]);
  });

  test('hubspot.md §9 Objects: "values always strings" whatever JSON type was sent', async () => {
    const id = (await create(ada)).text("id");
    const reply = await update(id, { annualrevenue: 12, hs_marketable_status: true });

    expect(reply.body).toMatchObject({
      properties: { annualrevenue: "12", hs_marketable_status: "true", hs_object_id: id },
    });
  });

  test('hubspot.md §9 Objects: "unset requested → null" and "unknown property on read omitted"', async () => {
    const id = (await create(ada)).text("id");
    const reply = await read(id, "?properties=firstname,city,no_such_property");

    expect(valueAt(reply.body, "properties")).toEqual({
      firstname: "Ada",
      city: null,
      createdate: "2026-11-20T10:00:00.000Z",
      lastmodifieddate: "2026-11-20T10:00:00.000Z",
      hs_object_id: id,
    });
  });

  test('hubspot.md §9 Objects: "on write 400 PROPERTY_DOESNT_EXIST rejecting the whole record"', async () => {
    const id = (await create(ada)).text("id");
    const reply = await update(id, { lastname: "Lovelace", no_such_property: "x" });
    const after = await read(id, "?properties=lastname");

    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      status: "error",
      category: "VALIDATION_ERROR",
      message: expect.stringMatching(/^Property values were not valid: \[\{"isValid":false,.*"portalId":62515\}\]$/),
      errors: [{ code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["no_such_property"] } }],
    });
    expect(after.body).toMatchObject({ properties: { lastname: null } });
  });

  test.each([
    ["enum check INVALID_OPTION", "hs_lead_status", "Open", "INVALID_OPTION"],
    ["enum check INVALID_OPTION", "hs_email_optout", "yes", "INVALID_OPTION"],
    ["read-only check", "hs_email_domain", "x.example", "READ_ONLY_VALUE"],
    ["read-only check", "hs_v2_date_entered_lead", "1790000000000", "READ_ONLY_VALUE"],
    ["whitespace check", "hs_lead_status", "NEW ", "LEADING_TRAILING_WHITESPACE"],
    ["whitespace check", "closedate", " 2026-11-20", "LEADING_TRAILING_WHITESPACE"],
    ["whitespace check", "hubspot_owner_id", " 1", "LEADING_TRAILING_WHITESPACE"],
  ])('hubspot.md §9 Objects: "%s" %s = %j → %s', async (_box, name, value, code) => {
    const id = (await create(ada)).text("id");
    const reply = await update(id, { [name]: value });

    expect([reply.status, reply.text("errors.0.code")]).toEqual([400, code]);
  });

  test.each([
    ["email", "ada@", "INVALID_EMAIL"],
    ["closedate", "tomorrow", "INVALID_DATE"],
    ["hs_pinned_engagement_id", "many", "INVALID_LONG"],
    ["hubspot_owner_id", "4711", "INVALID_OWNER_ID"],
  ])("hubspot.md §3.3 codes: %s = %j → %s", async (name, value, code) => {
    const reply = await create({ firstname: "Ada", [name]: value });

    expect([reply.status, reply.text("errors.0.code")]).toEqual([400, code]);
  });

  test("hubspot.md §3.3: text properties keep their whitespace", async () => {
    const reply = await create({ firstname: " Ada ", city: "Paris\n" });

    expect([reply.status, reply.body]).toMatchObject([201, { properties: { firstname: " Ada ", city: "Paris\n" } }]);
  });

  test("hubspot.md §4.1: null is no way to clear", async () => {
    const id = (await create(ada)).text("id");

    expect((await update(id, { firstname: null })).status).toBe(400);
  });

  test('hubspot.md §9 Objects: "clears" with an empty text', async () => {
    const id = (await create(ada)).text("id");
    const reply = await update(id, { firstname: "" });

    expect([reply.status, valueAt(reply.body, "properties.firstname")]).toEqual([200, undefined]);
    expect((await read(id, "?properties=firstname")).body).toMatchObject({ properties: { firstname: null } });
  });

  test('hubspot.md §9 Objects: "updatedAt/lastmodifieddate move on each write", even one that changes nothing', async () => {
    const id = (await create(ada)).text("id");
    world.hubspot.clock.advance(5_000);
    const reply = await update(id, { firstname: "Ada" });

    expect(reply.body).toMatchObject({
      properties: { lastmodifieddate: "2026-11-20T10:00:05.000Z" },
      createdAt: "2026-11-20T10:00:00.000Z",
      updatedAt: "2026-11-20T10:00:05.000Z",
    });
  });

  test('hubspot.md §9 Objects: "property history with sourceType/sourceId", newest first, without repeats', async () => {
    const id = (await create({ ...ada, hs_lead_status: "NEW" })).text("id");
    world.hubspot.clock.advance(1_000);
    await update(id, { hs_lead_status: "NEW" });
    world.hubspot.clock.advance(1_000);
    updateRecord(
      world.portal,
      "0-1",
      id,
      { hs_lead_status: "OPEN" },
      {
        source: { type: "CRM_UI", id: "userId:7", userId: 7 },
        version: "v3",
      },
    );
    const reply = await read(id, "?propertiesWithHistory=hs_lead_status");

    expect(valueAt(reply.body, "propertiesWithHistory.hs_lead_status")).toEqual([
      {
        value: "OPEN",
        timestamp: "2026-11-20T10:00:02.000Z",
        sourceType: "CRM_UI",
        sourceId: "userId:7",
        updatedByUserId: 7,
      },
      {
        value: "NEW",
        timestamp: "2026-11-20T10:00:00.000Z",
        sourceType: "INTEGRATION",
        sourceId: expect.any(String),
      },
    ]);
  });

  test("hubspot.md §3.2: lists come in pages of at most 100", async () => {
    const inputs = ["a", "b", "c"].map((name) => ({ properties: { email: `${name}@one.example` } }));
    await world.api("POST", family.objects("contacts", "batch/create"), { inputs });
    const first = await world.api("GET", family.objects("contacts", "?limit=2").replace("/?", "?"));
    const after = first.text("paging.next.after");
    const second = await world.api("GET", family.objects("contacts", `?limit=2&after=${after}`).replace("/?", "?"));
    const tooMany = await world.api("GET", family.objects("contacts", "?limit=101").replace("/?", "?"));

    expect([first.list("results").length, second.list("results").length, tooMany.status]).toEqual([2, 1, 400]);
    expect(valueAt(second.body, "paging")).toBeUndefined();
  });

  test("an unknown object type is a 400", async () => {
    const reply = await world.api("GET", family.objects("unicorns", "1"));

    expect([reply.status, reply.text("message")]).toEqual([400, "Unable to infer object type from: unicorns"]);
  });
});
