import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { createUnit } from "../../../src/sandbox/salesforce/unit.ts";
import { undeleteRecord } from "../../../src/sandbox/salesforce/write-records.ts";
import { composite, part, sendComposite } from "./conformance-world.ts";
import { type Feed, startFeed } from "./feed-world.ts";
import { startAt } from "./world.ts";

let world: Feed;
beforeEach(async () => {
  world = await startFeed();
  await world.select("LeadChangeEvent");
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };
const leads = () => world.conn.sobject("Lead");

describe("an event of a write through REST", () => {
  test("§8.21 CREATE has all that was written, and who it was: our client tag in changeOrigin", async () => {
    const stream = await world.subscribe();
    const { id = "" } = await leads().create({ ...lead, FirstName: "Jana", City: "Berlin" });
    const [event] = await world.heard(stream, 1);
    expect(event?.header).toMatchObject({
      ...{ entityName: "Lead", recordIds: [id], changeType: "CREATE", sequenceNumber: 1, commitUser: world.userId },
      ...{ changeOrigin: "com/salesforce/api/rest/66.0;client=Baton", commitTimestamp: BigInt(startAt) },
      ...{ changedFields: [], nulledFields: [], diffFields: [] },
      transactionKey: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    expect(event?.fields).toMatchObject({
      ...{ Name: { FirstName: "Jana", LastName: "Berg" }, Company: "Acme", Address: { City: "Berlin" } },
      ...{ OwnerId: world.userId, CreatedDate: BigInt(startAt), IsConverted: false },
    });
  });

  test("§8.21 UPDATE has what changed, parts of Name and Address among it; the rest is null", async () => {
    const Id = world.aLead({ FirstName: "Jana", City: "Berlin", Rating: "Hot" });
    const stream = await world.subscribe();
    world.advance(1_000);
    await leads().update({ Id, FirstName: "Ada", City: null, Rating: null, OwnerId: world.reps[0] });
    const [event] = await world.heard(stream, 1);
    expect(new Set(event?.changed)).toEqual(
      new Set(["Name.FirstName", "Address.City", "Rating", "OwnerId", "LastModifiedDate", "LastModifiedById"]),
    );
    expect(new Set(event?.nulled)).toEqual(new Set(["Address.City", "Rating"]));
    expect(event?.fields).toEqual({
      ...{ Name: { FirstName: "Ada", LastName: null, Salutation: null } },
      ...{ OwnerId: world.reps[0], LastModifiedDate: BigInt(startAt + 1_000), LastModifiedById: world.userId },
    });
    expect(event?.fieldNames).toEqual(expect.arrayContaining(["Company", "Website"]));
    for (const derived of ["IsDeleted", "SystemModstamp", "LastActivityDate"])
      expect(event?.fieldNames).not.toContain(derived);
  });

  test("§8.21 a human's change has no tag of ours", async () => {
    const Id = world.aLead();
    const stream = await world.subscribe();
    await world.connectionOf(world.reps[0]).sobject("Lead").update({ Id, Rating: "Hot" });
    const [event] = await world.heard(stream, 1);
    expect(event?.header.commitUser).toBe(world.reps[0]);
    expect(event?.header.changeOrigin).not.toContain("Baton");
  });

  test("§8.21, §8.12 parts of a composite inherit no tag; each says it itself", async () => {
    const [plain, tagged] = [world.aLead(), world.aLead()];
    const stream = await world.subscribe();
    const tag = { "Sforce-Call-Options": "client=Baton" };
    for (const allOrNone of [false, true])
      await sendComposite(
        world.conn,
        composite(
          {
            plain: part("PATCH", `/sobjects/Lead/${plain}`, { Title: `${allOrNone}` }),
            tagged: part("PATCH", `/sobjects/Lead/${tagged}`, { Rating: allOrNone ? "Hot" : "Cold" }, tag),
          },
          allOrNone,
        ),
      );
    const events = await world.heard(stream, 4);
    expect(events.map(({ header }) => header.changeOrigin.endsWith("client=Baton"))).toEqual([
      ...[false, true, false, true],
    ]);
  });

  test("§8.21 the same change of several records in one collection is one event with several recordIds", async () => {
    const ids = [world.aLead(), world.aLead(), world.aLead()];
    const stream = await world.subscribe();
    await leads().update([
      { Id: ids[0] ?? "", OwnerId: world.reps[0] },
      { Id: ids[1] ?? "", OwnerId: world.reps[0] },
      { Id: ids[2] ?? "", OwnerId: world.reps[1] },
    ]);
    const events = await world.heard(stream, 2);
    expect(events.map(({ header, fields }) => [header.recordIds, fields.OwnerId])).toEqual([
      [ids.slice(0, 2), world.reps[0]],
      [[ids[2]], world.reps[1]],
    ]);
    await leads().create([lead, lead]);
    expect((await world.heard(stream, 4)).slice(2).map(({ header }) => header.recordIds.length)).toEqual([1, 1]);
  });

  test("§8.21 DELETE has no fields, UNDELETE has them all", async () => {
    const id = world.aLead();
    const stream = await world.subscribe();
    await leads().destroy(id);
    const writer = { userId: world.reps[0], origin: "", autoAssign: false, allowDuplicates: false };
    const { object } = tableOf(world.org, "Lead");
    createUnit(world.org, () => undefined).write(writer, (writing) => undeleteRecord(writing, object, id));
    const [gone, back] = await world.heard(stream, 2);
    expect([gone?.header.changeType, gone?.header.recordIds, gone?.fields]).toEqual(["DELETE", [id], {}]);
    expect(back).toMatchObject({ header: { changeType: "UNDELETE" }, fields: { Company: "Acme" } });
    expect((await world.conn.query("SELECT Id FROM Lead")).totalSize).toBe(1);
  });

  test("§8.21 events come in the order of their commits, those of one transaction by sequenceNumber without holes", async () => {
    await world.select("TaskChangeEvent");
    const stream = await world.subscribe();
    const { id = "" } = await leads().create(lead);
    await sendComposite(
      world.conn,
      composite(
        {
          lead: part("PATCH", `/sobjects/Lead/${id}`, { OwnerId: world.reps[0] }),
          task: part("POST", "/sobjects/Task", { WhoId: id, Subject: "Call" }),
        },
        true,
      ),
    );
    await leads().update({ Id: id, Rating: "Hot" });
    const headers = (await world.heard(stream, 4)).map(({ header }) => header);
    // History rows are written in between, and have no change events.
    expect(headers.map(({ entityName, sequenceNumber }) => `${entityName} ${sequenceNumber}`)).toEqual([
      ...["Lead 1", "Lead 1", "Task 2", "Lead 1"],
    ]);
    expect(headers[1]?.transactionKey).toBe(headers[2]?.transactionKey);
    expect(new Set(headers.map(({ transactionKey }) => transactionKey)).size).toBe(3);
    const numbers = headers.map(({ commitNumber }) => commitNumber);
    expect(numbers.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(numbers);
    expect(numbers[0]).toBeGreaterThan(2n ** 31n);
  });

  test("§8.21 what was rolled back, and what only a formula changed, makes none", async () => {
    world.org.addFields("Lead", "Score__c~ double");
    const Id = world.aLead();
    const stream = await world.subscribe();
    await leads().update(
      [
        { Id, Rating: "Hot" },
        { Id, OwnerId: "005000000000ZZZ" },
      ],
      { allOrNone: true },
    );
    await leads().update({ Id, Title: "CEO" });
    const [event] = await world.heard(stream, 1);
    expect(event?.changed).toContain("Title");
    expect(event?.fieldNames).not.toContain("Score__c");
  });
});

describe("what a channel adds and withholds", () => {
  test("§8.21 enriched fields come with UPDATE and DELETE though unchanged", async () => {
    await world.select("ContactChangeEvent", ["AccountId", "Email"]);
    const account = putRow(world.org, "Account", { Name: "Acme" });
    const Id = putRow(world.org, "Contact", { LastName: "Berg", AccountId: account, OwnerId: world.userId });
    const stream = await world.subscribe();
    await world.conn.sobject("Contact").update({ Id, Title: "CEO" });
    await world.conn.sobject("Contact").destroy(Id);
    const [updated, deleted] = await world.heard(stream, 2);
    expect(updated?.fields).toMatchObject({ Title: "CEO", AccountId: account });
    expect(updated?.changed).not.toContain("AccountId");
    expect(deleted?.fields).toEqual({ AccountId: account });
  });

  test("§8.21 enriched fields that did not change are as they are at delivery, changed ones as they were then", async () => {
    await world.select("ContactChangeEvent", ["Email", "Title"]);
    const Id = putRow(world.org, "Contact", { LastName: "Berg", Email: "old@acme.example", OwnerId: world.userId });
    await world.conn.sobject("Contact").update({ Id, Title: "CTO" });
    await world.conn.sobject("Contact").update({ Id, Title: "CEO", Email: "new@acme.example" });
    const [first, second] = await world.heard(await world.subscribe({ replay_preset: "EARLIEST" }), 2);
    expect([first, second].map((event) => [event?.fields.Title, event?.fields.Email])).toEqual([
      ["CTO", "new@acme.example"],
      ["CEO", "new@acme.example"],
    ]);
  });

  test("§8.21 the same change of several records is no one event where it is enriched: one each, with one replay id", async () => {
    await world.select("ContactChangeEvent", ["Email"]);
    const ids = ["a", "b", "c"].map((name) =>
      putRow(world.org, "Contact", { LastName: name, Email: `${name}@acme.example`, OwnerId: world.userId }),
    );
    const stream = await world.subscribe({ num_requested: 2 });
    await world.conn.sobject("Contact").update(ids.map((Id) => ({ Id, OwnerId: world.reps[0] })));
    await stream.received(2);
    stream.request({ num_requested: 5 });
    const events = await world.heard(stream, 3);
    expect(events.map(({ header, fields }) => [header.recordIds, fields.Email])).toEqual([
      [[ids[0]], "a@acme.example"],
      [[ids[1]], "b@acme.example"],
      [[ids[2]], "c@acme.example"],
    ]);
    const all = stream.events;
    expect(new Set(all.map(({ replay_id }) => replay_id.toString("hex"))).size).toBe(1);
    expect(new Set(all.map(({ event }) => event.id)).size).toBe(3);
    // Whoever goes on from it has them all again: none is lost to one who had the first alone.
    const replay_id = all[0]?.replay_id ?? Buffer.alloc(0);
    const again = await world.subscribe({ replay_preset: "CUSTOM", replay_id });
    await again.received(3);
    expect(again.events.map(({ event }) => event.id)).toEqual(all.map(({ event }) => event.id));
  });

  test("§8.21 fields hidden by field-level security are left out, also of changedFields", async () => {
    world.org.permit(world.userId, { hidden: new Map([["Lead", new Set(["Rating"])]]) });
    const Id = world.aLead();
    const stream = await world.subscribe();
    await world.connectionOf(world.reps[0]).sobject("Lead").update({ Id, Rating: "Hot", Title: "CEO" });
    const [event] = await world.heard(stream, 1);
    expect([event?.fields.Title, event?.fields.Rating]).toEqual(["CEO", undefined]);
    expect(event?.changed).not.toContain("Rating");
  });

  test("§8.21 without View All Records the stream is open and silent for that object", async () => {
    await world.select("AccountChangeEvent");
    const Id = putRow(world.org, "Account", { Name: "Acme", OwnerId: world.userId });
    world.org.permit(world.userId, { viewAll: new Set(["Account"]) });
    const stream = await world.subscribe();
    await leads().create(lead);
    await world.conn.sobject("Account").update({ Id, Site: "HQ" });
    expect((await world.heard(stream, 1)).map(({ header }) => header.entityName)).toEqual(["Account"]);
    world.org.permit(world.userId, { viewAll: new Set(["Account", "Lead"]) });
    await leads().create(lead);
    expect((await world.heard(stream, 2)).map(({ header }) => header.entityName)).toEqual(["Account", "Lead"]);
    expect(stream.isOpen).toBe(true);
  });

  test("§8.21, §1.2 tasks need View All Data", async () => {
    await world.select("TaskChangeEvent");
    world.org.permit(world.userId, { viewAll: new Set(["Lead", "Task"]) });
    const stream = await world.subscribe();
    await world.conn.sobject("Task").create({ Subject: "Call" });
    await leads().create(lead);
    expect((await world.heard(stream, 1)).map(({ header }) => header.entityName)).toEqual(["Lead"]);
  });

  test("§8.21 a new field changes the schema id within the stream; events of before keep theirs", async () => {
    const Id = world.aLead();
    const stream = await world.subscribe();
    await leads().update({ Id, Rating: "Hot" });
    await stream.received(1);
    world.org.addFields("Lead", "Plan__c string(80)");
    await leads().update({ Id, Plan__c: "Pro" });
    const [before, after] = await world.heard(stream, 2);
    expect([before?.fieldNames.includes("Plan__c"), after?.fields.Plan__c]).toEqual([false, "Pro"]);
    expect(new Set(stream.events.map(({ event }) => event.schema_id)).size).toBe(2);
  });

  test("§8.21 too large an event is a gap without a body; beyond the changes of a transaction there is an overflow", async () => {
    const ids = [world.aLead(), world.aLead(), world.aLead()];
    const stream = await world.subscribe();
    world.org.bus.switches.maxPayload = 2_000;
    await leads().update({ Id: ids[0] ?? "", Description: "x".repeat(3_000) });
    world.org.bus.switches.changesPerTransaction = 2;
    world.org.bus.switches.merge = false;
    await leads().update(ids.map((Id, index) => ({ Id, Title: `T${index}` })));
    const events = await world.heard(stream, 3);
    expect(events.map(({ header, fields }) => [header.changeType, header.recordIds, Object.keys(fields)])).toEqual([
      ["GAP_UPDATE", [ids[0]], []],
      ["UPDATE", [ids[0]], ["Title"]],
      ["GAP_OVERFLOW", ["000000000000000AAA"], []],
    ]);
  });

  test("§8.21 delivery may take minutes, and bring transactions in another order", async () => {
    world.org.bus.switches.delay = { minMs: 60_000, maxMs: 300_000 };
    const stream = await world.subscribe();
    for (let number = 0; number < 8; number += 1) await leads().create({ ...lead, LastName: `${number}` });
    world.advance(59_999);
    expect(stream.events).toEqual([]);
    world.advance(240_001);
    const names = (await world.heard(stream, 8)).map(({ fields }) => Reflect.get(Object(fields.Name), "LastName"));
    expect(names.toSorted()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    expect(names).not.toEqual(names.toSorted());
  });
});
