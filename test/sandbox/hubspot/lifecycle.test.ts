import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const person = { type: "CRM_UI", id: "userId:7", userId: 7 };

let world: World;
let contactId: string;
beforeEach(async () => {
  world = await startWorld();
  const properties = { email: "ada@one.example", lifecyclestage: "marketingqualifiedlead" };
  contactId = createRecord(world.portal, "0-1", properties, { source: person, version: "v3" }).id;
  world.hubspot.clock.advance(60_000);
});
afterEach(() => world.stop());

describe.each(families)("lifecycle stages on $name", (family) => {
  const write = (properties: Record<string, string>) =>
    world.api("PATCH", family.objects("contacts", contactId), { properties });
  const batchWrite = (properties: Record<string, string>) =>
    world.api("POST", family.objects("contacts", "batch/update"), { inputs: [{ id: contactId, properties }] });

  test('hubspot.md §9 Objects: "Lifecycle: forward-only": a step forward is applied', async () => {
    const reply = await write({ lifecyclestage: "salesqualifiedlead" });

    expect([reply.status, reply.text("properties.lifecyclestage")]).toEqual([200, "salesqualifiedlead"]);
  });

  test('hubspot.md §9 Objects: "Lifecycle: silent no-op backward with 200"; the rest of the write is applied', async () => {
    const reply = await write({ lifecyclestage: "lead", firstname: "Ada" });

    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ properties: { lifecyclestage: "marketingqualifiedlead", firstname: "Ada" } });
  });

  test('hubspot.md §9 Objects: "Lifecycle: silent no-op backward" in a batch too', async () => {
    const reply = await batchWrite({ lifecyclestage: "subscriber" });

    expect([reply.status, reply.text("results.0.properties.lifecyclestage")]).toEqual([200, "marketingqualifiedlead"]);
  });

  test('hubspot.md §9 Objects: "Lifecycle: clear then set works" in two requests', async () => {
    const cleared = await write({ lifecyclestage: "" });
    const set = await write({ lifecyclestage: "lead" });

    expect(valueAt(cleared.body, "properties.lifecyclestage")).toBeUndefined();
    expect(set.text("properties.lifecyclestage")).toBe("lead");
  });

  test('hubspot.md §9 Objects: "entering a stage sets hs_lifecyclestage_<s>_date and hs_v2_date_entered_<s>"', async () => {
    const reply = await write({ lifecyclestage: "salesqualifiedlead" });

    expect(reply.body).toMatchObject({
      properties: {
        hs_lifecyclestage_marketingqualifiedlead_date: "2026-11-20T10:00:00.000Z",
        hs_v2_date_entered_marketingqualifiedlead: "2026-11-20T10:00:00.000Z",
        hs_v2_latest_time_in_marketingqualifiedlead: "60000",
        hs_lifecyclestage_salesqualifiedlead_date: "2026-11-20T10:01:00.000Z",
        hs_v2_date_entered_salesqualifiedlead: "2026-11-20T10:01:00.000Z",
      },
    });
  });

  test("hubspot.md §4.4: custom stages have numeric ids, come where their order says, and have only the v2 stamp", async () => {
    seedPortal(world.portal, parseSeed({ lifecycleStages: [{ value: "71239", label: "Partner" }] }));
    const reply = await write({ lifecyclestage: "71239" });
    const back = await write({ lifecyclestage: "other" });

    expect(reply.text("properties.hs_v2_date_entered_71239")).toBe("2026-11-20T10:01:00.000Z");
    expect(valueAt(reply.body, "properties.hs_lifecyclestage_71239_date")).toBeUndefined();
    expect(back.text("properties.lifecyclestage")).toBe("71239");
  });

  test("hubspot.md §4.4: a new contact of an integration is a lead by default, and may be cleared from the start", async () => {
    const create = (properties: Record<string, string>) =>
      world.api("POST", family.objects("contacts"), { properties });
    const byDefault = await create({ email: "b@one.example" });
    const without = await create({ email: "c@one.example", lifecyclestage: "" });

    expect(byDefault.text("properties.lifecyclestage")).toBe("lead");
    expect(valueAt(without.body, "properties.lifecyclestage")).toBeUndefined();
  });
});

test("hubspot.md §4.4: forward-only holds for the API; a person in the UI may step back", () => {
  const options = { source: person, version: "v3" as const };
  const record = updateRecord(world.portal, "0-1", contactId, { lifecyclestage: "lead" }, options);

  expect(record.properties.get("lifecyclestage")).toBe("lead");
});
