import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createDemoClock, type DemoClock, demoStartAt } from "../../../src/cli/demo/clock.ts";
import { fillPlaces, type Leads, type Place } from "../../../src/cli/demo/places.ts";
import { administrator, people } from "../../../src/cli/demo/reps.ts";
import { createSync } from "../../../src/cli/demo/sync.ts";
import { makeWorld, type World } from "../../../src/cli/demo/world.ts";
import { hubspotKit } from "../../../src/sandbox/hubspot/demo/kit.ts";
import { actIn } from "../../../src/sandbox/salesforce/control/acting.ts";
import { inOrg } from "../../../src/sandbox/salesforce/demo/kit.ts";
import { integrationUserId, userIdOf } from "../../../src/sandbox/salesforce/demo/people.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import { startSalesforce } from "../../../src/sandbox/salesforce/server.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import { createRecord, updateRecord } from "../../../src/sandbox/salesforce/write-records.ts";

let clock: DemoClock;
let sandbox: SalesforceSandbox;
let org: SandboxOrg;
let place: Place;
beforeEach(async () => {
  clock = createDemoClock({ monotonic: () => 0 });
  clock.setSpeed(0);
  sandbox = await startSalesforce({ clock: clock.sandbox });
  org = sandbox.addOrg({ name: "Demo" });
  place = { name: "salesforce", title: "Salesforce", crm: inOrg(sandbox, org, administrator) };
});
afterEach(async () => {
  await sandbox.stop();
  clock.stop();
});

const world = (leads: number): World => makeWorld({ seed: 1, leads, startAt: demoStartAt });
const idOf = (leads: Leads, made: World, isMeant: (lead: World["leads"][number]) => boolean): string =>
  leads.ids[made.leads.findIndex(isMeant)] ?? "";

/** As Baton writes: by the API, as the user it works as. */
const asBaton = <T>(run: Parameters<typeof actIn<T>>[2]) =>
  actIn(org, { userId: integrationUserId, origin: "client=Baton", autoAssign: false, allowDuplicates: true }, run);

test("an org takes the made-up world as it takes a portal's: people with roles and groups, accounts, deals, leads", () => {
  const made = world(200);

  const leads = fillPlaces([place], made);

  const count = (object: string) => [...tableOf(org, object).rows()].length;
  expect(count("Account")).toBe(made.companies.length);
  expect(count("Opportunity")).toBe(made.deals.length);
  expect(count("Lead")).toBe(200);
  // One for Baton, one for the vendors' sync, and one to whom the accounts belong that nobody looks after.
  expect(count("User")).toBe(people.length + 3);
  const names = new Set([...tableOf(org, "UserRole").rows()].map(({ Name }) => Name));
  expect(names).toEqual(new Set(people.map(({ teams }) => teams[0])));
  expect(leads.ids.map((id) => leads.view(id).id)).toEqual(leads.ids);
});

test("a lead belongs to nobody, to whom an import gave it, or to whom a person gave it", () => {
  const made = world(40);
  const leads = fillPlaces([place], made);
  const free = idOf(leads, made, ({ ownerId, givenTo }) => ownerId === null && givenTo === null);
  const imported = made.leads.find(({ ownerId }) => ownerId !== null);
  const given = made.leads.find(({ givenTo }) => givenTo !== null);
  const histories = (leadId: string) => [...tableOf(org, "LeadHistory").withValues("LeadId", [leadId])];

  expect(leads.view(free).ownerId).toBeNull();
  const importedId = idOf(leads, made, ({ id }) => id === imported?.id);
  expect(leads.view(importedId).ownerId).toBe(userIdOf(imported?.ownerId ?? ""));
  expect(histories(importedId)).toEqual([]);
  const givenId = idOf(leads, made, ({ id }) => id === given?.id);
  expect(leads.view(givenId).ownerId).toBe(userIdOf(given?.givenTo ?? ""));
  expect(histories(givenId)).toMatchObject([
    { Field: "Owner", CreatedById: userIdOf(administrator.id) },
    { Field: "Owner", CreatedById: userIdOf(administrator.id), NewValue: userIdOf(given?.givenTo ?? "") },
  ]);
});

test("a lead that qualifies is told of on the bus, and how long its owner took is read from the history", () => {
  const leads = fillPlaces([place], world(3));
  const [leadId = ""] = leads.ids;
  const told: string[] = [];
  org.onCommit.push((changes) => told.push(...changes.flatMap(({ changedFields }) => changedFields)));

  place.crm.qualify(leadId);
  clock.sandbox.advance(700);
  asBaton((writing) =>
    updateRecord(writing, tableOf(org, "Lead").object, leadId, {
      ...{ OwnerId: userIdOf("7101"), Baton_Rule__c: "pick: dach", Baton_Tier__c: "T1" },
      ...{ Baton_Reason__c: "because", Baton_SLA_Status__c: "running" },
    }),
  );

  expect(told).toContain("Status");
  expect(leads.view(leadId)).toMatchObject({
    ...{ ownerName: "Anna Weber", rule: "pick: dach", tier: "T1", reason: "because", slaStatus: "running" },
    place: "Salesforce",
  });
  expect(leads.view(leadId).ownerAfterMs).toBeGreaterThanOrEqual(700);
  expect(leads.view(leadId).ownerAfterMs).toBeLessThan(1_700);
});

test("a task is due when the lead says so to the minute, and a rep can do what it asks for", () => {
  const leads = fillPlaces([place], world(1));
  const [leadId = ""] = leads.ids;
  const anna = userIdOf("7101");
  const due = new Date(clock.now() + 3_600_000);
  const taskId = asBaton((writing) => {
    updateRecord(writing, tableOf(org, "Lead").object, leadId, { Baton_SLA_Due_At__c: due.toISOString() });
    const task = { Subject: "Call", WhoId: leadId, OwnerId: anna, Status: "Not Started", Priority: "High" };
    return createRecord(writing, tableOf(org, "Task").object, task);
  });

  expect(place.crm.readTask(leadId, taskId)).toEqual({
    ...{ ownerId: anna, isOpen: true, dueAt: due.getTime(), remindAt: null },
  });
  for (const what of ["logged a call", "sent an e-mail", "completed the task"] as const)
    place.crm.act(what, { leadId, taskId, by: anna });
  expect(place.crm.readTask(leadId, taskId)?.isOpen).toBe(false);
  const subtypes = [...tableOf(org, "Task").withValues("WhoId", [leadId])].map(({ TaskSubtype }) => TaskSubtype);
  expect(subtypes).toEqual(["Task", "Call", "Email"]);
});

test("a form fill makes a lead in the queue with its response, also to a campaign that there was not", () => {
  const made = world(1);
  const leads = fillPlaces([place], { ...made, nextLead: () => ({ ...made.nextLead(), conversion: "Brand new" }) });

  const leadId = leads.add();
  place.crm.qualify(leadId);

  const [member] = tableOf(org, "CampaignMember").withValues("LeadId", [leadId]);
  expect(member).toMatchObject({ HasResponded: true });
  expect(tableOf(org, "Campaign").get(String(member?.CampaignId))?.Name).toBe("Brand new");
  expect(tableOf(org, "Lead").get(leadId)?.Status).toBe("MQL");
});

test("a size as people choose it becomes the whole number that the field takes", () => {
  const made = world(4);
  const sizes = ["1-50", "2000+", "1,200", "lots"];
  const sized = made.leads.map((lead, index) => ({ ...lead, employees: sizes[index] ?? "" }));

  const { ids } = fillPlaces([place], { ...made, leads: sized });

  expect(ids.map((id) => tableOf(org, "Lead").get(id)?.NumberOfEmployees)).toEqual([1, 2_000, 1_200, null]);
});

test("a value that Salesforce does not take is refused in its words", () => {
  const made = world(1);
  const [lead] = made.leads;
  const long = "x".repeat(300);

  expect(() => fillPlaces([place], { ...made, leads: lead ? [{ ...lead, company: long }] : [] })).toThrow(
    /^The local Salesforce does not take the list: [\s\S]*data value too large/,
  );
});

describe("two CRMs", () => {
  let hubspot: Place;
  let made: World;
  let leads: Leads;
  beforeEach(async () => {
    made = world(60);
    const crm = await hubspotKit.start({ clock: clock.sandbox, seed: 1, installer: administrator });
    hubspot = { name: "hubspot", title: "HubSpot", crm };
    leads = fillPlaces([hubspot, place], made);
  });
  afterEach(() => hubspot.crm.stop());

  const titleOf = (leadId: string) => leads.recordOf(leadId).place.title;

  test("have everybody both, half of the companies each, and links to companies of their own alone", () => {
    expect([...tableOf(org, "Lead").rows()]).toHaveLength(60);
    expect([...tableOf(org, "User").rows()]).toHaveLength(people.length + 3);
    const accounts = new Set([...tableOf(org, "Account").rows()].map(({ Id }) => Id));
    expect(accounts.size).toBeGreaterThan(made.companies.length / 2 - 3);
    expect(accounts.size).toBeLessThan(made.companies.length / 2 + 3);
    const linked = [...tableOf(org, "Lead").rows()].flatMap(({ Account__c }) => Account__c ?? []);
    expect(linked.length).toBeGreaterThan(5);
    expect(linked.filter((id) => !accounts.has(id))).toEqual([]);
  });

  test("take turns in where a lead qualifies, and a lead goes by its id there", () => {
    const [first = "", second = ""] = leads.ids;
    for (const id of [first, second]) leads.qualify(id);

    expect([titleOf(first), titleOf(second)]).toEqual(["Salesforce", "HubSpot"]);
    expect(tableOf(org, "Lead").get(first)?.Status).toBe("MQL");
    const [twin] = leads.othersOf(second);
    expect(leads.leadWith(twin?.id ?? "")).toBe(second);
    expect(tableOf(org, "Lead").get(twin?.id ?? "")?.Status).not.toBe("MQL");
  });

  test("tell of a lead as it was decided, be it in the other one, and from when it qualified", () => {
    const [, leadId = ""] = leads.ids;
    const [twin] = leads.othersOf(leadId);
    const id = twin?.id ?? "";
    leads.qualify(leadId);
    clock.sandbox.advance(900);

    leads.decidedAs(id);
    asBaton((writing) =>
      updateRecord(writing, tableOf(org, "Lead").object, id, { OwnerId: userIdOf("7101"), Baton_Tier__c: "T1" }),
    );

    expect(leads.view(leadId)).toMatchObject({ id, place: "HubSpot", tier: "T1", ownerName: "Anna Weber" });
    expect(leads.view(leadId).ownerAfterMs).toBeGreaterThanOrEqual(900);
    expect(leads.view(leadId).ownerAfterMs).toBeLessThan(1_900);
  });

  test("are synced: whoever has a lead in the one has it in the other five seconds later, and nobody wrote it twice", () => {
    const [leadId = ""] = leads.ids;
    const [twin] = leads.othersOf(leadId);
    const sync = createSync({ leads, clock });
    const inHubspot = () => hubspot.crm.viewLead(twin?.id ?? "");
    asBaton((writing) => updateRecord(writing, tableOf(org, "Lead").object, leadId, { OwnerId: userIdOf("7202") }));

    sync.ownerWritten(leadId);
    expect(inHubspot().ownerName).not.toBe("Freya Lindqvist");
    clock.sandbox.advance(6_000);

    expect(inHubspot()).toMatchObject({ ownerName: "Freya Lindqvist", ownedAt: null });
  });
});
