import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { valueAt } from "../api.ts";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { dated, startOfTime } from "./world.ts";

let world: WebhookWorld;

beforeEach(async () => {
  world = await startWebhookWorld({ control: true });
});

afterEach(() => world.stop());

const accountInfo = () => world.api("GET", dated.accountInfo);

describe("control API: portals and installations", () => {
  test("a portal is added, with data, and listed", async () => {
    const seed = { contacts: [{ properties: { email: "a@example.com" } }] };
    const added = await world.control("POST", "/portals", { id: 777, name: "Second", timeZone: "UTC", seed });
    const list = await world.control("GET", "/portals");

    expect([added.status, added.text("records.0-1")]).toEqual([201, "1"]);
    expect(list.list("results")).toMatchObject([{ id: 62515 }, { id: 777, name: "Second", timeZone: "UTC" }]);
  });

  test("a portal's id is taken once", async () => {
    const reply = await world.control("POST", "/portals", { id: 62515 });

    expect([reply.status, reply.body]).toEqual([400, { message: "There is a portal 62515 already" }]);
  });

  test("a portal is seeded", async () => {
    const seeded = await world.control("POST", "/portals/62515/seed", {
      contacts: [{ properties: { email: "a@example.com" } }, { properties: { email: "b@example.com" } }],
    });

    expect([seeded.status, seeded.text("records.0-1")]).toEqual([200, "2"]);
  });

  test("an unknown portal is a 404", async () => {
    expect((await world.control("GET", "/portals/1/settings")).status).toBe(404);
  });

  test("a portal's switches are changed", async () => {
    const { body } = await world.control("PATCH", "/portals/62515/settings", {
      searchLagMs: 0,
      toObjectIdAs: "number",
    });
    const wrong = await world.control("PATCH", "/portals/62515/settings", { mood: "good", searchLagMs: "0" });

    expect(body).toMatchObject({ searchLagMs: 0, toObjectIdAs: "number", archivedOwnerWrites: "reject" });
    expect((await world.control("GET", "/portals/62515/settings")).body).toEqual(body);
    expect(wrong.text("message")).toBe("`searchLagMs` must be a number that is not negative; There is no `mood`");
  });

  test("an owner is deactivated, as when a user leaves", async () => {
    const user = { email: "ann@example.com", firstName: "Ann", lastName: "Lee", teams: [], createdAt: 0, updatedAt: 0 };
    world.portal.owners.set("501", { id: "501", userId: 9501, type: "PERSON", archived: false, ...user });
    const changed = await world.control("PATCH", "/portals/62515/owners/501", { archived: true });

    expect([changed.status, changed.text("archived"), world.portal.owners.get("501")?.archived]).toEqual([
      200,
      "true",
      true,
    ]);
    expect((await world.control("PATCH", "/portals/62515/owners/9", { archived: true })).status).toBe(404);
  });

  test("a property is archived, as when an admin deletes it", async () => {
    const { status } = await world.control("PATCH", "/portals/62515/properties/contacts/city", { archived: true });
    const write = await world.api("POST", dated.objects("contacts"), { properties: { city: "Berlin" } });

    expect(status).toBe(200);
    expect(write.text("errors.0.code")).toBe("PROPERTY_DOESNT_EXIST");
    expect((await world.control("PATCH", "/portals/62515/properties/contacts/none", {})).status).toBe(404);
  });

  test("an app is installed without the OAuth pages", async () => {
    await world.control("POST", "/portals", { id: 777 });
    const installed = await world.control("POST", "/installations", { portalId: 777, scopes: ["oauth"] });
    const info = await world.apiAs(installed.text("accessToken"))("GET", dated.accountInfo);

    expect([installed.status, installed.list("installation.scopes")]).toEqual([201, ["oauth"]]);
    expect(info.text("portalId")).toBe("777");
    expect((await world.control("GET", "/installations")).list("results")).toHaveLength(2);
    expect((await world.control("POST", "/installations", { portalId: 1 })).status).toBe(404);
  });

  test("a customer uninstalls the app: its token is void", async () => {
    const first = await world.control("POST", "/installations/uninstall", { portalId: 62515 });
    const second = await world.control("POST", "/installations/uninstall", { portalId: 62515 });

    expect([first.status, second.status, (await accountInfo()).status]).toEqual([204, 404, 401]);
  });
});

describe("control API: records", () => {
  const records = "/portals/62515/records";
  const create = async (type: string, properties: Record<string, string>) =>
    (await world.control("POST", `${records}/${type}`, { properties })).text("id");

  test("a record is created, read with history and associations, changed, archived and restored", async () => {
    const companyId = await create("companies", { name: "Acme" });
    const created = await world.control("POST", `${records}/contacts`, {
      properties: { city: "Berlin" },
      associations: [{ type: "company", id: companyId, types: [1] }],
      source: { type: "IMPORT", id: "7" },
    });
    const id = created.text("id");
    await world.control("PATCH", `${records}/contacts/${id}`, { properties: { city: "Bonn" } });
    const archived = await world.control("DELETE", `${records}/contacts/${id}`);
    const gone = await world.api("GET", dated.objects("contacts", id));
    await world.control("POST", `${records}/contacts/${id}/restore`);
    const read = await world.control("GET", `${records}/contacts/${id}`);

    expect([created.status, archived.status, gone.status]).toEqual([201, 204, 404]);
    expect(read.body).toMatchObject({
      id,
      properties: { city: "Bonn" },
      archivedAt: null,
      associations: { "0-2": [companyId] },
    });
    expect(read.list("history.city")).toEqual([
      { value: "Bonn", timestamp: startOfTime, source: { type: "CRM_UI", id: "userId:1", userId: 1 } },
      { value: "Berlin", timestamp: startOfTime, source: { type: "IMPORT", id: "7" } },
    ]);
  });

  test("a refused write keeps HubSpot's own error", async () => {
    const refused = await world.control("POST", `${records}/contacts`, { properties: { nonsense: "1" } });

    expect([refused.status, refused.text("errors.0.code")]).toEqual([400, "PROPERTY_DOESNT_EXIST"]);
    expect((await world.control("GET", `${records}/contacts/99`)).status).toBe(404);
  });

  test("many records are written at once, new and old, without limits", async () => {
    const id = await create("contacts", {});
    const inputs = [{ id, properties: { city: "Bonn" } }, ...Array.from({ length: 150 }, () => ({ properties: {} }))];
    const written = await world.control("POST", `${records}/contacts/batch`, { inputs, source: { type: "IMPORT" } });

    expect([written.list("ids").length, written.text("ids.0")]).toEqual([151, id]);
    expect(world.portal.records.get("0-1")?.size).toBe(151);
  });

  test("records are listed in pages", async () => {
    const ids = [await create("contacts", {}), await create("contacts", {}), await create("contacts", {})];
    await world.control("DELETE", `${records}/contacts/${ids[2]}`);
    const first = await world.control("GET", `${records}/contacts?limit=1`);
    const second = await world.control("GET", `${records}/contacts?after=${ids[0]}`);
    const archived = await world.control("GET", `${records}/contacts?archived=true`);

    const seen = [first, second, archived].map((reply) => [reply.list("results").length, reply.text("results.0.id")]);
    expect(seen).toEqual([
      [1, ids[0]],
      [1, ids[1]],
      [1, ids[2]],
    ]);
  });

  test("two contacts are merged", async () => {
    const [primaryId, otherId] = [await create("contacts", {}), await create("contacts", { city: "Bonn" })];
    const merge = await world.control("POST", "/portals/62515/merge", { primaryId, otherId });
    const merged = await world.control("GET", `${records}/contacts/${otherId}`);

    expect(merged.body).toMatchObject({ id: merge.text("id"), properties: { city: "Bonn" } });
  });

  test("a contact is erased for privacy", async () => {
    const contactId = await create("contacts", { email: "gone@example.com" });
    const { status } = await world.control("POST", "/portals/62515/erase", { contactId });

    expect(status).toBe(204);
    expect((await world.control("GET", `${records}/contacts/${contactId}`)).status).toBe(404);
  });

  test("records are associated and parted", async () => {
    const pair = {
      from: { type: "contacts", id: await create("contacts", {}) },
      to: { type: "companies", id: await create("companies", { name: "Acme" }) },
      types: [{ category: "HUBSPOT_DEFINED", typeId: 279 }],
    };
    const made = await world.control("PUT", "/portals/62515/associations", pair);
    const together = await world.control("GET", `${records}/contacts/${pair.from.id}`);
    const ended = await world.control("DELETE", "/portals/62515/associations", pair);
    const parted = await world.control("GET", `${records}/contacts/${pair.from.id}`);

    expect([made.status, ended.status]).toEqual([204, 204]);
    expect(valueAt(together.body, "associations")).toEqual({ "0-2": [pair.to.id] });
    expect(valueAt(parted.body, "associations")).toEqual({});
  });
});
