import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { to18 } from "../../../src/sandbox/salesforce/ids.ts";
import { mergeRecords } from "../../../src/sandbox/salesforce/merge-records.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { createUnit } from "../../../src/sandbox/salesforce/unit.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let changes: Change[];
beforeEach(async () => {
  world = await startWorld();
  changes = [];
  world.org.onCommit.push((committed) => changes.push(...committed));
});
afterEach(() => world.stop());

const put = (object: string, row: Row): string => putRow(world.org, object, row);
const aLead = (LastName: string, more: Row = {}): string =>
  put("Lead", { ...{ LastName, Name: LastName, Company: "Acme", Status: "MQL", OwnerId: world.reps[0] }, ...more });
const rowOf = (object: string, id: unknown): Row => tableOf(world.org, object).get(String(id)) ?? {};

const merge = async (type: string, master: Record<string, unknown>, losers: string[]) => {
  world.advance(60_000);
  const asked = { additionalInformationMap: [], masterRecord: { type, ...master }, recordToMergeIds: losers };
  const [result] = await world.conn.soap.merge([asked]);
  if (result === undefined) throw new Error("There is no result");
  return result;
};

test("§8.18 losers get MasterRecordId and IsDeleted; the master has what was asked for", async () => {
  const [master, ...losers] = [aLead("Berg", { Rating: "Cold", Phone: "1" }), aLead("Bergg"), aLead("Burg")];
  const values = { Email: "jana@acme.example", NumberOfEmployees: 40, DoNotCall: true, Rating: null };
  const result = await merge("Lead", { Id: master, ...values }, losers);

  expect(result).toMatchObject({
    success: true,
    id: master,
    mergedRecordIds: losers,
    updatedRelatedIds: [],
    errors: [],
  });
  expect(rowOf("Lead", master)).toMatchObject({ ...values, Phone: "1", LastName: "Berg", IsDeleted: false });
  for (const id of losers) expect(rowOf("Lead", id)).toMatchObject({ IsDeleted: true, MasterRecordId: master });
});

test("§8.18 an UPDATE of the master, and DELETEs of the losers, in one transaction", async () => {
  const [master, ...losers] = [aLead("Berg"), aLead("Bergg"), aLead("Burg")];
  await merge("Lead", { Id: master, Rating: "Hot" }, losers);

  expect(
    changes.map(({ changeType, recordIds, sequenceNumber }) => [sequenceNumber, changeType, ...recordIds]),
  ).toEqual([
    [1, "UPDATE", master],
    [2, "DELETE", losers[0]],
    [3, "DELETE", losers[1]],
  ]);
  expect(changes[0]?.changedFields).toEqual(["Rating", "LastModifiedDate", "LastModifiedById"]);
  expect(new Set(changes.map(({ transactionKey }) => transactionKey)).size).toBe(1);
});

test("§8.18 a merge moves SystemModstamp of both; queryAll sees who was merged into whom", async () => {
  const [master, loser] = [aLead("Berg"), aLead("Bergg")];
  await merge("Lead", { Id: master }, [loser]);
  const stamp = world.salesforce.clock.now();

  expect([rowOf("Lead", master).SystemModstamp, rowOf("Lead", loser).SystemModstamp]).toEqual([stamp, stamp]);
  const found = await world.conn.query("SELECT Id, MasterRecordId FROM Lead WHERE IsDeleted = true", { scanAll: true });
  expect(found.records).toMatchObject([{ Id: loser, MasterRecordId: master }]);
  expect(await world.conn.sobject("Lead").count()).toBe(1);
});

describe("what hung on the losers hangs on the master", () => {
  test("§8.18 of a Lead: activities and campaign members", async () => {
    const [master, loser] = [aLead("Berg"), aLead("Bergg")];
    const task = put("Task", { Subject: "Call", WhoId: loser, Status: "Not Started", Priority: "Normal" });
    const event = put("Event", { Subject: "Demo", WhoId: loser });
    const CampaignId = put("Campaign", { Name: "Webinar" });
    const member = put("CampaignMember", { CampaignId, LeadId: loser, LeadOrContactId: loser });
    const gone = put("Task", { Subject: "Gone", WhoId: loser, IsDeleted: true });
    const result = await merge("Lead", { Id: master }, [loser]);

    expect([rowOf("Task", task).WhoId, rowOf("Event", event).WhoId]).toEqual([master, master]);
    expect(rowOf("CampaignMember", member)).toMatchObject({ LeadId: master, LeadOrContactId: master });
    expect(rowOf("Task", gone).WhoId).toBe(loser);
    expect([...result.updatedRelatedIds].sort()).toEqual([task, event, member].sort());
  });

  test("§8.18 of a Contact: roles, and who reports to them", async () => {
    const accountId = put("Account", { Name: "Acme" });
    const contact = (LastName: string, more: Row = {}) => put("Contact", { LastName, AccountId: accountId, ...more });
    const [loser, other] = [contact("Bergg"), contact("Cole")];
    const master = contact("Berg", { ReportsToId: loser });
    const report = contact("Dorn", { ReportsToId: loser });
    const opportunity = put("Opportunity", { Name: "Deal", StageName: "Proposal", CloseDate: "2026-12-01" });
    const role = put("OpportunityContactRole", { OpportunityId: opportunity, ContactId: loser });
    const converted = aLead("Berg", { IsConverted: true, ConvertedContactId: loser });
    await merge("Contact", { Id: master }, [loser]);

    expect(rowOf("Contact", report).ReportsToId).toBe(master);
    expect(rowOf("Contact", master).ReportsToId).toBeNull();
    expect(rowOf("OpportunityContactRole", role).ContactId).toBe(master);
    expect(rowOf("Lead", converted).ConvertedContactId).toBe(master);
    expect(rowOf("Contact", other).AccountId).toBe(accountId);
  });

  test("§8.18 of an Account: contacts, opportunities, child accounts, and activities of theirs", async () => {
    const [master, loser] = [put("Account", { Name: "Acme" }), put("Account", { Name: "Acme Inc" })];
    const contact = put("Contact", { LastName: "Berg", AccountId: loser });
    const opportunity = put("Opportunity", {
      Name: "D",
      StageName: "Proposal",
      CloseDate: "2026-12-01",
      AccountId: loser,
    });
    const child = put("Account", { Name: "Acme Labs", ParentId: loser });
    const about = { Status: "Not Started", Priority: "Normal", AccountId: loser };
    const task = put("Task", { Subject: "Call", WhoId: contact, ...about });
    const visit = put("Task", { Subject: "Visit", WhatId: loser, ...about });
    await merge("Account", { Id: master }, [loser]);

    expect([rowOf("Contact", contact).AccountId, rowOf("Opportunity", opportunity).AccountId]).toEqual([
      master,
      master,
    ]);
    expect(rowOf("Account", child).ParentId).toBe(master);
    expect(rowOf("Task", task)).toMatchObject({ WhoId: contact, AccountId: master });
    expect(rowOf("Task", visit)).toMatchObject({ WhatId: master, AccountId: master });
  });
});

test("§8.14 that the losers are duplicates is no reason against a merge", async () => {
  const Email = "jana@acme.example";
  const [master, loser] = [aLead("Berg", { Email }), aLead("Bergg", { Email })];
  world.org.rules.duplicates = "block";

  expect((await merge("Lead", { Id: master, Rating: "Hot" }, [loser])).success).toBe(true);
});

test("§4.6 the master's history tells of it", async () => {
  const [master, loser] = [aLead("Berg"), aLead("Bergg")];
  await merge("Lead", { Id: master }, [loser]);

  const rows = [...tableOf(world.org, "LeadHistory").rows()];
  expect(rows.map(({ LeadId, Field }) => [LeadId, Field])).toEqual([[master, "leadMerged"]]);
});

describe("a merge is refused, and nothing happened", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["INVALID_INPUT", () => merge("Lead", { Id: aLead("A") }, [aLead("B"), aLead("C"), aLead("D")])],
    ["INVALID_INPUT", () => merge("Lead", { Id: aLead("A") }, [])],
    ["MALFORMED_ID", () => merge("Lead", { Id: "A" }, [aLead("B")])],
    ["INVALID_CROSS_REFERENCE_KEY", () => merge("Lead", { Id: aLead("A") }, [to18("00Q000000000099")])],
    ["INVALID_CROSS_REFERENCE_KEY", () => merge("Lead", { Id: aLead("A") }, [put("Contact", { LastName: "C" })])],
    ["ENTITY_IS_DELETED", () => merge("Lead", { Id: aLead("A") }, [aLead("B", { IsDeleted: true })])],
    ["CANNOT_UPDATE_CONVERTED_LEAD", () => merge("Lead", { Id: aLead("A") }, [aLead("B", { IsConverted: true })])],
    ["INVALID_TYPE", () => merge("Task", { Id: put("Task", {}) }, [put("Task", {})])],
    ["INVALID_TYPE", () => merge("Nothing", { Id: aLead("A") }, [aLead("B")])],
    ["INVALID_FIELD", () => merge("Lead", { Id: aLead("A"), Nope__c: "1" }, [aLead("B")])],
  ])("§8.18 %s", async (statusCode, run) => {
    expect(await run()).toMatchObject({ success: false, errors: [{ statusCode }] });
    expect(changes).toEqual([]);
    const isMerged = ({ MasterRecordId }: Row) => typeof MasterRecordId === "string";
    expect([...tableOf(world.org, "Lead").rows()].filter(isMerged)).toEqual([]);
  });

  test("§8.18 into itself", async () => {
    const id = aLead("A");

    expect(await merge("Lead", { Id: id }, [id.slice(0, 15)])).toMatchObject({
      errors: [{ statusCode: "INVALID_INPUT" }],
    });
  });
});

test("§8.19 a person merges, without any API", () => {
  const [master, loser] = [aLead("Berg"), aLead("Bergg")];
  world.advance(1000);
  const writer = { userId: world.reps[0], origin: "", autoAssign: false, allowDuplicates: false };
  const merged = createUnit(world.org, () => undefined).write(writer, (writing) =>
    mergeRecords(writing, { object: "Lead", masterId: master, loserIds: [loser], values: { Rating: "Hot" } }),
  );

  expect(merged).toEqual({ masterId: master, loserIds: [loser], relatedIds: [] });
  expect(changes.map(({ commitUser, changeOrigin }) => [commitUser, changeOrigin])).toEqual([
    [world.reps[0], ""],
    [world.reps[0], ""],
  ]);
});
