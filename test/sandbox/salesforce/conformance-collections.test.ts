import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { type Conformance, codeOf, fateOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const lead = (number: number) => ({ LastName: `Lead ${number}`, Company: "Acme" });
const bad = { LastName: "Berg" };
const rowsOf = (object: string) => [...tableOf(world.org, object).rows()];

describe("a collection", () => {
  test("§8.11 answers in the order of the records, each with its own error", async () => {
    const results = await world.conn.sobject("Lead").create([lead(1), bad, lead(2)]);
    expect(results).toMatchObject([
      { success: true, errors: [] },
      {
        success: false,
        errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: expect.any(String), fields: ["Company"] }],
      },
      { success: true, errors: [] },
    ]);
    expect(results[1]).not.toHaveProperty("id");
    expect(results.map(({ id }) => (id ? world.rowOf("Lead", id).LastName : null))).toEqual(["Lead 1", null, "Lead 2"]);
  });

  test("§8.11 with allOrNone one failure takes all back: no record, no history, no event", async () => {
    const told: unknown[] = [];
    world.org.onCommit.push((changes) => told.push(...changes));
    const kept = world.aLead();
    const results = await world.conn.sobject("Lead").create([lead(1), bad, lead(2)], { allOrNone: true });
    expect(results.map(({ errors }) => errors[0])).toMatchObject([
      { statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK" },
      { statusCode: "REQUIRED_FIELD_MISSING" },
      { statusCode: "ALL_OR_NONE_OPERATION_ROLLED_BACK" },
    ]);
    await world.conn.sobject("Lead").update(
      [
        { Id: kept, OwnerId: world.reps[0] },
        { Id: kept, OwnerId: "005000000000ZZZ" },
      ],
      { allOrNone: true },
    );
    expect(rowsOf("Lead").map(({ Id, OwnerId }) => [Id, OwnerId])).toEqual([[kept, world.userId]]);
    expect([rowsOf("LeadHistory"), told]).toEqual([[], []]);
  });

  test("§8.11 a row that failed leaves no trace, those beside it do", async () => {
    const [first, second] = [world.aLead(), world.aLead()];
    world.org.rules.validation.set("Lead", ({ Rating }) => (Rating === "Cold" ? "No." : null));
    await world.conn.sobject("Lead").update([
      { Id: first, Rating: "Cold", OwnerId: world.reps[0] },
      { Id: second, Rating: "Hot", OwnerId: world.reps[0] },
    ]);
    expect(rowsOf("LeadHistory").map(({ LeadId }) => LeadId)).toEqual([second, second]);
    expect(world.rowOf("Lead", first)).toMatchObject({ OwnerId: world.userId, Rating: null });
  });

  test("§8.11 of more than 200 records is 400, and jsforce cuts it where it is allowed to", async () => {
    const many = Array.from({ length: 201 }, (_, number) => lead(number));
    const refused = await world.call("POST", "/composite/sobjects", {
      body: { records: many.map((each) => ({ attributes: { type: "Lead" }, ...each })) },
    });
    expect(refused.status).toBe(400);
    expect(rowsOf("Lead")).toEqual([]);
    const results = await world.conn.sobject("Lead").create(many, { allowRecursive: true });
    expect(results.filter(({ success }) => success)).toHaveLength(201);
  });

  test("§8.11, §3.4 takes records of several types, in at most ten chunks", async () => {
    const alternating = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        index % 2 === 0
          ? { attributes: { type: "Lead" }, ...lead(index) }
          : { attributes: { type: "Account" }, Name: `Account ${index}` },
      );
    const send = (count: number) =>
      world.call("POST", "/composite/sobjects", { body: { records: alternating(count) } });
    expect((await send(10)).status).toBe(200);
    expect(await send(11)).toMatchObject({ status: 400, body: [{ errorCode: "LIMIT_EXCEEDED" }] });
    expect([rowsOf("Lead").length, rowsOf("Account").length]).toEqual([5, 5]);
  });

  test("§8.11 deletes by ids, and upserts by external id", async () => {
    world.org.addFields("Lead", "Key__c string(80) #");
    const twin = world.aLead({ Key__c: "a" });
    const results = await world.conn.sobject("Lead").upsert(
      [
        { Key__c: "a", Rating: "Hot" },
        { Key__c: "b", ...lead(1) },
        { Key__c: "c", ...bad },
      ],
      "Key__c",
    );
    expect(results).toMatchObject([
      { id: twin, success: true, created: false },
      { success: true, created: true },
      { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING" }] },
    ]);
    const deleted = await world.conn.sobject("Lead").destroy([twin, "00Q000000000ZZZ", "nonsense"]);
    expect(deleted.map(fateOf)).toEqual([...["taken", "NOT_FOUND", "MALFORMED_ID"]]);
  });

  test("§8.11 retrieve answers null for what is missing, deleted or another's", async () => {
    const [there, gone] = [world.aLead(), world.aLead()];
    await world.conn.sobject("Lead").destroy(gone);
    const found = await world.conn
      .sobject("Lead")
      .retrieve([gone, there, "00Q000000000ZZZ"], { fields: ["Id", "LastName"] });
    expect(found).toEqual([null, { attributes: expect.anything(), Id: there, LastName: "Berg" }, null]);
    const wide = world.conn.sobject("Lead").retrieve([there], { fields: ["Nope__c"] });
    expect(await codeOf(wide)).toBe("INVALID_FIELD");
    const many = Array.from({ length: 2001 }, () => there);
    expect(await codeOf(world.conn.sobject("Lead").retrieve(many, { fields: ["Id"] }))).not.toBe("taken");
  });
});

test("§3.4 without fields jsforce asks describe for them, and gets all", async () => {
  const id = world.aLead({ City: "Berlin" });
  const [found] = await world.conn.sobject("Lead").retrieve([id]);
  expect(found).toMatchObject({ Id: id, Address: { city: "Berlin" }, SystemModstamp: expect.any(String) });
});

describe("rules in a collection", () => {
  test("§8.14 a duplicate fails alone, and so does the twin of a record of the same call", async () => {
    const email = "jana@acme.example";
    world.aLead({ Email: email });
    world.org.rules.duplicates = "alert";
    const records = [{ ...lead(1), Email: email }, lead(2), { ...lead(3), Email: "x@a.example" }];
    const results = await world.conn.sobject("Lead").create([...records, { ...lead(4), Email: "X@a.example" }]);
    expect(results.map(fateOf)).toEqual([...["DUPLICATES_DETECTED", "taken", "taken", "DUPLICATES_DETECTED"]]);
    const headers = { "Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true" };
    const again = await world.conn.sobject("Lead").create(records, { headers });
    expect(again.map(({ success }) => success)).toEqual([true, true, true]);
  });

  test("§8.13 an assignment rule takes each record, unless the header of the call says no", async () => {
    world.org.rules.assignment.set("Lead", world.queueId);
    const ids = [world.aLead(), world.aLead()];
    const update = (headers: Record<string, string>) =>
      world.conn.sobject("Lead").update(
        ids.map((Id) => ({ Id, OwnerId: world.reps[0] })),
        { headers },
      );
    await update({ "Sforce-Auto-Assign": "FALSE" });
    expect(ids.map((id) => world.rowOf("Lead", id).OwnerId)).toEqual([world.reps[0], world.reps[0]]);
    await update({});
    expect(ids.map((id) => world.rowOf("Lead", id).OwnerId)).toEqual([world.queueId, world.queueId]);
  });
});
