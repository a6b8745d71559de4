import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { dated, families, legacy, startWorld, type World } from "./world.ts";

const rules = {
  conditionalRequired: [
    {
      objectType: "contacts",
      when: { property: "lifecyclestage", value: "salesqualifiedlead" },
      require: ["hs_lead_status"],
    },
  ],
  requiredOnCreate: [{ objectType: "contacts", properties: ["company"] }],
};

let world: World;
let contactId: string;
beforeEach(async () => {
  world = await startWorld();
  seedPortal(world.portal, parseSeed({ contacts: [{ id: "500", properties: { email: "ada@one.example" } }], rules }));
  contactId = "500";
});
afterEach(() => world.stop());

const update = (path: string, properties: Record<string, string>) => world.api("PATCH", path, { properties });

test('hubspot.md §9 Objects: "2026-09 only: conditional-required rules (MISSING_CONDITIONAL_REQUIRED_PROPERTY)"', async () => {
  const refused = await update(dated.objects("contacts", contactId), { lifecyclestage: "salesqualifiedlead" });
  const together = await update(dated.objects("contacts", contactId), {
    lifecyclestage: "salesqualifiedlead",
    hs_lead_status: "OPEN",
  });

  expect([refused.status, refused.body]).toMatchObject([
    400,
    {
      category: "VALIDATION_ERROR",
      errors: [{ code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY", context: { propertyName: ["hs_lead_status"] } }],
    },
  ]);
  expect(together.status).toBe(200);
});

test('hubspot.md §9 Objects: "2026-09 only: conditional-required" is met by a value that the record has', async () => {
  await update(dated.objects("contacts", contactId), { hs_lead_status: "OPEN" });
  const reply = await update(dated.objects("contacts", contactId), { lifecyclestage: "salesqualifiedlead" });

  expect(reply.status).toBe(200);
});

test('hubspot.md §9 Objects: "2026-09 only: conditional-required" reaches batches; trace ids save the others', async () => {
  seedPortal(world.portal, parseSeed({ contacts: [{ id: "501", properties: { hs_lead_status: "NEW" } }] }));
  const properties = { lifecyclestage: "salesqualifiedlead" };
  const reply = await world.api("POST", dated.objects("contacts", "batch/update"), {
    inputs: [
      { id: "500", properties, objectWriteTraceId: "a" },
      { id: "501", properties, objectWriteTraceId: "b" },
    ],
  });

  expect([reply.status, reply.text("results.0.id"), reply.text("errors.0.context.objectWriteTraceId.0")]).toEqual([
    207,
    "501",
    "a",
  ]);
});

test('hubspot.md §9 Objects: "2026-09 only: create-required rules (MISSING_REQUIRED_PROPERTY)"', async () => {
  const refused = await world.api("POST", dated.objects("contacts"), { properties: { email: "b@one.example" } });
  const updated = await update(dated.objects("contacts", contactId), { firstname: "Ada" });

  expect([refused.status, refused.text("errors.0.code"), refused.text("errors.0.context.propertyName.0")]).toEqual([
    400,
    "MISSING_REQUIRED_PROPERTY",
    "company",
  ]);
  expect(updated.status).toBe(200);
});

test('hubspot.md §9 Objects: "2026-09 only" – the older paths ignore both rules', async () => {
  const created = await world.api("POST", legacy.objects("contacts"), { properties: { email: "b@one.example" } });
  const updated = await update(legacy.objects("contacts", contactId), { lifecyclestage: "salesqualifiedlead" });
  const march = await update(`/crm/objects/2026-03/contacts/${contactId}`, { lifecyclestage: "salesqualifiedlead" });

  expect([created.status, updated.status, march.status]).toEqual([201, 200, 200]);
});

test.each([
  ["1790000000", "seconds", "2026-09-21T14:13:20.000Z"],
])('hubspot.md §9 Objects: "2026-09 only: date normalisation warnings" datetime %s (%s)', async (raw, _unit, normalizedValue) => {
  const reply = await update(dated.objects("contacts", contactId), { closedate: raw });
  const older = await update(legacy.objects("contacts", contactId), { closedate: raw });

  expect(reply.text("properties.closedate")).toBe(normalizedValue);
  expect(valueAt(reply.body, "warnings")).toEqual([
    {
      category: "PROPERTY_VALUE_NORMALIZED",
      message: expect.any(String),
      context: { propertyName: "closedate", rawValue: raw, normalizedValue },
    },
  ]);
  expect([older.status, older.text("errors.0.code")]).toEqual([400, "INVALID_DATE"]);
});

describe("dates at midnight UTC", () => {
  beforeEach(async () => {
    await world.api("POST", dated.properties("contacts"), {
      name: "renewal_day",
      label: "Renewal day",
      type: "date",
      fieldType: "date",
      groupName: "contactinformation",
    });
  });

  test.each(families)("hubspot.md §8.16: date properties take midnight UTC as ms or ISO ($name)", async (family) => {
    const asMs = await update(family.objects("contacts", contactId), { renewal_day: "1795996800000" });
    const asIso = await update(family.objects("contacts", contactId), { renewal_day: "2026-11-30" });

    expect([asMs.text("properties.renewal_day"), asIso.text("properties.renewal_day")]).toEqual([
      "2026-11-30",
      "2026-11-30",
    ]);
    expect(valueAt(asMs.body, "warnings")).toBeUndefined();
  });

  test('hubspot.md §9 Objects: "2026-09 only: date normalisation warnings" for a time of day', async () => {
    const reply = await update(dated.objects("contacts", contactId), { renewal_day: "1796000000000" });
    const older = await update(legacy.objects("contacts", contactId), { renewal_day: "1796000000000" });

    expect([reply.text("properties.renewal_day"), reply.text("warnings.0.context.rawValue")]).toEqual([
      "2026-11-30",
      "1796000000000",
    ]);
    expect([older.status, older.text("errors.0.code")]).toEqual([400, "INVALID_DATE"]);
  });
});
