import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/hubspot/portal.ts";
import { getRecord } from "../../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { dated, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

test("seeding tells nobody and search shows it at once", async () => {
  const changes: Change[] = [];
  world.portal.listeners.push((change) => changes.push(change));
  seedPortal(world.portal, parseSeed({ contacts: [{ properties: { email: "ada@one.example" } }] }));
  const found = await world.api("POST", dated.objects("contacts", "search"), {});
  await world.api("POST", dated.objects("contacts"), { properties: { email: "bob@one.example" } });

  expect([found.text("total"), changes.map(({ kind }) => kind)]).toEqual([
    "1",
    expect.arrayContaining(["creation", "propertyChange"]),
  ]);
  expect(changes.map((change) => change.kind === "propertyChange" && change.value)).not.toContain("ada@one.example");
});

test("a seed sets fixed ids, ages, read-only values, links and archived records", () => {
  const createdAt = Date.parse("2026-01-01T00:00:00Z");
  const seed = {
    companies: [{ id: "600", properties: { name: "One" } }],
    contacts: [
      {
        id: "5000",
        createdAt,
        archived: true,
        properties: { email: "ada@one.example", hs_latest_source: "PAID_SEARCH", hs_analytics_num_visits: 7 },
        associations: [{ to: "company", id: "600", primary: true }],
      },
    ],
  };
  seedPortal(world.portal, parseSeed(seed));
  const record = getRecord(world.portal, "0-1", "5000");

  expect(record).toMatchObject({ createdAt, archivedAt: world.hubspot.clock.now() });
  expect(Object.fromEntries(record?.properties ?? [])).toMatchObject({
    createdate: "2026-01-01T00:00:00.000Z",
    hs_latest_source: "PAID_SEARCH",
    hs_analytics_num_visits: "7",
    associatedcompanyid: "600",
  });
  expect(world.portal.nextId).toBeGreaterThan(5000);
});

test("a seed brings settings, pipelines, groups, properties and rules", async () => {
  const pipeline = {
    id: "77",
    label: "Renewals",
    displayOrder: 0,
    stages: [{ id: "771", label: "Open", displayOrder: 0, metadata: { isClosed: "false", probability: "0.5" } }],
  };
  const seed = {
    settings: { searchLagMs: 0 },
    pipelines: [pipeline],
    groups: [{ objectType: "contacts", name: "scores", label: "Scores" }],
    properties: [
      {
        objectType: "contacts",
        name: "score",
        label: "Score",
        type: "number",
        fieldType: "number",
        groupName: "scores",
      },
    ],
    rules: { requiredOnCreate: [{ objectType: "contacts", properties: ["score"] }] },
    deals: [{ properties: { dealname: "Renewal", dealstage: "771" } }],
  };
  seedPortal(world.portal, parseSeed(seed));
  const pipelines = await world.api("GET", dated.pipelines("deals"));
  const without = await world.api("POST", dated.objects("contacts"), { properties: { firstname: "Ada" } });
  const withScore = await world.api("POST", dated.objects("contacts"), { properties: { score: "7" } });

  expect([pipelines.text("results.0.stages.0.id"), without.status, withScore.status]).toEqual(["771", 400, 201]);
  expect(world.portal.settings.searchLagMs).toBe(0);
});

test("a seed that is not valid is refused with every problem and its place", () => {
  const seed = {
    contact: [],
    owners: [{ id: "1" }],
    contacts: [{ id: "x", properties: { email: ["a"] }, associations: [{ to: "planet", id: "1" }] }],
  };

  expect(() => parseSeed(seed)).toThrow(
    [
      "The seed is not valid:",
      "contact: unknown",
      "owners[0]: needs id (text), userId (number) and email",
      "contacts[0].id: must be digits",
      "contacts[0].properties.email: must be text, number, boolean or null",
      "contacts[0].associations: needs to (an object type) and id (text)",
    ].join("\n"),
  );
});
