import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/hubspot/portal.ts";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

let world: World;
let changes: Change[];
beforeEach(async () => {
  world = await startWorld();
  const seed = {
    companies: [
      { id: "600", properties: { name: "One", domain: "one.example" } },
      { id: "601", properties: { name: "Two", domain: "two.example" } },
    ],
    contacts: [
      {
        id: "500",
        createdAt: Date.parse("2026-11-01T00:00:00Z"),
        properties: { email: "ada@one.example", firstname: "Ada", lifecyclestage: "lead" },
        associations: [{ to: "company", id: "600", primary: true }],
      },
      {
        id: "501",
        createdAt: Date.parse("2026-10-01T00:00:00Z"),
        properties: {
          email: "ada@two.example",
          firstname: "A.",
          city: "London",
          lifecyclestage: "marketingqualifiedlead",
        },
        associations: [{ to: "company", id: "601", primary: true }],
      },
    ],
  };
  seedPortal(world.portal, parseSeed(seed));
  changes = [];
  world.portal.listeners.push((change) => changes.push(change));
});
afterEach(() => world.stop());

describe.each(families)("who a contact is, on $name", (family) => {
  const create = (email: string) => world.api("POST", family.objects("contacts"), { properties: { email } });
  const read = (id: string, query = "") => world.api("GET", family.objects("contacts", `${id}${query}`));
  const merge = () =>
    world.api("POST", family.objects("contacts", "merge"), { primaryObjectId: "500", objectIdToMerge: "501" });
  const erase = (body: Record<string, string>) => world.api("POST", family.objects("contacts", "gdpr-delete"), body);

  test('hubspot.md §9 Objects: "E-mail conflict 409 with id in text", whatever the case', async () => {
    const reply = await create("ADA@one.example");

    expect([reply.status, reply.body]).toMatchObject([
      409,
      { status: "error", category: "CONFLICT", message: "Contact already exists. Existing ID: 500" },
    ]);
  });

  test('hubspot.md §9 Objects: "E-mail conflict 409" on an update to another contact\'s address, not to its own', async () => {
    const path = family.objects("contacts", "501");
    const taken = await world.api("PATCH", path, { properties: { email: "ada@one.example" } });
    const own = await world.api("PATCH", path, { properties: { email: "ada@two.example" } });

    expect([taken.status, own.status]).toEqual([409, 200]);
  });

  test("an address is free again once its contact has another, or is archived", async () => {
    await world.api("PATCH", family.objects("contacts", "500"), { properties: { email: "new@one.example" } });
    await world.api("DELETE", family.objects("contacts", "501"));

    expect([(await create("ada@one.example")).status, (await create("ada@two.example")).status]).toEqual([201, 201]);
  });

  test('hubspot.md §9 Objects: "merge creates newObjectId and old ids redirect"', async () => {
    const reply = await merge();
    const newId = reply.text("id");

    expect(reply.status).toBe(200);
    expect(["500", "501"]).not.toContain(newId);
    expect([(await read("500")).text("id"), (await read("501")).text("id")]).toEqual([newId, newId]);
    expect(changes).toMatchObject([
      { kind: "merge", primaryObjectId: "500", mergedObjectIds: ["501"], newObjectId: newId, propertiesMoved: 1 },
    ]);
  });

  test("hubspot.md §4.1 merge: the primary's values win, gaps are filled, the further stage and older creation stay", async () => {
    const reply = await merge();

    expect(reply.body).toMatchObject({
      createdAt: "2026-10-01T00:00:00.000Z",
      properties: {
        email: "ada@one.example",
        hs_additional_emails: "ada@two.example",
        firstname: "Ada",
        city: "London",
        lifecyclestage: "marketingqualifiedlead",
        hs_merged_object_ids: "500;501",
        associatedcompanyid: "600",
      },
    });
  });

  test("hubspot.md §8.13 merge: both addresses belong to the survivor, and both ids lead batches to it", async () => {
    const newId = (await merge()).text("id");
    const conflict = await create("ada@two.example");
    const batch = await world.api("POST", family.objects("contacts", "batch/read"), {
      inputs: [{ id: "501" }],
      properties: ["email"],
      propertiesWithHistory: [],
    });

    expect(conflict.text("message")).toBe(`Contact already exists. Existing ID: ${newId}`);
    expect([batch.status, batch.text("results.0.id")]).toEqual([200, newId]);
  });

  test("hubspot.md §4.6 merge: links move, and one primary company is left", async () => {
    const newId = (await merge()).text("id");
    const reply = await world.api("POST", family.associations("contacts", "companies", "batch/read"), {
      inputs: [{ id: newId }],
    });

    expect(valueAt(reply.body, "results.0.to")).toMatchObject([
      { toObjectId: "601", associationTypes: [{ typeId: 279 }] },
      { toObjectId: "600", associationTypes: [{ typeId: 1, label: "Primary" }, { typeId: 279 }] },
    ]);
  });

  test("a contact cannot be merged with itself or with nobody", async () => {
    const path = family.objects("contacts", "merge");
    const self = await world.api("POST", path, { primaryObjectId: "500", objectIdToMerge: "500" });
    const nobody = await world.api("POST", path, { primaryObjectId: "500", objectIdToMerge: "9" });

    expect([self.status, nobody.status]).toEqual([400, 404]);
  });

  test('hubspot.md §9 Objects: "archived → 404 unless archived=true"', async () => {
    await world.api("DELETE", family.objects("contacts", "500"));
    const hidden = await read("500");
    const shown = await read("500", "?archived=true");
    const written = await world.api("PATCH", family.objects("contacts", "500"), { properties: { city: "Paris" } });

    expect([hidden.status, hidden.text("category"), shown.status, written.status]).toEqual([
      404,
      "OBJECT_NOT_FOUND",
      200,
      404,
    ]);
    expect(shown.body).toMatchObject({ archived: true, archivedAt: "2026-11-20T10:00:00.000Z" });
  });

  test('hubspot.md §9 Objects: "gdpr-delete blocks re-creation by e-mail and erases"', async () => {
    const reply = await erase({ objectId: "500" });
    const again = await create("ada@one.example");

    expect([reply.status, again.status, again.text("errors.0.code")]).toEqual([204, 400, "INVALID_EMAIL"]);
    expect([(await read("500")).status, (await read("500", "?archived=true")).status]).toEqual([404, 404]);
    expect(changes.map(({ kind }) => kind)).toEqual(["deletion", "privacyDeletion"]);
  });

  test('hubspot.md §9 Objects: "gdpr-delete" by e-mail, of a contact or of an address that is to stay away', async () => {
    const known = await erase({ objectId: "ada@one.example", idProperty: "email" });
    const unknown = await erase({ objectId: "eve@one.example", idProperty: "email" });

    expect([known.status, unknown.status, (await read("500")).status]).toEqual([204, 204, 404]);
    expect((await create("eve@one.example")).status).toBe(400);
  });

  test("hubspot.md §4.1: a contact can be read and changed by its e-mail address", async () => {
    const shown = await read("ada@one.example", "?idProperty=email");
    const path = family.objects("contacts", "ada@one.example?idProperty=email");
    const changed = await world.api("PATCH", path, { properties: { city: "Paris" } });
    const notUnique = await read("Ada", "?idProperty=firstname");

    expect([shown.text("id"), changed.text("id"), notUnique.status]).toEqual(["500", "500", 400]);
  });
});
