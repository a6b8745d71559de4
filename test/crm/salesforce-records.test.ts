import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { salesforce } from "../../src/crm/salesforce/index.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { SalesforceError } from "../../src/sandbox/salesforce/errors.ts";
import { mergeRecords } from "../../src/sandbox/salesforce/merge-records.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { listen } from "./listen.ts";
import { pagesOfEntered, type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const create = (object: string, fields: Row) =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, object).object, fields),
  );
const aLead = (fields: Row = {}) => create("Lead", { LastName: "Berg", Company: "One", Status: "MQL", ...fields });
const change = (object: string, id: string, fields: Row) =>
  tableOf(world.org, object).put(id, { ...tableOf(world.org, object).get(id), ...fields });

test("§4.5 a call without a time of completion is a touch since it was last changed", async () => {
  const id = aLead();
  const since = world.now().toISOString();
  world.sandbox.clock.advance(60_000);
  const call = { Subject: "Call", WhoId: id, OwnerId: world.reps[0], Status: "Completed", TaskSubtype: "Call" };
  change("Task", create("Task", call), { CompletedDateTime: null });

  expect(await world.client.readActivity([{ leadId: id, since }], sync)).toMatchObject([
    { touch: { at: world.now().toISOString(), how: "call", by: world.reps[0] } },
  ]);
});

describe("§4.3 a deal's stage", () => {
  const aDeal = () => {
    const AccountId = create("Account", { Name: "One", OwnerId: world.reps[0] });
    const deal = { Name: "Big", OwnerId: world.reps[0], CloseDate: "2027-01-31", StageName: "Proposal" };
    create("Opportunity", { ...deal, AccountId });
    return AccountId;
  };
  const changeStages = (of: (row: Row) => Row) => {
    for (const row of [...tableOf(world.org, "OpportunityStage").rows()])
      change("OpportunityStage", String(row.Id), of(row));
  };
  const read = async (accountId: string) => (await world.client.findOpportunities([accountId], sync))[0];

  test("is known by its API name, whatever people call it", async () => {
    const accountId = aDeal();
    const before = await read(accountId);
    changeStages(({ MasterLabel }) => ({ MasterLabel: `${MasterLabel} (old)` }));
    world.sandbox.clock.advance(3_600_000);

    expect(before?.phase).toEqual(expect.any(String));
    expect(await read(accountId)).toEqual(before);
  });

  test("that is the first that can still be chosen is an early one", async () => {
    const accountId = aDeal();
    expect((await read(accountId))?.phase).not.toBe("early");
    changeStages(({ ApiName, IsActive = true }) => ({
      IsActive: ["Prospecting", "Qualification"].includes(String(ApiName)) ? false : IsActive,
    }));
    world.sandbox.clock.advance(3_600_000);

    expect((await read(accountId))?.phase).toBe("early");
  });
});

test("§4.1 a lead that was converted meanwhile is gone", async () => {
  const id = aLead();
  change("Lead", id, { IsConverted: true });

  const receipts = await world.client.updateLeads([{ key: "k", leadId: id, ownerId: world.reps[0] }], sync);

  expect(receipts.get("k")).toEqual({ kind: "gone" });
});

test.each([
  ["an owner", () => ({ ownerId: world.reps[1] }), { kind: "refused", rule: "owner-not-assignable" }],
  ["a stage", () => ({ stage: "Recycled" }), { kind: "gone" }],
])("§3.2 an id that is none, by no field's name, in a write of %s", async (_, write, receipt) => {
  const id = aLead();
  world.org.rules.trigger.set("Lead", () => {
    throw new SalesforceError(400, { message: "no", errorCode: "INVALID_CROSS_REFERENCE_KEY", fields: [] });
  });

  const receipts = await world.client.updateLeads([{ key: "k", leadId: id, ...write() }], sync);

  expect(receipts.get("k")).toMatchObject(receipt);
});

describe("§3.2 an id that is none, by no field's name, in a write of an owner", () => {
  /** `isGone`: somebody deletes the lead at that moment. */
  const refuse = (id: string, { isGone }: { isGone: boolean }) =>
    world.org.rules.trigger.set("Lead", () => {
      if (isGone) change("Lead", id, { IsDeleted: true });
      throw new SalesforceError(400, { message: "no", errorCode: "INVALID_CROSS_REFERENCE_KEY", fields: [] });
    });
  const give = async (id: string) => {
    const [, ownerId] = world.reps;
    const about = { leadId: id, ownerId, subject: "Call", body: "", dueAt: "2026-11-20T15:00:00.000Z" };
    const tasks = [{ ...about, key: "task", remindAt: null, priority: "high" as const }];
    return Object.fromEntries(
      [...(await world.client.updateLeads([{ key: "lead", leadId: id, ownerId, tasks }], sync))].map(
        ([key, { kind }]) => [key, kind],
      ),
    );
  };

  test("is of the lead when that is gone, and its task is not to be made either", async () => {
    const id = aLead();
    refuse(id, { isGone: true });

    expect(await give(id)).toEqual({ lead: "gone", task: "gone" });
  });

  test("is of the owner when the lead is there", async () => {
    const id = aLead();
    refuse(id, { isGone: false });

    expect(await give(id)).toEqual({ lead: "refused", task: "retry" });
  });

  test("is asked again when nobody can tell", async () => {
    const id = aLead();
    refuse(id, { isGone: false });
    world.sandbox.faults.add({
      route: "GET /services/data/:version/query",
      kind: "status-before",
      status: 503,
      times: 9,
    });

    expect(await give(id)).toEqual({ lead: "retry", task: "retry" });
  });
});

test("§4.1 a field that others make up is no text of a policy", async () => {
  const id = aLead({ Street: "Main 1", City: "Berlin" });

  const [lead] = await world.client.readLeads([id], ["Address", "City"], sync);

  expect(lead?.fields).toMatchObject({ "crm.Address": null, "crm.City": "Berlin" });
});

test("§2.1 an access that names no org installs nothing", async () => {
  const answer = { access_token: "t", instance_url: world.sandbox.url, id: "https://login.salesforce.com/id/none" };
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  const loginUrl = await listen(server);
  const settings = { clientId: "baton", clientSecret: "secret", loginUrl, pubSubUrl: world.sandbox.pubSubUrl };
  const crm = salesforce({
    ...settings,
    leadAccountField: null,
    holidayNames: [],
    publicUrl: "https://app.example.com",
  });

  await expect(crm.connectByCredentials(world.now()).finally(() => server.close())).rejects.toMatchObject({
    kind: "rejected",
    message: "Salesforce did not say which org it gave access to.",
  });
});

describe("§4.6 leads that entered the status", () => {
  const moveOn = (id: string, fields: Row) => {
    world.sandbox.clock.advance(3_600_000);
    actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
      updateRecord(writing, tableOf(world.org, "Lead").object, id, fields),
    );
    return world.now();
  };
  const moveTo = (id: string, Status: string) =>
    actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
      updateRecord(writing, tableOf(world.org, "Lead").object, id, { Status }),
    );
  const between = async (from: Date, to: Date) => (await pagesOfEntered(world.client, { from, to })).flat();

  test("are found when they last did", async () => {
    const id = aLead({ Status: "Working - Contacted" });
    const begin = world.now();
    moveOn(id, { Status: "MQL" });
    const middle = moveOn(id, { Status: "Recycled" });
    const enteredAt = moveOn(id, { Status: "MQL" });
    const end = moveOn(id, { Status: "Recycled" });

    expect(await between(begin, middle)).toEqual([]);
    expect(await between(middle, end)).toEqual([{ id, enteredAt: enteredAt.toISOString() }]);
  });

  test("are found by the very date that they are read with", async () => {
    const begin = world.now();
    const dated = { Baton_Qualified_At__c: "2026-11-17T14:30:00Z" };
    const [created, moved] = [aLead(dated), aLead({ Status: "Working - Contacted" })];
    moveOn(moved, { Status: "MQL", ...dated });
    const end = moveOn(moved, { Rating: "Hot" });

    const read = await world.client.readLeads([created, moved], [], sync);

    const found = (await between(begin, end)).map(({ id, enteredAt }) => [id, enteredAt]);
    expect(found.sort()).toEqual(read.map(({ id, qualifiedAt }) => [id, qualifiedAt]).sort());
    expect(await between(new Date("2026-11-17T14:31:00Z"), end)).toEqual([]);
  });

  test("are on as many pages as it takes, each on one, whichever way they are known", async () => {
    const begin = world.now();
    const idsOf = (leads: readonly { id: string }[]) => leads.map(({ id }) => id).sort();
    const startsMql = Array.from({ length: 210 }, () => aLead());
    const moved = Array.from({ length: 205 }, () => aLead({ Status: "Working - Contacted" }));
    for (const id of moved) moveTo(id, "MQL");
    const [again = "", left = ""] = moved;
    for (const status of ["Recycled", "MQL"]) moveTo(again, status);
    moveTo(left, "Recycled");
    const dated = Array.from({ length: 201 }, () => aLead({ Baton_Qualified_At__c: begin.toISOString() }));
    world.sandbox.clock.advance(1_000);

    const pages = await pagesOfEntered(world.client, { from: begin, to: world.now() });

    expect(idsOf(pages.flat())).toEqual([...startsMql, ...moved, ...dated].sort());
    expect(Math.max(...pages.map((page) => page.length))).toBe(200);
  });
});

describe("§4.1 a lead that others were merged into", () => {
  const merge = (masterId: string, ...loserIds: string[]) =>
    actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
      mergeRecords(writing, { object: "Lead", masterId, loserIds, values: {} }),
    );
  const found = async () => (await world.client.findQualified({ since: new Date(0), after: null }, sync)).items;

  test("is found with them, those too that were merged into one of them before", async () => {
    const [master, loser, earlier, alone] = [aLead(), aLead(), aLead(), aLead()];
    merge(loser, earlier);
    merge(master, loser);

    expect((await found()).map(({ id, mergedIds }) => ({ id, mergedIds }))).toEqual(
      expect.arrayContaining([
        { id: master, mergedIds: [loser, earlier] },
        { id: alone, mergedIds: [] },
      ]),
    );
  });

  test("costs a call more than any other, and no lead without merges does", async () => {
    const calls = async () => {
      const before = world.sandbox.requests.list().length;
      await found();
      return world.sandbox.requests.list().length - before;
    };
    const [master, loser] = [aLead(), aLead()];
    await found();
    const unmerged = await calls();
    merge(master, loser);

    // One more asks who was merged into those.
    expect(await calls()).toBe(unmerged + 1);
  });
});
