import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { parseSeed } from "../../../src/sandbox/salesforce/parse-seed.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { seedOrg } from "../../../src/sandbox/salesforce/seed.ts";
import { startAt, startWorld, type World } from "./world.ts";

const dayMs = 86_400_000;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const seed = (value: unknown) => seedOrg(world.org, parseSeed(value));
const rows = (object: string): Row[] => [...tableOf(world.org, object).rows()];
const last = (object: string): Row => rows(object).at(-1) ?? {};
const refusal = (value: unknown): string => {
  try {
    seed(value);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "taken";
};

const lead = { LastName: "Berg", Company: "Acme" };

test("nobody is told of what is seeded, and it is as old as it says", () => {
  const changes: Change[] = [];
  world.org.onCommit.push((committed) => changes.push(...committed));
  const createdAt = "2026-01-05T08:00:00Z";
  seed({ leads: [{ ...lead, createdAt }, lead] });
  const [old, young] = rows("Lead");
  const at = Date.parse(createdAt);
  expect(old).toMatchObject({ CreatedDate: at, LastModifiedDate: at, SystemModstamp: at, Name: "Berg" });
  expect(young).toMatchObject({ CreatedDate: startAt - dayMs, Status: "Open - Not Contacted", IsDeleted: false });
  expect(changes).toEqual([]);
});

test("records name each other wherever they stand, and have the ids that they say", () => {
  seed({
    accounts: [
      { Name: "Child", ParentId: "@parent" },
      { ref: "parent", Id: "001000000000777", Name: "Parent" },
    ],
    users: [
      { ref: "ada", FirstName: "Ada", LastName: "Berg", Email: "ada@x.example", ManagerId: "@eve" },
      { ref: "eve", LastName: "Moreau", Email: "eve@x.example", ManagerId: "@ada" },
    ],
    leads: [{ ...lead, OwnerId: "@ada" }],
    tasks: [{ Subject: "Call", WhoId: "@jana", OwnerId: "@eve" }],
    contacts: [{ ref: "jana", LastName: "Roth", AccountId: "@parent" }],
  });
  const [ada, eve] = rows("User").slice(-2);
  expect(ada).toMatchObject({ Name: "Ada Berg", Username: "ada@x.example", ManagerId: eve?.Id, IsActive: true });
  expect(rows("Account")).toMatchObject([{ ParentId: "001000000000777AAA" }, { Name: "Parent" }]);
  expect([last("Lead").OwnerId, eve?.ManagerId, last("Task").OwnerId]).toEqual([ada?.Id, ada?.Id, eve?.Id]);
  expect(last("Task")).toMatchObject({ WhoId: last("Contact").Id, AccountId: "001000000000777AAA" });
});

test("what nobody writes is worked out as of then, or is as given", () => {
  const createdAt = startAt - 30 * dayMs;
  seed({
    tasks: [
      { Subject: "Call", Status: "Completed", createdAt },
      { Subject: "Call", Status: "Completed", CompletedDateTime: startAt - dayMs },
    ],
    opportunities: [{ Name: "Deal", StageName: "Closed Won", CloseDate: "2026-11-01" }],
    leads: [{ ...lead, IsConverted: true, ConvertedDate: "2026-11-02", LastActivityDate: "2026-11-02" }],
  });
  expect(rows("Task")).toMatchObject([
    { IsClosed: true, CompletedDateTime: createdAt },
    { IsClosed: true, CompletedDateTime: startAt - dayMs },
  ]);
  expect(last("Opportunity")).toMatchObject({ IsWon: true, ForecastCategoryName: "Closed" });
  expect(last("Lead")).toMatchObject({
    IsConverted: true,
    ConvertedDate: "2026-11-02",
    LastActivityDate: "2026-11-02",
  });
});

test("§4.4 users have logins, queues their members and objects", () => {
  seed({
    roles: [{ ref: "rep", Name: "Rep" }],
    users: [
      {
        ...{ ref: "ada", LastName: "Berg", Email: "ada@x.example", UserRoleId: "@rep", isFrozen: true },
        permissions: { sendCustomNotifications: false, hidden: { Lead: ["Rating"] } },
      },
    ],
    queues: [{ ref: "mql", Name: "New MQLs", members: ["@ada", world.userId], objects: ["Lead", "Task"] }],
    outOfOffice: [{ UserId: "@ada", StartDate: "2026-11-17T08:00:00Z", EndDate: startAt + dayMs, IsEnabled: true }],
  });
  const { Id } = last("User");
  const { Id: queueId } = last("Group");
  expect(last("UserLogin")).toMatchObject({ UserId: Id, IsFrozen: true });
  expect(last("Group")).toMatchObject({ Name: "New MQLs", DeveloperName: "New_MQLs", Type: "Queue" });
  expect(rows("GroupMember")).toMatchObject([
    { GroupId: queueId, UserOrGroupId: Id },
    { GroupId: queueId, UserOrGroupId: world.userId },
  ]);
  expect(rows("QueueSobject").slice(-2)).toMatchObject([{ SobjectType: "Lead" }, { SobjectType: "Task" }]);
  expect(last("OutOfOffice")).toMatchObject({ UserId: Id, EndDate: startAt + dayMs });
  const { sendCustomNotifications, hidden } = world.org.permissionsOf(String(Id));
  expect([sendCustomNotifications, [...(hidden.get("Lead") ?? [])]]).toEqual([false, ["Rating"]]);
});

test("an org gets objects, fields, channels and settings of its own", async () => {
  seed({
    objects: [{ name: "Score__c", keyPrefix: "a07", fields: ["Lead__c reference(Lead) Lead__r", "Points__c double"] }],
    fields: { Lead: ["Region__c picklist{DACH|UK}", "Code__c string(20) #!"] },
    leads: [{ ...lead, ref: "berg", Region__c: "DACH", Code__c: "b1" }],
    queues: [{ ref: "inbound", Name: "Inbound", objects: ["Lead"] }],
    records: { Score__c: [{ Lead__c: "@berg", Points__c: 7 }], AccountTeamMember: [] },
    channels: [{ name: "ChangeEvents", members: [{ entityName: "Score__c" }] }],
    settings: { features: { "account-teams": true }, assignment: { Lead: "@inbound" }, pageSize: 200 },
  });
  const found = await world.conn.query("SELECT Points__c, Lead__r.Region__c FROM Score__c");
  expect(found.records).toMatchObject([{ Points__c: 7, Lead__r: { Region__c: "DACH" } }]);
  expect(world.org.channels).toEqual([
    { name: "ChangeEvents", members: [{ entityName: "Score__c", enrichedFields: [] }] },
  ]);
  expect([world.org.rules.assignment.get("Lead"), world.org.rules.pageSize]).toEqual([last("Group").Id, 200]);
});

describe("a seed is refused", () => {
  test("with every problem of its form and the place of each", () => {
    const value = {
      ...{ lead: [], contacts: {}, package: "yes", channels: [{ name: 1 }] },
      accounts: [{ ref: "", Id: "x", createdAt: "soon", Name: ["Acme"] }],
      users: [{ ref: "a", profile: 1, permissions: { mood: 1 } }],
      queues: [{ ref: "a", members: "all" }],
      objects: [{ name: "Score", fields: [] }],
      settings: { pageSize: "many", mood: "good" },
    };
    expect(refusal(value).split("\n")).toEqual([
      "The seed is not valid:",
      "lead: unknown",
      "package: must be true or false",
      "objects[0]: `name` must end with __c; `keyPrefix` must be a text",
      "users[0].profile: must be a profile's name",
      "users[0].permissions: There is no `mood`",
      "queues[0]: `members` and `objects` must be lists of texts",
      "accounts[0].ref: must be a text",
      "accounts[0].Id: must be an id",
      "accounts[0].createdAt: must be a time: epoch milliseconds or ISO",
      "accounts[0].Name: must be text, number, boolean or null",
      "contacts: must be an array of objects",
      "channels: must be a list, each {name, members: [{entityName, enrichedFields?}]}",
      "settings: There is no `mood`; `pageSize` must be a number that is not negative",
      "queues[0].ref: a is another record's already",
    ]);
  });

  test("with everything that Salesforce could not hold, and leaves no record", () => {
    const before = rows("Account").length + rows("Lead").length;
    const value = {
      accounts: [{ Name: "Good" }, { Website: "https://acme.example" }],
      leads: [
        { ...lead, OwnerId: "@nobody" },
        { ...lead, OwnerId: "@acme" },
        { ...lead, Email: "jana" },
        { ...lead, Nope__c: 1 },
      ],
      contacts: [{ ref: "acme", LastName: "Roth" }],
      channels: [{ name: "Mine", members: [{ entityName: "Leed" }] }],
    };
    expect(refusal(value).split("\n")).toEqual([
      "The seed cannot be stored:",
      "accounts[1]: REQUIRED_FIELD_MISSING: Required fields are missing: [Name]",
      "leads[0]: OwnerId: no record of the seed has the ref @nobody",
      "leads[1]: OwnerId: @acme is no User or Group",
      "leads[2]: INVALID_EMAIL_ADDRESS: Email: invalid email address: jana",
      "leads[3]: INVALID_FIELD: No such column 'Nope__c' on sobject of type Lead",
      "The channel Mine must be ChangeEvents or end with __chn",
      "There is no object Leed",
    ]);
    expect(rows("Account").length + rows("Lead").length).toBe(before);
  });

  test.each<[string, unknown, string]>([
    [
      "an object that is not there",
      { records: { Planet: [{ Name: "Mars" }] } },
      "records.Planet[0]: There is no object",
    ],
    [
      "an id of another object",
      { leads: [{ ...lead, Id: "003000000000001" }] },
      "leads[0].Id: 003000000000001AAA is no",
    ],
    ["fields of no object", { fields: { Leed: ["A__c double"] } }, "fields.Leed: There is no object Leed"],
    ["a text that is no field", { fields: { Lead: ["what?"] } }, '"what?" is no field.'],
    [
      "an owner that rules cannot name",
      { settings: { assignment: { Lead: "@x" } } },
      "settings: There is no user or queue @x",
    ],
    ["no object at all", [], "a seed must be a JSON object"],
  ])("for %s", (_, value, message) => {
    expect(refusal(value)).toContain(message);
  });
});

describe("the sample", () => {
  const sample: unknown = JSON.parse(
    readFileSync(new URL("../../../src/sandbox/salesforce/sample-seed.json", import.meta.url), "utf8"),
  );

  test("is a small company", async () => {
    seed(sample);
    const counted = ["User", "Group", "Account", "Contact", "Opportunity", "Lead", "Campaign", "CampaignMember"];
    const before = { User: 3, Group: 1 };
    const counts = counted.map((object) => [object, rows(object).length - (Reflect.get(before, object) ?? 0)]);
    expect(Object.fromEntries(counts)).toEqual({
      ...{ User: 6, Group: 1, Account: 8, Contact: 10, Opportunity: 5, Lead: 12, Campaign: 1, CampaignMember: 3 },
    });
    const nested = await world.conn.query("SELECT Name FROM Account WHERE Parent.Name = 'Globex'");
    expect(nested.totalSize).toBe(2);
  });

  test("§5.3 has Baton's package: fields, the object of its decisions, a channel and a notification", async () => {
    seed(sample);
    const named = async (object: string) => (await world.conn.describe(object)).fields.map(({ name }) => name);
    expect(await named("Lead")).toEqual(
      expect.arrayContaining(["Baton_SLA_Status__c", "Baton_Reason__c", "Baton_Decision_Id__c", "Baton_Routed_At__c"]),
    );
    const { records } = await world.conn.query("SELECT DeveloperName FROM CustomNotificationType");
    expect(records).toMatchObject([{ DeveloperName: "Baton_Lead_Assigned" }]);
    expect(world.org.channels.map(({ name, members }) => [name, members.map((member) => member.entityName)])).toEqual([
      ["Baton_Lead_Routing__chn", ["Lead", "Contact"]],
    ]);
  });

  test("§4.5 a decision's key is unique, whoever writes it, and an Account's domain is not", async () => {
    seed(sample);
    const decision = (key: string) => world.conn.sobject("Baton_Decision__c").create({ Baton_Key__c: key });
    const first = await decision("k1");
    await expect(decision("K1")).rejects.toMatchObject({
      errorCode: "DUPLICATE_VALUE",
      message: `duplicate value found: Baton_Key__c duplicates value on record with id: ${first.id}`,
    });
    const again = await world.conn
      .sobject("Baton_Decision__c")
      .upsert({ Baton_Key__c: "k1", Reason__c: "r" }, "Baton_Key__c");
    expect(again).toMatchObject({ success: true, id: first.id });
    const domain = () => world.conn.sobject("Account").create({ Name: "Twin", Baton_Domain__c: "globex.example" });
    expect((await domain()).success).toBe(true);
    expect(refusal({ records: { Baton_Decision__c: [{ Baton_Key__c: "k1" }] } })).toContain("DUPLICATE_VALUE");
  });

  test("is refused a second time by nothing but what is its own: the package stays as it is", () => {
    seed(sample);
    seed({ package: true });
    expect(world.org.channels).toHaveLength(1);
    expect(rows("CustomNotificationType")).toHaveLength(1);
  });
});
