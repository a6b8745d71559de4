import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { addOrgs, type Place } from "../../scripts/chaos/salesforce/orgs.ts";
import { salesforcePeople } from "../../scripts/chaos/salesforce/people.ts";
import { listenTo, type Told } from "../../scripts/chaos/salesforce/told.ts";
import { readStore } from "../../scripts/chaos/salesforce/truth.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { startSalesforce } from "../../src/sandbox/salesforce/server.ts";
import type { SalesforceSandbox } from "../../src/sandbox/salesforce/state.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";

let salesforce: SalesforceSandbox;
let place: Place;
let told: Told;
let people: ReturnType<typeof salesforcePeople>;
beforeAll(async () => {
  salesforce = await startSalesforce({ seed: 1 });
  const [first] = addOrgs(salesforce);
  if (first === undefined) throw new Error("There is no org.");
  place = first;
  told = listenTo(place.org);
  people = salesforcePeople(salesforce, [place], { random: createRandom(1), after: () => undefined });
});
afterAll(() => salesforce.stop());

const truth = () => readStore(salesforce, [place]);
const newest = (object: string): string => String([...tableOf(place.org, object).rows()].at(-1)?.Id);

/** By a call of Baton, or by a person. */
function made(by: "app" | "person", object: string, row: Row): string {
  const writer = personIn(place.org, by === "app" ? place.ownUserId : place.colleagueId);
  return actIn(place.org, writer, (writing) => createRecord(writing, tableOf(place.org, object).object, row));
}

function called(path: string, body: unknown): void {
  salesforce.requests.add({
    ...{ at: salesforce.clock.now(), orgId: place.org.id, userId: place.ownUserId, method: "POST", path, route: "" },
    ...{ query: {}, body, status: 200, durationMs: 1, fault: null, applied: true },
  });
}

test("a lead that qualifies is a trigger, and one that it is merged into has its own and that one's", () => {
  people.qualifyNew(place.org.id);
  const leadId = newest("Lead");
  expect(truth().triggers.map((trigger) => trigger.leadId)).toEqual([leadId]);
  expect(truth().leads.get(`${place.org.id} ${leadId}`)).toMatchObject({ ownerId: null, qualifies: true });

  people.strike("merged", place.org.id, leadId);
  const masterId = newest("Lead");
  const seen = truth();
  expect(seen.triggers.map((trigger) => trigger.leadId).sort()).toEqual([leadId, masterId, masterId].sort());
  expect([...seen.leads.keys()]).toEqual([`${place.org.id} ${masterId}`]);
  expect([...people.done].sort()).toEqual([`${place.org.id} ${leadId}`, `${place.org.id} ${masterId}`].sort());
});

test("every task that the app made is seen, with its key, also when its lead is converted; a person's is none of them", () => {
  people.qualifyNew(place.org.id);
  const leadId = newest("Lead");
  const keyed = made("app", "Task", { Subject: "Call", WhoId: leadId });
  made("app", "Baton_Decision__c", { Name: "k1", Baton_Key__c: "k1", Task__c: keyed });
  const bare = made("app", "Task", { Subject: "Call" });
  made("person", "Task", { Subject: "Lunch", WhoId: leadId });
  people.strike("converted or restored", place.org.id, leadId);

  expect(truth().tasks.map(({ taskId, key, leadIds, open }) => ({ taskId, key, leadIds, open }))).toEqual([
    { taskId: keyed, key: "k1", leadIds: [leadId], open: true },
    { taskId: bare, key: null, leadIds: [], open: true },
  ]);
});

test("every owner that the app asked for is seen, in a graph and in a collection, with whatever stamp", () => {
  const [a, b] = ["00Q000000000001AAA", "00Q000000000002AAA"];
  const stamped = { OwnerId: "005A", Baton_Trace_Url__c: "https://baton.example/decisions/d1" };
  const node = { method: "PATCH", url: `/services/data/v66.0/sobjects/Lead/${a}`, referenceId: "lead", body: stamped };
  called("/services/data/v66.0/composite/graph", { graphs: [{ graphId: "0", compositeRequest: [node] }] });
  const records = [
    { attributes: { type: "Lead" }, id: b, OwnerId: "005B" },
    { attributes: { type: "Task" }, id: "00T", OwnerId: "005B" },
  ];
  called("/services/data/v66.0/composite/sobjects", { records });

  const seen = truth().ownerWrites.map(({ leadId, decisionId, ownerId }) => ({ leadId, decisionId, ownerId }));
  expect(seen).toEqual([
    { leadId: a, decisionId: "d1", ownerId: "005A" },
    { leadId: b, decisionId: null, ownerId: "005B" },
  ]);
});

test("leads whose events may be lost are known, until the bus tells again", () => {
  told.lose(true);
  people.qualifyNew(place.org.id);
  const lost = newest("Lead");
  told.lose(false);
  const before = told.untold.size;
  place.org.clock.advance(60_000);
  people.qualifyNew(place.org.id);

  expect(told.untold.has(`${place.org.id} ${lost}`)).toBe(true);
  expect(told.untold.size).toBe(before);
});
