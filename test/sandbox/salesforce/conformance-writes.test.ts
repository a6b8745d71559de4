import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Conformance, codeOf, errorOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };

describe("one record", () => {
  test("§8.9 POST is 201 with the id and where it is", async () => {
    const { status, body, headers } = await world.call("POST", "/sobjects/Lead", { body: lead });
    expect([status, body]).toEqual([201, { id: expect.stringMatching(/^00Q\w{15}$/), success: true, errors: [] }]);
    const { id } = body as { id: string };
    expect(headers.get("Location")).toBe(`/services/data/v66.0/sobjects/Lead/${id}`);
    expect(await world.conn.sobject("Lead").retrieve(id)).toMatchObject({ ...lead, Name: "Berg", IsDeleted: false });
  });

  test("§8.9 PATCH and DELETE are 204 without a body, and jsforce makes a result of it", async () => {
    const id = world.aLead();
    expect(await world.call("PATCH", `/sobjects/Lead/${id}`, { body: { Rating: "Hot" } })).toMatchObject({
      ...{ status: 204, body: null },
    });
    expect(await world.conn.sobject("Lead").update({ Id: id, Rating: "Cold" })).toEqual({
      ...{ id, success: true, errors: [] },
    });
    expect(await world.call("DELETE", `/sobjects/Lead/${id}`)).toMatchObject({ status: 204, body: null });
    expect(await errorOf(world.conn.sobject("Lead").update({ Id: id, Rating: "Hot" }))).toMatchObject({
      ...{ errorCode: "ENTITY_IS_DELETED", message: "entity is deleted" },
    });
  });

  test("§3.2 a method that is none is 405, an unknown path 404, another media type 415", async () => {
    const statuses = await Promise.all([
      world.call("DELETE", "/limits"),
      world.call("GET", "/nowhere"),
      world.call("POST", "/sobjects/Lead", { body: lead, headers: { "Content-Type": "text/plain" } }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([405, 404, 415]);
  });

  test("§3.2 a record is only sent when it changed: If-Modified-Since", async () => {
    const id = world.aLead();
    const since = (at: string) => world.call("GET", `/sobjects/Lead/${id}`, { headers: { "If-Modified-Since": at } });
    expect(await since("Tue, 17 Nov 2026 14:00:00 GMT")).toMatchObject({ status: 304, body: null });
    expect((await since("Tue, 17 Nov 2026 13:59:59 GMT")).status).toBe(200);
  });
});

describe("upsert", () => {
  beforeEach(() => world.org.addFields("Lead", "Key__c string(80) #"));

  test("§8.9 by external id makes a record with 201, and changes it with 200, before v46 with 204", async () => {
    const path = "/sobjects/Lead/Key__c/one%20two";
    const made = await world.call("PATCH", path, { body: lead });
    expect(made).toMatchObject({ status: 201, body: { success: true, errors: [], created: true } });
    const { id } = made.body as { id: string };
    expect(await world.call("PATCH", path, { body: { Rating: "Hot" } })).toMatchObject({
      ...{ status: 200, body: { id, success: true, errors: [], created: false } },
    });
    expect(await world.call("PATCH", path, { body: { Rating: "Cold" }, version: "45.0" })).toMatchObject({
      ...{ status: 204, body: null },
    });
    expect(world.rowOf("Lead", id)).toMatchObject({ Key__c: "one two", Rating: "Cold" });
  });

  test("§8.9 of a key that several have is 300 and lists them", async () => {
    const twins = [world.aLead({ Key__c: "k" }), world.aLead({ Key__c: "K" })];
    const error = await errorOf(world.conn.sobject("Lead").upsert({ Key__c: "k", Rating: "Hot" }, "Key__c"));
    expect(error).toMatchObject({
      errorCode: "MULTIPLE_CHOICES",
      data: twins.map((id) => `/services/data/v66.0/sobjects/Lead/${id}`),
    });
  });

  test("§8.9 by its own id changes a record and makes none", async () => {
    const id = world.aLead();
    expect((await world.call("PATCH", `/sobjects/Lead/Id/${id}`, { body: { Rating: "Hot" } })).status).toBe(200);
    expect((await world.call("PATCH", "/sobjects/Lead/Id/00Q000000000ZZZ", { body: lead })).status).toBe(404);
  });

  test("§8.9 by a field that is no external id is 404", async () => {
    expect((await world.call("PATCH", "/sobjects/Lead/Company/Acme", { body: lead })).status).toBe(404);
  });
});

describe("what a record may not be", () => {
  test.each<[string, Record<string, unknown>, string, readonly string[]]>([
    ["a required field that is missing", { Company: null }, "REQUIRED_FIELD_MISSING", ["Company"]],
    ["a text that is too long", { LastName: "x".repeat(81) }, "STRING_TOO_LONG", ["LastName"]],
    ["a value outside a restricted picklist", { Tier__c: "D" }, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Tier__c"]],
    ["a field that nobody writes", { IsConverted: true }, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsConverted"]],
    ["a formula", { Score__c: 1 }, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Score__c"]],
  ])("§8.10 %s is told with the field", async (_, values, errorCode, fields) => {
    world.org.addFields("Lead", "Tier__c picklist{A|B}!\nScore__c~ double");
    expect((await errorOf(world.conn.sobject("Lead").create({ ...lead, ...values })))?.data).toMatchObject({
      ...{ errorCode, fields },
    });
    expect((await errorOf(world.conn.sobject("Lead").update({ Id: world.aLead(), ...values })))?.data).toMatchObject({
      ...{ errorCode, fields },
    });
  });

  test("§8.10 an unrestricted picklist takes any value", async () => {
    expect(await codeOf(world.conn.sobject("Lead").create({ ...lead, LeadSource: "Podcast" }))).toBe("taken");
  });

  test.each([
    ["no such field", { Nope__c: 1 }, "INVALID_FIELD"],
    ["a fraction for a whole number", { NumberOfEmployees: 1.5 }, "JSON_PARSER_ERROR"],
    ["a text for a boolean", { DoNotCall: "yes" }, "JSON_PARSER_ERROR"],
    ["no address", { Email: "jana" }, "INVALID_EMAIL_ADDRESS"],
  ])("§8.10 %s", async (_, values, code) => {
    expect(await codeOf(world.conn.sobject("Lead").create({ ...lead, ...values }))).toBe(code);
  });

  test.each<["validation" | "trigger", string]>([
    ["validation", "FIELD_CUSTOM_VALIDATION_EXCEPTION"],
    ["trigger", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"],
  ])("§8.10 a %s of the org refuses in its own words, on create and update", async (kind, errorCode) => {
    const { org, conn } = world;
    org.rules[kind].set("Lead", ({ Phone }) => (Phone === null ? "A phone, please." : null));
    const refused = { errorCode, message: "A phone, please." };
    expect(await errorOf(conn.sobject("Lead").create(lead))).toMatchObject(refused);
    expect(await errorOf(conn.sobject("Lead").update({ Id: world.aLead(), Rating: "Hot" }))).toMatchObject(refused);
    expect(await codeOf(conn.sobject("Lead").create({ ...lead, Phone: "1" }))).toBe("taken");
  });

  test("§8.10 a field hidden by field-level security is absent on read, and refused on write", async () => {
    const { org, conn, userId } = world;
    const id = world.aLead({ Rating: "Hot" });
    org.permit(userId, { hidden: new Map([["Lead", new Set(["Rating"])]]) });
    expect(Object.keys(await conn.sobject("Lead").retrieve(id))).not.toContain("Rating");
    expect((await conn.describe("Lead")).fields.map(({ name }) => name)).not.toContain("Rating");
    expect(await codeOf(conn.query("SELECT Rating FROM Lead"))).toBe("INVALID_FIELD");
    expect((await errorOf(conn.sobject("Lead").update({ Id: id, Rating: "Cold" })))?.data).toMatchObject({
      ...{ errorCode: "INVALID_FIELD_FOR_INSERT_UPDATE", fields: ["Rating"] },
    });
    await conn.sobject("Lead").update({ Id: id, Title: "CEO" });
    expect(world.rowOf("Lead", id)).toMatchObject({ Rating: "Hot", Title: "CEO" });
  });

  test("§8.10 a record that is made without sight of a field has its default all the same", async () => {
    const { org, conn, userId } = world;
    org.permit(userId, { hidden: new Map([["Lead", new Set(["Status", "SystemModstamp"])]]) });
    const { id = "" } = await conn.sobject("Lead").create(lead);
    expect(world.rowOf("Lead", id)).toMatchObject({
      ...{ Status: "Open - Not Contacted", SystemModstamp: org.clock.now() },
    });
  });

  test("§8.10 a field that may be read alone is read, and refused on write", async () => {
    const { org, conn, userId } = world;
    const id = world.aLead({ Rating: "Hot" });
    org.permit(userId, { readOnly: new Map([["Lead", new Set(["Rating"])]]) });
    expect((await conn.sobject("Lead").retrieve(id)).Rating).toBe("Hot");
    expect(await codeOf(conn.sobject("Lead").update({ Id: id, Rating: "Cold" }))).toBe(
      "INVALID_FIELD_FOR_INSERT_UPDATE",
    );
  });
});

describe("two writers", () => {
  const httpDate = (at: unknown) => new Date(String(at)).toUTCString();

  test("§8.19 an owner that a human changed since we read is not overwritten with If-Unmodified-Since: 412", async () => {
    const { conn, reps, queueId } = world;
    const Id = world.aLead({ OwnerId: queueId });
    const { LastModifiedDate } = await conn.sobject("Lead").retrieve(Id);
    world.advance(5_000);
    await world.connectionOf(reps[1]).sobject("Lead").update({ Id, OwnerId: reps[1] });
    const headers = { "If-Unmodified-Since": httpDate(LastModifiedDate) };
    expect(await codeOf(conn.sobject("Lead").update({ Id, OwnerId: reps[0] }, { headers }))).toBe(
      "PRECONDITION_FAILED",
    );
    expect((await world.call("PATCH", `/sobjects/Lead/${Id}`, { body: { OwnerId: reps[0] }, headers })).status).toBe(
      412,
    );
    expect(world.rowOf("Lead", Id)).toMatchObject({ OwnerId: reps[1], LastModifiedById: reps[1] });
  });

  test("§8.19 without the header it is overwritten; within the same second the header notices nothing", async () => {
    const { conn, reps } = world;
    const Id = world.aLead();
    const { LastModifiedDate } = await conn.sobject("Lead").retrieve(Id);
    world.advance(999);
    await world.connectionOf(reps[1]).sobject("Lead").update({ Id, OwnerId: reps[1] });
    const headers = { "If-Unmodified-Since": httpDate(LastModifiedDate) };
    await conn.sobject("Lead").update({ Id, OwnerId: reps[0] }, { headers });
    expect(world.rowOf("Lead", Id).OwnerId).toBe(reps[0]);
    world.advance(60_000);
    await world.connectionOf(reps[1]).sobject("Lead").update({ Id, OwnerId: reps[1] });
    await conn.sobject("Lead").update({ Id, OwnerId: reps[0] });
    expect(world.rowOf("Lead", Id).OwnerId).toBe(reps[0]);
  });
});
