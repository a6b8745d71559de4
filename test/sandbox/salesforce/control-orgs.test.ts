import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually } from "../../eventually.ts";
import { valueAt } from "../api.ts";
import { type ControlWorld, startAt, startControlWorld } from "./control-world.ts";

let world: ControlWorld;
beforeEach(async () => {
  world = await startControlWorld();
});
afterEach(() => world.stop());

const newLead = { LastName: "Roth", Company: "Roth" };
const createLead = (fields: object = newLead) => world.rest("POST", "/sobjects/Lead", fields);
const settings = (change: object) => world.inOrg("PATCH", "/settings", change);

describe("orgs", () => {
  test("one is added with its features and a seed, and listed", async () => {
    const seed = { users: [{ FirstName: "Eva", LastName: "Moreau", Email: "eva@two.example" }] };
    const org = { id: "00D000000000042", name: "Two", timeZone: "UTC", features: ["person-accounts"] };
    const added = await world.control("POST", "/orgs", { ...org, seed });
    expect([added.status, added.body]).toMatchObject([
      201,
      { id: "00D000000000042EAA", name: "Two", timeZone: "UTC", features: ["person-accounts"], records: { User: 1 } },
    ]);
    expect((await world.control("GET", "/orgs")).list("results")).toMatchObject([
      { id: world.org.id, records: { User: 3, Lead: 2, Task: 1 } },
      { name: "Two" },
    ]);
  });

  test.each([
    [{ id: "00D000000000001" }, "There is an org 00D000000000001EAA already"],
    [{ id: "005000000000001" }, "`id` must begin with 00D"],
    [{ features: ["teleport"] }, "`features` must be a list, each one of state-country-picklists"],
    [{ seed: { lead: [] } }, "The seed is not valid:\nlead: unknown"],
    [{ seed: { leads: [{ Company: "Acme" }] } }, "leads[0]: REQUIRED_FIELD_MISSING"],
  ])("%j is refused, and no org is added", async (body, message) => {
    const reply = await world.control("POST", "/orgs", body);
    expect([reply.status, reply.text("message")]).toEqual([400, expect.stringContaining(message)]);
    expect(world.salesforce.orgs.size).toBe(1);
  });

  test("one is seeded", async () => {
    const seeded = await world.inOrg("POST", "/seed", { leads: [newLead] });
    expect([seeded.status, seeded.text("records.Lead")]).toEqual([200, "3"]);
  });
});

describe("settings", () => {
  test("all are told as they are set", async () => {
    const { inbound } = world.ids;
    const rule = { field: "Phone", words: "A phone, please." };
    const change = {
      ...{ features: { "account-teams": true }, assignment: { Lead: inbound }, automationMs: { Lead: 100 } },
      ...{ duplicates: "block", lateCommitMs: 5, pageSize: 200, isHuge: true },
      ...{ validation: { Lead: rule }, trigger: { Contact: rule } },
    };
    expect((await settings(change)).status).toBe(200);
    const now = await world.inOrg("GET", "/settings");
    expect(now.body).toMatchObject(change);
    const ended = {
      assignment: { Lead: null },
      validation: { Lead: null },
      automationMs: { Lead: 0 },
      duplicates: null,
    };
    expect((await settings(ended)).body).toMatchObject({
      ...{ assignment: {}, validation: {}, automationMs: {}, duplicates: null, trigger: { Contact: rule } },
      features: { "account-teams": true },
    });
  });

  test.each<[string, (ids: ControlWorld["ids"]) => object, string]>([
    ["unknown ones", () => ({ mood: "good", pageSize: "2" }), "There is no `mood`; `pageSize` must be a number"],
    ["unknown features", () => ({ features: { teleport: true } }), "`features` must be an object of true or false"],
    ["an object that is not there", () => ({ automationMs: { Leed: 5 } }), "There is no object Leed"],
    ["nobody's id", () => ({ assignment: { Lead: "005000000000999" } }), "There is no user or queue 005000000000999"],
    [
      "a field that is not there",
      () => ({ validation: { Lead: { field: "Fone", words: "?" } } }),
      "Lead has no field Fone",
    ],
  ])("%s are refused and nothing is changed", async (_, change, message) => {
    const before = (await world.inOrg("GET", "/settings")).body;
    const reply = await settings({ isHuge: true, ...change(world.ids) });
    expect([reply.status, reply.text("message")]).toEqual([400, expect.stringContaining(message)]);
    expect((await world.inOrg("GET", "/settings")).body).toEqual(before);
  });

  test("§8.13 an assignment rule takes the owner of what an app writes without the header", async () => {
    await settings({ assignment: { Lead: world.ids.inbound.slice(0, 15) } });
    expect(world.row("Lead", (await createLead()).text("id")).OwnerId).toBe(world.ids.inbound);
  });

  test.each([
    ["validation", "FIELD_CUSTOM_VALIDATION_EXCEPTION"],
    ["trigger", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"],
  ])("§8.10 a %s rule wants a field filled, in its own words, until it is ended", async (kind, errorCode) => {
    await settings({ [kind]: { Lead: { field: "Phone", words: "A phone, please." } } });
    expect((await createLead()).body).toMatchObject([{ errorCode, message: "A phone, please." }]);
    expect((await createLead({ ...newLead, Phone: "1" })).status).toBe(201);
    await settings({ [kind]: { Lead: null } });
    expect((await createLead()).status).toBe(201);
  });

  test("§8.14 duplicates are blocked", async () => {
    await settings({ duplicates: "block" });
    const twin = await createLead({ ...newLead, Email: "nina@globex.example" });
    expect(twin.text("0.errorCode")).toBe("DUPLICATES_DETECTED");
  });

  test("§8.8 a feature brings its objects and takes them with it", async () => {
    const describe = async () => (await world.rest("GET", "/sobjects/AccountTeamMember/describe")).status;
    await settings({ features: { "account-teams": true } });
    expect(await describe()).toBe(200);
    await settings({ features: { "account-teams": false } });
    expect(await describe()).toBe(404);
  });

  test("§8.18 what is committed late is not there yet", async () => {
    await settings({ lateCommitMs: 1_000 });
    const leads = async () => (await world.inOrg("GET", "/records/Lead")).list("results").length;
    const before = await leads();
    const creating = createLead();
    await eventually(() => world.salesforce.requests.list().some(({ path }) => path.endsWith("/sobjects/Lead")));
    expect(await leads()).toBe(before);
    await world.control("POST", "/clock/advance", { ms: 1_000 });
    expect((await creating).status).toBe(201);
    expect(await leads()).toBe(before + 1);
  });
});

describe("users", () => {
  const change = (user: string, body: object) => world.inOrg("PATCH", `/users/${user}`, body);

  test("§8.16 one who left owns nothing new, and is logged in no more", async () => {
    const { ben } = world.ids;
    const who = { orgId: world.org.id, userId: ben, clientId: "test", scopes: ["api"] };
    const { token } = world.salesforce.sessions.issue(who);
    const left = await change(ben.slice(0, 15), { isActive: false });
    expect(left.body).toMatchObject({ id: ben, name: "Ben Cole", isActive: false, isFrozen: false });
    expect((await createLead({ ...newLead, OwnerId: ben })).text("0.errorCode")).toBe("INACTIVE_OWNER_OR_USER");
    expect(world.salesforce.sessions.look(token)).toBeNull();
    await change(ben, { isActive: true });
    expect((await createLead({ ...newLead, OwnerId: ben })).status).toBe(201);
  });

  test("§4.4 one is frozen, which is told by the user's login", async () => {
    await change(world.ids.ada, { isFrozen: true });
    const soql = `SELECT UserId FROM UserLogin WHERE IsFrozen = true`;
    const found = await world.rest("GET", `/query?q=${encodeURIComponent(soql)}`);
    expect(found.list("records")).toMatchObject([{ UserId: world.ids.ada }]);
  });

  test.each<[string, object, (reply: ControlWorld) => Promise<unknown>, unknown]>([
    [
      "§8.10 what is hidden cannot be written",
      { hidden: { Lead: ["Rating"] } },
      async () => (await createLead({ ...newLead, Rating: "Hot" })).text("0.errorCode"),
      "INVALID_FIELD_FOR_INSERT_UPDATE",
    ],
    [
      "§8.10 nor can what is for reading alone",
      { readOnly: { Lead: ["Rating"] } },
      async () => (await createLead({ ...newLead, Rating: "Hot" })).text("0.errorCode"),
      "INVALID_FIELD_FOR_INSERT_UPDATE",
    ],
    [
      "§8.16 who may not read Leads gets none",
      { reads: [] },
      async ({ ids }) => (await createLead({ ...newLead, OwnerId: ids.admin })).text("0.errorCode"),
      "TRANSFER_REQUIRES_READ",
    ],
    [
      "§1.2 who sees not all of an object cannot subscribe to it",
      { viewAll: ["Task"] },
      async ({ subscriber }) =>
        subscriber()
          .getTopic("/data/LeadChangeEvent")
          .then(
            () => "subscribed",
            ({ code }) => code,
          ),
      7,
    ],
  ])("%s", async (_, permissions, act, told) => {
    const changed = await change(world.ids.admin, permissions);
    expect(changed.body).toMatchObject(permissions);
    expect(await act(world)).toEqual(told);
  });

  test("permissions that nobody named stay as they are", async () => {
    await change(world.ids.ada, { sendCustomNotifications: false, editConvertedLeads: true });
    expect((await change(world.ids.ada, { reads: null })).body).toMatchObject({
      ...{ sendCustomNotifications: false, editConvertedLeads: true, viewAll: "everything", hidden: {}, reads: null },
    });
  });

  test.each([
    ["/users/005000000000999", { isActive: true }, 404, "There is no user 005000000000999"],
    ["/users/:ada", { isAlive: true, isActive: "no" }, 400, "There is no `isAlive`; `isActive` must be true or false"],
  ])("%s with %j is refused", async (path, body, status, message) => {
    expect(await world.inOrg("PATCH", path.replace(":ada", world.ids.ada), body)).toMatchObject({
      status,
      body: { message },
    });
  });
});

test("§8.15 a lock refuses what an app writes until it is over, and lets people write", async () => {
  const { globex } = world.ids;
  const held = await world.inOrg("POST", "/locks", { ids: [globex.slice(0, 15)], ms: 60_000 });
  expect(held.body).toEqual({ ids: [globex], until: startAt + 60_000 });
  const write = () => world.rest("PATCH", `/sobjects/Account/${globex}`, { Phone: "1" });
  const waiting = write();
  while (world.salesforce.requests.list().length === 0) await new Promise((resolve) => setImmediate(resolve));
  await world.control("POST", "/clock/advance", { ms: 10_000 });
  expect((await waiting).text("0.errorCode")).toBe("UNABLE_TO_LOCK_ROW");
  expect((await world.inOrg("PATCH", `/records/Account/${globex}`, { fields: { Phone: "2" } })).status).toBe(200);
  await world.control("POST", "/clock/advance", { ms: 50_000 });
  expect((await write()).status).toBe(204);
  expect((await world.inOrg("POST", "/locks", { ids: ["001000000000999"], ms: 1 })).status).toBe(404);
});

test("§4.7 §4.8 what was sent to people is listed", async () => {
  await world.inOrg("POST", "/seed", { notificationTypes: [{ DeveloperName: "Lead_Assigned" }] });
  const [type] = (await world.inOrg("GET", "/records/CustomNotificationType")).list("results");
  const { ada, ben, nina } = world.ids;
  const input = { customNotifTypeId: valueAt(type, "Id"), recipientIds: [ada, ben], title: "New", body: "Call" };
  await world.rest("POST", "/actions/standard/customNotificationAction", { inputs: [{ ...input, targetId: nina }] });
  await world.rest("POST", "/chatter/feed-elements", {
    feedElementType: "FeedItem",
    subjectId: nina,
    body: { messageSegments: [{ type: "Text", text: "Routed" }] },
  });
  expect((await world.inOrg("GET", "/notifications")).list("results")).toMatchObject([
    { at: startAt, recipientId: ada, title: "New", body: "Call", targetId: nina },
    { recipientId: ben },
  ]);
  expect((await world.inOrg("GET", "/notifications?limit=1")).list("results")).toHaveLength(1);
  expect((await world.inOrg("GET", "/feed")).list("results")).toMatchObject([{ subjectId: nina, text: "Routed" }]);
});
