import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const dayMs = 86_400_000;
const now = Date.parse("2026-11-20T10:00:00.000Z");

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const seed = {
    companies: [{ id: "600", properties: { name: "One", domain: "one.example" } }],
    contacts: [
      {
        id: "500",
        createdAt: now - 3 * dayMs,
        properties: { email: "Ada@one.example", firstname: "Ada", city: "New York", hubspotscore: "9" },
        associations: [{ to: "company", id: "600" }],
      },
      {
        id: "501",
        createdAt: now - 2 * dayMs,
        properties: { email: "bob@one.example", firstname: "Bob", hubspotscore: "10" },
      },
      { id: "502", createdAt: now - dayMs, properties: { firstname: "Cem", hs_lead_status: "NEW" } },
    ],
  };
  seedPortal(world.portal, parseSeed(seed));
});
afterEach(() => world.stop());

describe.each(families)("search on $name", (family) => {
  const search = (body: unknown) => world.api("POST", family.objects("contacts", "search"), body);
  const find = async (...filters: Record<string, unknown>[]) => {
    const reply = await search({ filterGroups: [{ filters }], limit: 200 });
    return reply.list("results").map((result) => valueAt(result, "id"));
  };

  test.each([
    ["EQ", { propertyName: "email", value: "ADA@ONE.example" }, ["500"]],
    ["EQ", { propertyName: "firstname", value: "ada" }, ["500"]],
    ["EQ", { propertyName: "hs_lead_status", value: "new" }, []],
    ["EQ", { propertyName: "hs_lead_status", value: "NEW" }, ["502"]],
    ["NEQ", { propertyName: "email", value: "bob@one.example" }, ["500"]],
    ["LT", { propertyName: "hubspotscore", value: "10" }, ["500"]],
    ["LTE", { propertyName: "hubspotscore", value: "10" }, ["500", "501"]],
    ["GT", { propertyName: "createdate", value: String(now - 2 * dayMs) }, ["502"]],
    ["GTE", { propertyName: "createdate", value: String(now - 2 * dayMs) }, ["501", "502"]],
    ["BETWEEN", { propertyName: "hubspotscore", value: "9.5", highValue: "10" }, ["501"]],
    ["IN", { propertyName: "firstname", values: ["ada", "Bob"] }, ["500"]],
    ["NOT_IN", { propertyName: "email", values: ["ada@one.example"] }, ["501"]],
    ["HAS_PROPERTY", { propertyName: "hubspotscore" }, ["500", "501"]],
    ["NOT_HAS_PROPERTY", { propertyName: "email" }, ["502"]],
    ["CONTAINS_TOKEN", { propertyName: "email", value: "*@one.example" }, ["500", "501"]],
    ["CONTAINS_TOKEN", { propertyName: "city", value: "york" }, ["500"]],
    ["CONTAINS_TOKEN", { propertyName: "city", value: "yor" }, []],
    ["NOT_CONTAINS_TOKEN", { propertyName: "firstname", value: "c*" }, ["500", "501"]],
  ])('hubspot.md §9 Objects: "Search: filters/operators" %s %j → %j', async (operator, filter, found) => {
    expect(await find({ operator, ...filter })).toEqual(found);
  });

  test('hubspot.md §9 Objects: "Search: filters" – filters AND, groups OR, associations as a pseudo-property', async () => {
    const score = { propertyName: "hubspotscore", operator: "GT", value: "9" };
    const linked = { propertyName: "associations.company", operator: "EQ", value: "600" };
    const either = await search({ filterGroups: [{ filters: [score] }, { filters: [linked] }] });

    expect([await find(score, linked), await find(linked), either.text("total")]).toEqual([[], ["500"], "2"]);
  });

  test("hubspot.md §4.2: free text, one sort in both forms, records without a value last", async () => {
    const sorted = await search({ sorts: ["-hubspotscore"] });
    const rising = await search({ sorts: [{ propertyName: "hubspotscore", direction: "ASCENDING" }] });
    const text = await search({ query: "BOB" });
    const idsOf = (body: unknown) => [0, 1, 2].map((index) => valueAt(body, `results.${index}.id`));

    expect(idsOf(sorted.body)).toEqual(["501", "500", "502"]);
    expect(idsOf(rising.body)).toEqual(["500", "501", "502"]);
    expect([text.text("total"), text.text("results.0.id")]).toEqual(["1", "501"]);
  });

  const filter = { propertyName: "firstname", operator: "EQ", value: "x" };
  const filters = (count: number) => Array.from({ length: count }, () => filter);
  const group = (count: number) => ({ filters: filters(count) });
  test.each([
    ["groups 5", { filterGroups: Array.from({ length: 6 }, () => group(1)) }, 400],
    ["groups 5", { filterGroups: Array.from({ length: 5 }, () => group(1)) }, 200],
    ["filters 6", { filterGroups: [group(7)] }, 400],
    ["filters 18", { filterGroups: [group(6), group(6), group(6), group(1)] }, 400],
    ["filters 18", { filterGroups: [group(6), group(6), group(6)] }, 200],
    ["limit 200", { limit: 201 }, 400],
    ["limit 200", { limit: 200 }, 200],
    ["10,000 cap", { limit: 100, after: "9901" }, 400],
    ["10,000 cap", { limit: 100, after: "9900" }, 200],
    ["3,000 chars", { filterGroups: [{ filters: [{ ...filter, value: "x".repeat(3_000) }] }] }, 400],
  ])('hubspot.md §9 Objects: "Search: limits (%s)" %#', async (_box, body, status) => {
    expect((await search(body)).status).toBe(status);
  });

  test.each([
    ["two sorts", { sorts: ["createdate", "email"] }],
    ["an unknown operator", { filterGroups: [{ filters: [{ ...filter, operator: "LIKE" }] }] }],
    ["an unknown property", { filterGroups: [{ filters: [{ ...filter, propertyName: "no_such_property" }] }] }],
    ["a filter without value", { filterGroups: [{ filters: [{ propertyName: "email", operator: "EQ" }] }] }],
  ])("hubspot.md §4.2: %s is a 400", async (_what, body) => {
    expect((await search(body)).status).toBe(400);
  });

  test('hubspot.md §9 Objects: "Search: default properties"', async () => {
    const reply = await search({ filterGroups: [{ filters: [{ ...filter, value: "Ada" }] }] });

    expect(Object.keys(Object(valueAt(reply.body, "results.0.properties"))).sort()).toEqual([
      "createdate",
      "email",
      "firstname",
      "hs_object_id",
      "lastmodifieddate",
      "lastname",
    ]);
  });

  test('hubspot.md §9 Objects: "paging absent on last page"', async () => {
    const first = await search({ limit: 2 });
    const second = await search({ limit: 2, after: first.text("paging.next.after") });
    const full = await search({ limit: 3 });

    expect([first.text("total"), first.list("results").length, second.list("results").length]).toEqual(["3", 2, 1]);
    expect([valueAt(second.body, "paging"), valueAt(full.body, "paging")]).toEqual([undefined, undefined]);
  });

  test('hubspot.md §9 Objects: "index lag (default 10 s) for create"', async () => {
    const email = { propertyName: "email", operator: "EQ", value: "new@one.example" };
    await world.api("POST", family.objects("contacts"), { properties: { email: "new@one.example" } });
    world.hubspot.clock.advance(9_999);
    const before = await find(email);
    world.hubspot.clock.advance(1);

    expect([before.length, (await find(email)).length]).toEqual([0, 1]);
  });

  test('hubspot.md §9 Objects: "index lag for update": the old value is found, and shown, until then', async () => {
    const byEmail = (value: string) => ({ propertyName: "email", operator: "EQ", value });
    await world.api("PATCH", family.objects("contacts", "500"), { properties: { email: "new@one.example" } });
    world.hubspot.clock.advance(9_999);
    const reply = await search({ filterGroups: [{ filters: [byEmail("ada@one.example")] }] });
    const early = await find(byEmail("new@one.example"));
    world.hubspot.clock.advance(1);

    expect([reply.text("results.0.properties.email"), early]).toEqual(["ada@one.example", []]);
    expect([await find(byEmail("ada@one.example")), await find(byEmail("new@one.example"))]).toEqual([[], ["500"]]);
  });

  test('hubspot.md §9 Objects: "index lag for delete"', async () => {
    const bob = { propertyName: "firstname", operator: "EQ", value: "Bob" };
    await world.api("DELETE", family.objects("contacts", "501"));
    world.hubspot.clock.advance(9_999);
    const before = await find(bob);
    world.hubspot.clock.advance(1);

    expect([before, await find(bob)]).toEqual([["501"], []]);
  });

  test('hubspot.md §9 Objects: "index lag configurable"', async () => {
    world.portal.settings.searchLagMs = 0;
    await world.api("PATCH", family.objects("contacts", "502"), { properties: { firstname: "Dan" } });

    expect(await find({ propertyName: "firstname", operator: "EQ", value: "Dan" })).toEqual(["502"]);
  });

  test("hubspot.md §4.5: companies by domain, several of them when there are", async () => {
    seedPortal(
      world.portal,
      parseSeed({ companies: [{ id: "601", properties: { name: "Uno", domain: "ONE.example" } }] }),
    );
    const domain = { propertyName: "domain", operator: "EQ", value: "one.example" };
    const reply = await world.api("POST", family.objects("companies", "search"), {
      filterGroups: [{ filters: [domain] }],
    });

    expect(reply.list("results").map((result) => valueAt(result, "id"))).toEqual(["600", "601"]);
  });
});

test("a record that is written often keeps few states for search", () => {
  const options = { source: { type: "INTEGRATION", id: "1" }, version: "v3" as const };
  const record = createRecord(world.portal, "0-1", { firstname: "Dan" }, options);
  Array.from({ length: 500 }, (_, index) => {
    world.hubspot.clock.advance(1);
    return updateRecord(world.portal, "0-1", record.id, { firstname: `Dan ${index}` }, options);
  });
  const inBurst = record.snapshots.length;
  world.hubspot.clock.advance(10_000);
  updateRecord(world.portal, "0-1", record.id, { firstname: "Dan" }, options);

  expect([inBurst <= 32, record.snapshots.length]).toEqual([true, 2]);
});
