import { beforeEach, describe, expect, test } from "@jest/globals";
import { createClock } from "../../../src/sandbox/create-clock.ts";
import { createRandom } from "../../../src/sandbox/create-random.ts";
import { createOrg } from "../../../src/sandbox/salesforce/create-org.ts";
import { SalesforceError } from "../../../src/sandbox/salesforce/errors.ts";
import { to18 } from "../../../src/sandbox/salesforce/ids.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { Row, SObject } from "../../../src/sandbox/salesforce/schema.ts";
import { beginTransaction } from "../../../src/sandbox/salesforce/transaction.ts";
import {
  createRecord,
  deleteRecord,
  undeleteRecord,
  updateRecord,
  type Writer,
  type Writing,
} from "../../../src/sandbox/salesforce/write-records.ts";

const startAt = Date.parse("2026-11-17T14:00:00Z");
const userId = to18("005000000000001");
const queueId = to18("00G000000000001");
const writer: Writer = { userId, origin: "", autoAssign: false, allowDuplicates: false };

let org: ReturnType<typeof createOrg>;
beforeEach(() => {
  org = createOrg({ clock: createClock({ startAt, speed: 0 }), random: createRandom(1) });
  seed("User", { Id: userId, IsActive: true, UserType: "Standard" });
  seed("User", { Id: to18("005000000000002"), IsActive: false, UserType: "Standard" });
  seed("Group", { Id: queueId, Name: "Inbound", Type: "Queue" });
  seed("QueueSobject", { Id: to18("03g000000000001"), QueueId: queueId, SobjectType: "Lead" });
});

const seed = (object: string, row: Row): void => tableOf(org, object).put(String(row.Id), row);
const objectNamed = (name: string): SObject => tableOf(org, name).object;
const writing = (changed: Partial<Writer> = {}): Writing => ({
  org,
  transaction: beginTransaction(),
  writer: { ...writer, ...changed },
  lock: () => undefined,
});
const create = (object: string, input: Record<string, unknown>, changed: Partial<Writer> = {}): string =>
  createRecord(writing(changed), objectNamed(object), input);
const rowOf = (object: string, id: string): Row => tableOf(org, object).get(id) ?? {};

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SalesforceError) return `${error.status} ${error.entries[0]?.errorCode}`;
    throw error;
  }
  return "taken";
}

const lead = { LastName: "Berg", Company: "Acme" };

describe("what hangs on a record", () => {
  const isDeleted = (object: string, id: string) => rowOf(object, id).IsDeleted;

  test("of a Lead goes into the recycle bin with it: tasks, events, answers to campaigns", () => {
    const id = create("Lead", lead);
    const other = create("Lead", lead);
    const tasks = [id, id, other].map((WhoId) => create("Task", { Subject: "Call", WhoId }));
    deleteRecord(writing(), objectNamed("Lead"), id);

    expect(tasks.map((task) => isDeleted("Task", task))).toEqual([true, true, false]);
  });

  test("of an Account are its people and its deals, and theirs; what hung on it is back with it, and nothing else", () => {
    const AccountId = create("Account", { Name: "Acme" });
    const person = create("Contact", { LastName: "Berg", AccountId });
    const deal = { Name: "One", AccountId, StageName: "Prospecting", CloseDate: "2026-12-01" };
    const [open, lost] = [create("Opportunity", deal), create("Opportunity", deal)];
    const ofPerson = create("Task", { Subject: "Call", WhoId: person });
    const ofBoth = create("Task", { Subject: "Call", WhoId: person, WhatId: open });
    deleteRecord(writing(), objectNamed("Opportunity"), lost);
    org.clock.advance(1_000);
    const all = () => [
      ...[isDeleted("Contact", person), isDeleted("Opportunity", open), isDeleted("Opportunity", lost)],
      ...[isDeleted("Task", ofPerson), isDeleted("Task", ofBoth)],
    ];

    deleteRecord(writing(), objectNamed("Account"), AccountId);
    expect(all()).toEqual([true, true, true, true, true]);
    undeleteRecord(writing(), objectNamed("Account"), AccountId);
    expect(all()).toEqual([false, false, true, false, false]);
  });

  test("of a person and a deal stays when the person goes", () => {
    const AccountId = create("Account", { Name: "Acme" });
    const person = create("Contact", { LastName: "Berg", AccountId });
    const task = create("Task", { Subject: "Call", WhoId: person, WhatId: AccountId });
    deleteRecord(writing(), objectNamed("Contact"), person);

    expect(isDeleted("Task", task)).toBe(false);
  });
});

test("a record gets its id, its defaults and its stamps, and the name of its parts", () => {
  const id = create("Lead", { ...lead, FirstName: "Jana" });
  expect(rowOf("Lead", id)).toMatchObject({
    ...{ Id: id, Name: "Jana Berg", Status: "Open - Not Contacted", OwnerId: userId, IsConverted: false },
    ...{ CreatedDate: startAt, SystemModstamp: startAt, LastModifiedById: userId },
  });
});

test.each<[string, string, Record<string, unknown>, string]>([
  ["§3.2 a required field is missing", "Lead", { LastName: "Berg" }, "400 REQUIRED_FIELD_MISSING"],
  ["§3.2 a field that is not there", "Lead", { ...lead, Nope__c: 1 }, "400 INVALID_FIELD"],
  ["§8.10 a field that nobody writes", "Lead", { ...lead, IsConverted: true }, "400 INVALID_FIELD_FOR_INSERT_UPDATE"],
  ["§3.2 a text that is too long", "Lead", { ...lead, Company: "x".repeat(256) }, "400 STRING_TOO_LONG"],
  ["§3.2 a text for a number", "Lead", { ...lead, NumberOfEmployees: "many" }, "400 JSON_PARSER_ERROR"],
  ["§8.10 no address", "Lead", { ...lead, Email: "jana" }, "400 INVALID_EMAIL_ADDRESS"],
  ["§8.7 no id", "Lead", { ...lead, OwnerId: "me" }, "400 MALFORMED_ID"],
  ["§8.7 an id of another object", "Lead", { ...lead, OwnerId: "001000000000001" }, "400 FIELD_INTEGRITY_EXCEPTION"],
  ["§8.7 an id of nobody", "Lead", { ...lead, OwnerId: "005000000000009" }, "400 INVALID_CROSS_REFERENCE_KEY"],
  ["§8.16 an owner who left", "Lead", { ...lead, OwnerId: "005000000000002" }, "400 INACTIVE_OWNER_OR_USER"],
  ["§8.16 a queue owns a Lead", "Lead", { ...lead, OwnerId: queueId }, "taken"],
  ["§8.16 but not what it was not made for", "Task", { OwnerId: queueId }, "400 INVALID_CROSS_REFERENCE_KEY"],
  ["§4.2 but no Contact", "Contact", { LastName: "Berg", OwnerId: queueId }, "400 FIELD_INTEGRITY_EXCEPTION"],
])("%s", (_, object, input, told) => {
  expect(refusal(() => create(object, input))).toBe(told);
});

describe("a rule of the org", () => {
  test("§8.13 assigns on create and on update, unless the header says no", () => {
    org.rules.assignment.set("Lead", queueId);
    const id = create("Lead", lead, { autoAssign: true });
    expect(rowOf("Lead", id).OwnerId).toBe(queueId);
    updateRecord(writing(), objectNamed("Lead"), id, { OwnerId: userId });
    expect(rowOf("Lead", id).OwnerId).toBe(userId);
    updateRecord(writing({ autoAssign: true }), objectNamed("Lead"), id, { Rating: "Hot" });
    expect(rowOf("Lead", id).OwnerId).toBe(queueId);
  });

  test("§8.14 alerts of duplicates, which a header lets pass, or blocks them", () => {
    const twin = { ...lead, Email: "jana@acme.example" };
    create("Lead", twin);
    org.rules.duplicates = "alert";
    expect(refusal(() => create("Lead", twin))).toBe("400 DUPLICATES_DETECTED");
    expect(refusal(() => create("Lead", twin, { allowDuplicates: true }))).toBe("taken");
    org.rules.duplicates = "block";
    expect(refusal(() => create("Lead", twin, { allowDuplicates: true }))).toBe("400 DUPLICATES_DETECTED");
  });

  test("§8.10 refuses in its own words", () => {
    org.rules.validation.set("Lead", ({ Phone }) => (Phone === null ? "A phone, please." : null));
    expect(refusal(() => create("Lead", lead))).toBe("400 FIELD_CUSTOM_VALIDATION_EXCEPTION");
    expect(refusal(() => create("Lead", { ...lead, Phone: "1" }))).toBe("taken");
  });
});

describe("a task", () => {
  test("§8.17 of a Lead is about nothing else", () => {
    const about = { WhoId: create("Lead", lead), WhatId: create("Account", { Name: "Acme" }) };
    expect(refusal(() => create("Task", { Subject: "Call", ...about }))).toBe("400 FIELD_INTEGRITY_EXCEPTION");
  });

  test("§4.5 is closed by its status, and says when", () => {
    const id = create("Task", { Subject: "Call", WhoId: create("Lead", lead) });
    expect(rowOf("Task", id)).toMatchObject({ IsClosed: false, CompletedDateTime: null });
    org.clock.advance(60_000);
    updateRecord(writing(), objectNamed("Task"), id, { Status: "Completed" });
    expect(rowOf("Task", id)).toMatchObject({ IsClosed: true, CompletedDateTime: startAt + 60_000 });
  });
});

test("§8.11 what is rolled back was never there", () => {
  const id = create("Lead", lead);
  const within = writing();
  updateRecord(within, objectNamed("Lead"), id, { Rating: "Hot" });
  const back = within.transaction.savepoint();
  const other = createRecord(within, objectNamed("Lead"), lead);
  back();
  expect([rowOf("Lead", id).Rating, rowOf("Lead", other)]).toEqual(["Hot", {}]);
  expect(within.transaction.changes().map((change) => change.id)).toEqual([id]);
  within.transaction.rollback();
  expect(rowOf("Lead", id).Rating).toBeNull();
});

test("§8.7 an id that a record was filled in with is not given again", () => {
  const twin = createOrg({ clock: createClock({ startAt, speed: 0 }), random: createRandom(1) });
  const id = twin.newId(objectNamed("Lead"));
  seed("Lead", { Id: id });
  expect(create("Lead", lead)).not.toBe(id);
});

test("§3.2 what is deleted is gone, and found no more", () => {
  const id = create("Lead", lead);
  deleteRecord(writing(), objectNamed("Lead"), id);
  expect(refusal(() => updateRecord(writing(), objectNamed("Lead"), id, { Rating: "Hot" }))).toBe(
    "404 ENTITY_IS_DELETED",
  );
  expect(refusal(() => deleteRecord(writing(), objectNamed("Lead"), to18("00Q000000000099")))).toBe("404 NOT_FOUND");
});

describe("a field that is unique", () => {
  beforeEach(() => org.addFields("Lead", "Key__c string(20) #!"));

  test("§8.9 holds each value once, whatever its case, on create and on update", () => {
    create("Lead", { ...lead, Key__c: "a" });
    const other = create("Lead", { ...lead, Key__c: "b" });
    expect(refusal(() => create("Lead", { ...lead, Key__c: "A" }))).toBe("400 DUPLICATE_VALUE");
    expect(refusal(() => updateRecord(writing(), objectNamed("Lead"), other, { Key__c: "a" }))).toBe(
      "400 DUPLICATE_VALUE",
    );
    expect(refusal(() => updateRecord(writing(), objectNamed("Lead"), other, { Key__c: "B" }))).toBe("taken");
    expect(refusal(() => create("Lead", lead))).toBe("taken");
    expect(refusal(() => create("Lead", lead))).toBe("taken");
  });

  test("§8.9 is let go by what is deleted, which then cannot come back", () => {
    const id = create("Lead", { ...lead, Key__c: "a" });
    deleteRecord(writing(), objectNamed("Lead"), id);
    const other = create("Lead", { ...lead, Key__c: "a" });
    const back = () => refusal(() => undeleteRecord(writing(), objectNamed("Lead"), id));
    expect(back()).toBe("400 DUPLICATE_VALUE");
    deleteRecord(writing(), objectNamed("Lead"), other);
    expect([back(), rowOf("Lead", id).IsDeleted, back()]).toEqual(["taken", false, "400 UNDELETE_FAILED"]);
  });
});

test("§3.2 an external id that is not unique may be several records'", () => {
  org.addFields("Lead", "Code__c string(20) #");
  create("Lead", { ...lead, Code__c: "a" });
  expect(refusal(() => create("Lead", { ...lead, Code__c: "a" }))).toBe("taken");
});

test("§8.10 a field that is hidden from who writes may not be written", () => {
  org.permit(userId, { hidden: new Map([["Lead", new Set(["Rating"])]]) });
  const visible = {
    ...objectNamed("Lead"),
    fields: objectNamed("Lead").fields.filter(({ name }) => name !== "Rating"),
  };
  expect(refusal(() => createRecord(writing(), visible, { ...lead, Rating: "Hot" }))).toBe(
    "400 INVALID_FIELD_FOR_INSERT_UPDATE",
  );
});
