import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { type Conformance, codeOf, errorOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

const ids = async (soql: string, options = {}) => (await world.conn.query(soql, options)).records.map(({ Id }) => Id);

describe("pages", () => {
  beforeEach(() => {
    for (let number = 1; number <= 450; number += 1) world.aLead({ LastName: `Lead ${number}` });
  });

  test("§8 SOQL subset: a page says how many there are and where the next one is; jsforce goes on with queryMore", async () => {
    world.org.rules.pageSize = 200;
    const first = await world.conn.query("SELECT Id FROM Lead ORDER BY Id");
    expect([first.totalSize, first.done, first.records.length]).toEqual([450, false, 200]);
    const second = await world.conn.queryMore(first.nextRecordsUrl ?? "");
    const third = await world.conn.queryMore(second.nextRecordsUrl ?? "");
    expect([third.done, third.nextRecordsUrl]).toEqual([true, undefined]);
    expect(new Set([first, second, third].flatMap(({ records }) => records.map(({ Id }) => Id))).size).toBe(450);
  });

  test("§8 SOQL subset, §3.5: batchSize is a hint from 200 on, and the next page has its address", async () => {
    const ask = (size: number) =>
      world.call("GET", "/query?q=SELECT+Id+FROM+Lead", { headers: { "Sforce-Query-Options": `batchSize=${size}` } });
    expect((await ask(50)).body).toMatchObject({
      nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v66\.0\/query\/01g\w{15}-200$/),
    });
    expect((await ask(449)).body).toMatchObject({ nextRecordsUrl: expect.stringMatching(/-449$/) });
    expect((await ask(2000)).body).toMatchObject({ totalSize: 450, done: true });
  });

  test("§8 SOQL subset: a page may be as small as the server likes, and autoFetch reads them all, or up to maxFetch", async () => {
    world.org.rules.pageSize = 40;
    expect((await world.conn.query("SELECT Id FROM Lead")).records).toHaveLength(40);
    expect(await ids("SELECT Id FROM Lead", { autoFetch: true, maxFetch: 1000 })).toHaveLength(450);
    expect(await ids("SELECT Id FROM Lead", { autoFetch: true, maxFetch: 100 })).toHaveLength(100);
  });

  test("§8 SOQL subset: what changes meanwhile is not in later pages", async () => {
    world.org.rules.pageSize = 400;
    const { nextRecordsUrl = "" } = await world.conn.query("SELECT Id FROM Lead ORDER BY Id");
    world.aLead();
    expect((await world.conn.queryMore(nextRecordsUrl)).records).toHaveLength(50);
  });

  test("§8 SOQL subset, §3.1: a locator is good for two days, for its user, and until ten others are open", async () => {
    const { org, conn, salesforce } = world;
    salesforce.sessions.settings.idleMs = Number.POSITIVE_INFINITY;
    org.rules.pageSize = 400;
    const open = async () => (await conn.query("SELECT Id FROM Lead")).nextRecordsUrl ?? "";
    const expired = await open();
    world.advance(2 * 86_400_000);
    expect(await codeOf(conn.queryMore(expired))).toBe("INVALID_QUERY_LOCATOR");
    const first = await open();
    expect(await codeOf(conn.queryMore(first))).toBe("taken");
    expect(await codeOf(world.connectionOf(world.reps[0]).queryMore(first))).toBe("INVALID_QUERY_LOCATOR");
    for (let count = 0; count < 10; count += 1) await open();
    expect(await codeOf(conn.queryMore(first))).toBe("INVALID_QUERY_LOCATOR");
    const last = await open();
    org.cursors.expire();
    expect(await errorOf(conn.queryMore(last))).toMatchObject({
      ...{ errorCode: "INVALID_QUERY_LOCATOR", message: "invalid query locator" },
    });
  });
});

describe("a query", () => {
  let account: string;
  let berlin: string;
  let paris: string;
  beforeEach(() => {
    account = putRow(world.org, "Account", { Name: "Acme", OwnerId: world.reps[0] });
    const child = putRow(world.org, "Account", { Name: "Acme Paris", ParentId: account, OwnerId: world.reps[1] });
    berlin = putRow(world.org, "Contact", { LastName: "Berg", AccountId: account, Email: "jana@acme.example" });
    paris = putRow(world.org, "Contact", { LastName: "O'Neil", AccountId: child, HasOptedOutOfEmail: true });
  });

  test.each<[string, string, () => string[]]>([
    ["case-insensitive equality", "LastName = 'bErG'", () => [berlin]],
    ["inequality", "LastName != 'Berg'", () => [paris]],
    ["LIKE", "LastName LIKE 'be%'", () => [berlin]],
    ["null", "Email = null", () => [paris]],
    ["a boolean", "HasOptedOutOfEmail = true", () => [paris]],
    ["IN", "LastName IN ('Berg', 'O\\'Neil')", () => [berlin, paris]],
    ["NOT IN", "LastName NOT IN ('Berg')", () => [paris]],
    ["NOT and brackets", "NOT (LastName = 'Berg' OR Email != null)", () => [paris]],
    ["a path", "Account.Parent.Name = 'Acme'", () => [paris]],
    [
      "a datetime",
      "CreatedDate >= 2026-11-17T14:00:00Z AND CreatedDate < 2026-11-17T14:00:01.000Z",
      () => [berlin, paris],
    ],
    ["a date literal", "CreatedDate = TODAY AND CreatedDate = LAST_N_DAYS:3", () => [berlin, paris]],
    ["a semi-join", "AccountId IN (SELECT Id FROM Account WHERE ParentId = null)", () => [berlin]],
  ])("§8 SOQL subset: WHERE with %s", async (_, where, expected) => {
    expect(await ids(`SELECT Id FROM Contact WHERE ${where} ORDER BY Id`)).toEqual(expected());
  });

  test("§8 SOQL subset: paths, children, and attributes of each", async () => {
    const { records } = await world.conn.query(
      "SELECT Id, Owner.Name, Parent.OwnerId, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name",
    );
    expect(records).toMatchObject([
      {
        attributes: { type: "Account", url: `/services/data/v66.0/sobjects/Account/${account}` },
        Owner: { Name: "Ada Berg" },
        Parent: null,
        Contacts: { totalSize: 1, done: true, records: [{ LastName: "Berg" }] },
      },
      { Parent: { OwnerId: world.reps[0] } },
    ]);
  });

  test("§8 SOQL subset: nulls come first, LIMIT and OFFSET cut, COUNT() and GROUP BY count", async () => {
    expect(await ids("SELECT Id FROM Contact ORDER BY Email")).toEqual([paris, berlin]);
    expect(await ids("SELECT Id FROM Contact ORDER BY Email NULLS LAST LIMIT 1 OFFSET 1")).toEqual([paris]);
    expect((await world.conn.query("SELECT COUNT() FROM Contact")).totalSize).toBe(2);
    const { records } = await world.conn.query("SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId");
    expect(records).toContainEqual(expect.objectContaining({ AccountId: account, n: 1 }));
    expect(await codeOf(world.conn.query("SELECT Id FROM Contact OFFSET 2001"))).toBe("NUMBER_OUTSIDE_VALID_RANGE");
  });

  test("§8 SOQL subset: what is wrong is said in the service's words", async () => {
    const { conn } = world;
    expect(await codeOf(conn.query("SELECT FROM Lead"))).toBe("MALFORMED_QUERY");
    expect(await codeOf(conn.query("SELECT Id FROM Lead WHERE LastName = 'it's'"))).toBe("MALFORMED_QUERY");
    expect(await errorOf(conn.query("SELECT Nope__c FROM Lead"))).toMatchObject({
      ...{ errorCode: "INVALID_FIELD", message: expect.stringContaining("No such column 'Nope__c' on entity 'Lead'") },
    });
  });

  test("§8 SOQL subset: a LIKE that begins with a wildcard times out in a huge org, and others do not", async () => {
    world.org.rules.isHuge = true;
    const soql = (pattern: string) => world.conn.query(`SELECT Id FROM Contact WHERE Email LIKE '${pattern}'`);
    expect(await codeOf(soql("%@acme.example"))).toBe("QUERY_TIMEOUT");
    expect(await codeOf(soql("jana@%"))).toBe("taken");
    world.org.rules.isHuge = false;
    expect(await codeOf(soql("%@acme.example"))).toBe("taken");
  });

  test("§8 SOQL subset: queryAll sees what is deleted, query does not", async () => {
    await world.conn.sobject("Contact").destroy(berlin);
    expect(await ids("SELECT Id FROM Contact")).toEqual([paris]);
    expect(await ids("SELECT Id FROM Contact WHERE IsDeleted = true", { scanAll: true })).toEqual([berlin]);
  });

  test("§4.2 SOSL finds words in all fields, escaped ones too", async () => {
    const found = await world.conn.search("FIND {acme} IN ALL FIELDS RETURNING Account(Id, Name), Contact(Id, Email)");
    expect(found.searchRecords.map(({ attributes }) => attributes?.type).sort()).toEqual([
      ...["Account", "Account", "Contact"],
    ]);
    const mail = await world.conn.search("FIND {jana\\@acme.example} RETURNING Contact(Id)");
    expect(mail.searchRecords).toMatchObject([{ Id: berlin }]);
  });
});

describe("people", () => {
  test("§4.4 a queue, its objects and its members are read", async () => {
    const { org, conn, queueId, reps } = world;
    const night = putRow(org, "Group", { Name: "Night", DeveloperName: "Night", Type: "Regular" });
    putRow(org, "GroupMember", { GroupId: queueId, UserOrGroupId: night });
    putRow(org, "GroupMember", { GroupId: night, UserOrGroupId: reps[0] });
    putRow(org, "GroupMember", { GroupId: queueId, UserOrGroupId: reps[1] });
    expect((await conn.query("SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue'")).records).toMatchObject([
      { Id: queueId, DeveloperName: "Inbound" },
    ]);
    const objects = await conn.query("SELECT QueueId, Queue.Name FROM QueueSobject WHERE SobjectType = 'Lead'");
    expect(objects.records).toMatchObject([{ QueueId: queueId, Queue: { Name: "Inbound" } }]);
    const members = await conn.query(
      "SELECT UserOrGroupId, Group.Name FROM GroupMember WHERE Group.DeveloperName IN ('Inbound', 'Night') ORDER BY Id",
    );
    expect(members.records.map(({ UserOrGroupId }) => UserOrGroupId)).toEqual([night, reps[0], reps[1]]);
  });

  test("§8 SOQL subset, §4.1: a queue that owns a Lead is told by Owner.Type", async () => {
    world.aLead({ OwnerId: world.queueId });
    world.aLead();
    const { records } = await world.conn.query("SELECT Owner.Type, Owner.Name FROM Lead ORDER BY Id");
    expect(records).toMatchObject([{ Owner: { Type: "Queue", Name: "Inbound" } }, { Owner: { Type: "User" } }]);
  });
});
