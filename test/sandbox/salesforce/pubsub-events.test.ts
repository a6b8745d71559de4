import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import type { DecodedEvent, Stream } from "./pubsub-client.ts";
import {
  aChange,
  aField,
  anObject,
  aRow,
  lead,
  leadId,
  leads,
  routing,
  startOfTime,
  startWorld,
  userId,
  type World,
} from "./pubsub-world.ts";

const minuteMs = 60_000;

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.stop());

const schemaOf = async (topic: string) =>
  JSON.parse((await world.client.getSchema((await world.client.getTopic(topic)).schema_id)).schema_json);

type Named = { name: string; type: unknown };
const named = (fields: readonly Named[], name: string) => fields.find((field) => field.name === name)?.type;

const enrich = (...enrichedFields: string[]) =>
  world.channels.splice(1, 1, { name: "Baton_Routing__chn", members: [{ entityName: "Lead", enrichedFields }] });

/** What a stream on the routing channel gets of transactions. */
const deliver = async (transactions: readonly (readonly Change[])[], count: number): Promise<DecodedEvent[]> => {
  const stream = await world.subscribe();
  for (const changes of transactions) world.bus.append(changes);
  return read(stream, count);
};
const read = async (stream: Stream, count: number): Promise<DecodedEvent[]> => {
  await stream.received(count);
  await world.client.getTopic("/data/ChangeEvents");
  return Promise.all(stream.events.map((event) => world.decode(event)));
};

describe("salesforce.md §1.2, §1.3 the schema of an object's change events", () => {
  test("is a record LeadChangeEvent of com.sforce.eventbus whose first field is ChangeEventHeader", async () => {
    const schema = await schemaOf(leads);

    expect(schema).toMatchObject({ type: "record", name: "LeadChangeEvent", namespace: "com.sforce.eventbus" });
    expect(schema.fields[0].name).toBe("ChangeEventHeader");
  });

  test("§1.2 ChangeEventHeader has all its fields, and all change types", async () => {
    const { fields } = (await schemaOf(leads)).fields[0].type;

    expect(fields.map(({ name }: Named) => name)).toEqual([
      "entityName",
      "recordIds",
      "changeType",
      "changeOrigin",
      "transactionKey",
      "sequenceNumber",
      "commitTimestamp",
      "commitNumber",
      "commitUser",
      "nulledFields",
      "diffFields",
      "changedFields",
    ]);
    expect(named(fields, "changeType")).toMatchObject({
      symbols: expect.arrayContaining(["CREATE", "UNDELETE", "GAP_UPDATE", "GAP_OVERFLOW", "SNAPSHOT"]),
    });
  });

  test("§1.2 never contained: IsDeleted, SystemModstamp, formulas and other derived fields", async () => {
    const names = (await schemaOf(leads)).fields.map(({ name }: Named) => name);

    expect(names).toEqual([
      "ChangeEventHeader",
      "Name",
      "Company",
      "Address",
      "Status",
      "OwnerId",
      "IsConverted",
      "NumberOfEmployees",
      "AnnualRevenue",
      "Birthdate__c",
      "Slot__c",
      "CreatedDate",
      "LastModifiedDate",
    ]);
  });

  test("fields are nullable, dates are longs, Name and Address are records", async () => {
    const { fields } = await schemaOf(leads);

    expect(named(fields, "Status")).toEqual(["null", "string"]);
    expect(named(fields, "IsConverted")).toEqual(["null", "boolean"]);
    expect(named(fields, "NumberOfEmployees")).toEqual(["null", "int"]);
    expect(named(fields, "AnnualRevenue")).toEqual(["null", "double"]);
    expect(named(fields, "Birthdate__c")).toEqual(["null", "long"]);
    expect(named(fields, "LastModifiedDate")).toEqual(["null", "long"]);
    expect(named(fields, "Name")).toMatchObject([
      "null",
      { name: "PersonName", fields: [{ name: "LastName" }, { name: "FirstName" }, { name: "Salutation" }] },
    ]);
    expect(named(fields, "Address")).toMatchObject([
      "null",
      { name: "Address", fields: [{ name: "Street" }, { name: "City" }, { name: "Latitude" }] },
    ]);
  });

  test("two addresses of one object have one record, and an account's Name may be a text or a person's", async () => {
    const { fields } = await schemaOf("/data/AccountChangeEvent");

    expect(named(fields, "BillingAddress")).toMatchObject(["null", { fields: [{ name: "Street" }, { name: "City" }] }]);
    expect(named(fields, "ShippingAddress")).toEqual(["null", "com.sforce.eventbus.Address"]);
    expect(named(fields, "Name")).toMatchObject(["null", "string", { name: "Switchable_PersonName" }]);
  });

  test("addresses with other parts have records of their own", async () => {
    const part = (compoundFieldName: string, name: string) => aField(name, "string", { compoundFieldName });
    const address = (name: string) => aField(name, "address");
    world.replaceObject(
      anObject("Account", "001", [
        part("BillingAddress", "BillingCity"),
        address("BillingAddress"),
        part("ShippingAddress", "ShippingStreet"),
        address("ShippingAddress"),
      ]),
    );
    const row = { BillingCity: "Berlin", ShippingStreet: "Ring 1" };
    const event = await world.eventOf(aChange({ entityName: "Account", changeType: "CREATE", row }));

    expect(event.fields).toEqual({ BillingAddress: { City: "Berlin" }, ShippingAddress: { Street: "Ring 1" } });
  });

  test("§8.21: a new schema id mid-stream; each event names its own, and both are served", async () => {
    const stream = await world.subscribe();
    world.bus.append([aChange()]);
    world.replaceObject(anObject("Lead", "00Q", [aField("Mql__c", "boolean"), ...lead.fields]));
    world.bus.append([aChange({ row: aRow({ Mql__c: true }), changedFields: ["Mql__c"] })]);
    const [before, after] = await read(stream, 2);

    expect(before?.changed).toEqual(["Status", "LastModifiedDate"]);
    expect(after?.changed).toEqual(["Mql__c"]);
    expect(new Set(stream.events.map(({ event }) => event.schema_id)).size).toBe(2);
    expect((await world.client.getTopic(leads)).schema_id).toBe(stream.events[1]?.event.schema_id);
  });
});

describe("salesforce.md §1.3 Avro bitmap decoding", () => {
  const small = anObject("Lead", "00Q", [
    aField("LastName", "string", { compoundFieldName: "Name" }),
    aField("FirstName", "string", { compoundFieldName: "Name" }),
    aField("Name"),
    aField("Status"),
    aField("OwnerId", "reference"),
    aField("LastModifiedDate", "datetime"),
  ]);

  test("§8.21: the example: ['0x14','1-0x01'] is Status, LastModifiedDate and the first part of Name", async () => {
    world.replaceObject(small);
    const event = await world.eventOf(aChange({ changedFields: ["Status", "LastModifiedDate", "LastName"] }));

    expect(event.header.changedFields).toEqual(["0x14", "1-0x01"]);
    expect(event.changed).toEqual(["Status", "LastModifiedDate", "Name.LastName"]);
  });

  test("only parts of a compound field: no element for the others", async () => {
    world.replaceObject(small);
    const event = await world.eventOf(aChange({ changedFields: ["FirstName", "LastName"] }));

    expect(event.header.changedFields).toEqual(["1-0x03"]);
    expect(event.fields).toEqual({ Name: { LastName: "Curie", FirstName: null } });
  });

  test("more than 64 fields: bits beyond what a number holds, in whole bytes", async () => {
    const many = Array.from({ length: 80 }, (_, index) => aField(`F${index}__c`));
    world.replaceObject(anObject("Lead", "00Q", many));
    const event = await world.eventOf(aChange({ changedFields: ["F0__c", "F79__c"], row: { F79__c: "last" } }));

    expect(event.header.changedFields).toEqual([`0x01${"00".repeat(9)}02`]);
    expect(event.changed).toEqual(["F0__c", "F79__c"]);
  });

  test.each([
    "CREATE",
    "DELETE",
    "UNDELETE",
    "GAP_UPDATE",
  ] as const)("§1.2: filled on UPDATE only: elements are absent of %s", async (changeType) => {
    const { header } = await world.eventOf(
      aChange({ changeType, changedFields: ["Status"], nulledFields: ["OwnerId"] }),
    );

    expect([header.changedFields, header.nulledFields, header.diffFields]).toEqual([[], [], []]);
  });
});

describe("salesforce.md §1.2 body of Pub/Sub events", () => {
  test("§8.21: an UPDATE has all fields; unchanged ones are null", async () => {
    const event = await world.eventOf(aChange());

    expect(event.fieldNames).toHaveLength(13);
    expect(event.fields).toEqual({ Status: "MQL", LastModifiedDate: BigInt(startOfTime) });
  });

  test("a nulled field is null like an unchanged one; nulledFields tells them apart, in compound fields too", async () => {
    const event = await world.eventOf(
      aChange({
        changedFields: ["Company", "FirstName", "LastName"],
        nulledFields: ["Company", "FirstName"],
        row: aRow({ Company: null }),
      }),
    );

    expect(event.fields).toEqual({ Name: { LastName: "Curie", FirstName: null, Salutation: null } });
    expect(event.changed).toEqual(["Company", "Name.LastName", "Name.FirstName"]);
    expect(event.nulled).toEqual(["Company", "Name.FirstName"]);
  });

  test("§8.21: dates are epoch ms, times ms of the day", async () => {
    const { fields } = await world.eventOf(
      aChange({
        changeType: "CREATE",
        row: { Birthdate__c: "1867-11-07", Slot__c: "09:00:00.000Z", CreatedDate: startOfTime },
      }),
    );

    expect(fields).toEqual({
      Birthdate__c: BigInt(Date.UTC(1867, 10, 7)),
      Slot__c: 32_400_000n,
      CreatedDate: BigInt(startOfTime),
    });
  });

  test.each(["CREATE", "UNDELETE"] as const)("§8.21: %s has all populated fields", async (changeType) => {
    const { fields } = await world.eventOf(
      aChange({ changeType, row: aRow({ City: "Paris", Latitude: 48.9, IsConverted: false, NumberOfEmployees: 3 }) }),
    );

    expect(fields).toEqual({
      Name: { LastName: "Curie", FirstName: null, Salutation: null },
      Company: "Radium",
      Address: { Street: null, City: "Paris", Latitude: 48.9 },
      Status: "MQL",
      IsConverted: false,
      NumberOfEmployees: 3,
      LastModifiedDate: BigInt(startOfTime),
    });
  });

  test("§8.21: DELETE has no fields", async () => {
    const event = await world.eventOf(aChange({ changeType: "DELETE", row: null }));

    expect(event.header).toMatchObject({ changeType: "DELETE", recordIds: [leadId] });
    expect(event.fields).toEqual({});
  });
});

describe("salesforce.md §1.2 ChangeEventHeader", () => {
  test("§8.21: tells what, when, by whom and through which client", async () => {
    const { header } = await world.eventOf(aChange({ transactionKey: "key", sequenceNumber: 7 }));

    expect({ ...header }).toMatchObject({
      entityName: "Lead",
      recordIds: [leadId],
      changeType: "UPDATE",
      changeOrigin: "com/salesforce/api/rest/66.0;client=Baton",
      transactionKey: "key",
      sequenceNumber: 7,
      commitTimestamp: BigInt(startOfTime),
      commitUser: userId,
    });
  });

  test("commitNumber is exact beyond what a JavaScript number holds", async () => {
    const { header } = await world.eventOf(aChange({ commitNumber: 2n ** 60n + 1n }));

    expect(header.commitNumber).toBe(2n ** 60n + 1n);
  });

  test("§8.21: wildcard 00Q*", async () => {
    world.bus.switches.wildcardIds = true;

    expect((await world.eventOf(aChange())).header.recordIds).toEqual(["00Q*"]);
  });
});

describe("salesforce.md §1.2 merged events", () => {
  const change = (id: string, more: Partial<Change> = {}) =>
    aChange({ recordIds: [id], transactionKey: "one", ...more });
  const idsOf = (events: readonly DecodedEvent[]) => events.map(({ header }) => header.recordIds);

  test("§8.21: the same change of several records in one transaction is one event with several recordIds", async () => {
    const events = await deliver([[change("1"), change("2"), change("3")]], 1);

    expect(idsOf(events)).toEqual([["1", "2", "3"]]);
  });

  test.each<[string, Partial<Change>]>([
    ["another value", { row: aRow({ Status: "SQL" }) }],
    ["other fields", { changedFields: ["Status"] }],
    ["another field emptied", { nulledFields: ["Status"] }],
    ["a second later", { commitTimestamp: startOfTime + 1_000 }],
    ["another type", { changeType: "DELETE" }],
  ])("%s is another change", async (_what, more) => {
    expect(idsOf(await deliver([[change("1"), change("2", more)]], 2))).toEqual([["1"], ["2"]]);
  });

  test("new records are never one event, nor are changes when merging is off", async () => {
    const created = await deliver([[change("1", { changeType: "CREATE" }), change("2", { changeType: "CREATE" })]], 2);
    world.bus.switches.merge = false;
    const updated = await deliver([[change("1"), change("2")]], 2);

    expect(idsOf(created)).toEqual([["1"], ["2"]]);
    expect(idsOf(updated)).toEqual([["1"], ["2"]]);
  });
});

describe("salesforce.md §1.2 gap and overflow events", () => {
  test.each([
    "GAP_CREATE",
    "GAP_UPDATE",
    "GAP_DELETE",
    "GAP_UNDELETE",
  ] as const)("§8.21: %s is a header only", async (changeType) => {
    const event = await world.eventOf(aChange({ changeType, row: aRow() }));

    expect(event.header).toMatchObject({ changeType, recordIds: [leadId] });
    expect(event.fields).toEqual({});
  });

  test("an event over 1 MB is a gap, number 1 in its transaction", async () => {
    const row = aRow({ Company: "x".repeat(1_000_001) });
    const event = await world.eventOf(aChange({ changedFields: ["Company"], row, sequenceNumber: 3 }));

    expect(event.header).toMatchObject({ changeType: "GAP_UPDATE", recordIds: [leadId], sequenceNumber: 1 });
    expect(event.fields).toEqual({});
  });

  test("§8.21: what is beyond the changes of one transaction is one GAP_OVERFLOW an object, without a record's id", async () => {
    world.bus.switches.changesPerTransaction = 5;
    world.bus.switches.merge = false;
    const account = { entityName: "Account", changeType: "CREATE", row: {} } as const;
    const events = await deliver([[aChange(), aChange(), aChange(), aChange(account), aChange(account)]], 4);

    expect(events.map(({ header }) => [header.entityName, header.changeType])).toEqual([
      ["Lead", "UPDATE"],
      ["Lead", "UPDATE"],
      ["Lead", "GAP_OVERFLOW"],
      ["Account", "GAP_OVERFLOW"],
    ]);
    expect(events.slice(2).map(({ header }) => header.recordIds)).toEqual([
      ["000000000000000AAA"],
      ["000000000000000AAA"],
    ]);
  });
});

test("salesforce.md §1.2 Lead conversion, §8.21: four events in one transaction, the lead's without LastModifiedDate", async () => {
  const created = (entityName: string, sequenceNumber: number) =>
    aChange({ entityName, changeType: "CREATE", transactionKey: "conversion", sequenceNumber, row: {} });
  const converted = aChange({
    transactionKey: "conversion",
    sequenceNumber: 4,
    changedFields: ["Status", "IsConverted"],
    row: aRow({ Status: "Converted", IsConverted: true }),
  });
  const events = await deliver(
    [[created("Account", 1), created("Contact", 2), created("Opportunity", 3), converted]],
    4,
  );

  expect(events.map(({ header }) => [header.entityName, header.sequenceNumber])).toEqual([
    ["Account", 1],
    ["Contact", 2],
    ["Opportunity", 3],
    ["Lead", 4],
  ]);
  expect(new Set(events.map(({ header }) => header.transactionKey)).size).toBe(1);
  expect(events[3]?.changed).toEqual(["Status", "IsConverted"]);
});

describe("salesforce.md §1.2 channels and enrichment", () => {
  test("§8.21: enriched fields are sent with an UPDATE though unchanged, and are not in changedFields", async () => {
    enrich("Company", "Name");
    const event = await world.eventOf(aChange());

    expect(event.fields).toEqual({
      Company: "Radium",
      Name: { LastName: "Curie", FirstName: null, Salutation: null },
      Status: "MQL",
      LastModifiedDate: BigInt(startOfTime),
    });
    expect(event.changed).toEqual(["Status", "LastModifiedDate"]);
  });

  test("with a DELETE too", async () => {
    enrich("Company");

    expect((await world.eventOf(aChange({ changeType: "DELETE" }))).fields).toEqual({ Company: "Radium" });
  });

  test("empty enriched fields are null", async () => {
    enrich("OwnerId");

    expect((await world.eventOf(aChange())).fields).not.toHaveProperty("OwnerId");
  });

  test("the topic of one object is not enriched, though ChangeEvents is", async () => {
    world.channels.splice(0, 1, {
      name: "ChangeEvents",
      members: [{ entityName: "Lead", enrichedFields: ["Company"] }],
    });

    expect((await world.eventOf(aChange(), leads)).fields).not.toHaveProperty("Company");
    expect((await world.eventOf(aChange(), "/data/ChangeEvents")).fields).toHaveProperty("Company");
  });

  test("an object selected on a custom channel alone is on that channel alone", async () => {
    world.channels.splice(0, 1, { name: "ChangeEvents", members: [{ entityName: "Account", enrichedFields: [] }] });
    const streams = await Promise.all(
      [routing, "/data/ChangeEvents", leads].map((topic_name) => world.subscribe({ topic_name })),
    );
    world.bus.append([aChange()]);
    await streams[0]?.received(1);
    await world.client.getTopic(leads);

    expect(streams.map(({ events }) => events.length)).toEqual([1, 0, 0]);
  });

  test("an object on no channel makes no event, and holes in the sequence", async () => {
    world.channels.splice(0, 2, { name: "Baton_Routing__chn", members: [{ entityName: "Lead", enrichedFields: [] }] });
    const account = aChange({ entityName: "Account", changeType: "CREATE", row: {}, sequenceNumber: 2 });
    const last = aChange({ sequenceNumber: 3, changedFields: ["Company"] });
    const events = await deliver([[aChange(), account, last]], 2);

    expect(events.map(({ header }) => header.sequenceNumber)).toEqual([1, 3]);
  });

  test("what happened before an object was selected makes no event later", async () => {
    world.channels.splice(0, 2);
    world.bus.append([aChange()]);
    world.channels.push({ name: "Baton_Routing__chn", members: [{ entityName: "Lead", enrichedFields: [] }] });
    const stream = await world.subscribe({ replay_preset: "EARLIEST" });
    world.bus.append([aChange({ changedFields: ["Company"] })]);

    expect((await read(stream, 1)).map(({ changed }) => changed)).toEqual([["Company"]]);
  });

  test("a channel that gets a member delivers its events to streams that are open", async () => {
    world.channels.splice(1, 1, { name: "Baton_Routing__chn", members: [] });
    const stream = await world.subscribe();
    enrich();
    world.bus.append([aChange()]);
    await stream.received(1);

    expect(stream.events).toHaveLength(1);
  });
});

describe("salesforce.md §1.2 permissions of the subscribing user", () => {
  test.each([
    routing,
    "/data/ChangeEvents",
  ])("§8.21: without View All Records %s takes the subscription and withholds the events", async (topic_name) => {
    world.hidden.objects.add("Lead");
    const stream = await world.subscribe({ topic_name });
    world.bus.append([aChange()]);
    world.bus.append([aChange({ entityName: "Account", changeType: "CREATE", row: {} })]);
    await stream.received(1);

    expect(stream.isOpen).toBe(true);
    expect((await read(stream, 1)).map(({ header }) => header.entityName)).toEqual(["Account"]);
  });

  test("what was withheld does not come again once the permission is there", async () => {
    world.hidden.objects.add("Lead");
    const stream = await world.subscribe();
    world.bus.append([aChange()]);
    world.hidden.objects.clear();
    world.bus.append([aChange({ changedFields: ["Company"] })]);

    expect((await read(stream, 1)).map(({ changed }) => changed)).toEqual([["Company"]]);
  });

  test("the topic of one object refuses at once", async () => {
    world.hidden.objects.add("Lead");

    expect((await (await world.subscribe({ topic_name: leads })).ended()).code).toBe(status.PERMISSION_DENIED);
  });

  test.each([
    ["a field", "Status", { LastModifiedDate: BigInt(startOfTime) }, ["LastModifiedDate"]],
    ["a date", "LastModifiedDate", { Status: "MQL" }, ["Status"]],
  ])("§8.21: field-level security leaves out %s, from the record and the bitmap", async (_what, name, fields, changed) => {
    world.hidden.fields.add(name);
    const event = await world.eventOf(aChange());

    expect([event.fields, event.changed]).toEqual([fields, changed]);
  });

  test("and parts of a compound field, from nulledFields too", async () => {
    world.hidden.fields.add("FirstName");
    const names = ["FirstName", "LastName"];
    const event = await world.eventOf(
      aChange({ changedFields: names, nulledFields: names, row: aRow({ LastName: null, FirstName: "Marie" }) }),
    );

    expect([event.fields, event.changed, event.nulled]).toEqual([{}, ["Name.LastName"], ["Name.LastName"]]);
  });
});

test("salesforce.md §1.2 permissions: a hidden compound field takes its parts with it", async () => {
  world.hidden.fields.add("Name");
  const event = await world.eventOf(aChange({ changedFields: ["LastName", "Status"] }));

  expect([event.fields, event.changed]).toEqual([{ Status: "MQL" }, ["Status"]]);
});

describe("salesforce.md §1.2 no promise of when and in which order", () => {
  test("§8.21: delivery is delayed by minutes", async () => {
    world.bus.switches.delay = { minMs: 7 * minuteMs, maxMs: 7 * minuteMs };
    const stream = await world.subscribe();
    world.bus.append([aChange()]);
    world.clock.advance(7 * minuteMs - 1);
    await world.client.getTopic(leads);
    expect(stream.events).toHaveLength(0);
    world.clock.advance(1);
    await stream.received(1);

    expect((await world.decode(stream.events[0])).header.commitTimestamp).toBe(BigInt(startOfTime));
  });

  test("§8.21: transactions come out of order, the events of one stay in theirs", async () => {
    world.bus.switches.delay = { minMs: 0, maxMs: 10 * minuteMs };
    const stream = await world.subscribe();
    const keys = Array.from({ length: 20 }, (_, index) => `transaction-${index}`);
    for (const transactionKey of keys) {
      const pair = [1, 2].map((sequenceNumber) => aChange({ changeType: "CREATE", transactionKey, sequenceNumber }));
      world.bus.append(pair);
    }
    world.clock.advance(10 * minuteMs);
    const headers = (await read(stream, 40)).map(({ header }) => header);
    const arrived = headers.filter(({ sequenceNumber }) => sequenceNumber === 1).map((header) => header.transactionKey);

    expect(arrived).not.toEqual(keys);
    expect([...arrived].sort()).toEqual([...keys].sort());
    expect(headers.map(({ sequenceNumber }) => sequenceNumber)).toEqual(keys.flatMap(() => [1, 2]));
  });

  test("what is delayed has its place on the bus from its arrival: a replay id of before leads to it", async () => {
    world.bus.switches.delay = { minMs: minuteMs, maxMs: minuteMs };
    world.bus.append([aChange()]);
    world.bus.switches.delay = { minMs: 0, maxMs: 0 };
    const stream = await world.subscribe();
    world.bus.append([aChange()]);
    await stream.received(1);
    stream.cancel();
    world.clock.advance(minuteMs);
    const replay_id = stream.events[0]?.replay_id ?? Buffer.alloc(0);
    const again = await world.subscribe({ replay_preset: "CUSTOM", replay_id });
    await again.received(1);

    expect(again.events).toHaveLength(1);
  });
});
