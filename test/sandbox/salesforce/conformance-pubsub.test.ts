import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { codeOf } from "./conformance-world.ts";
import { channel, type Feed, memberName, startFeed, topic } from "./feed-world.ts";
import { endOf } from "./pubsub-client.ts";

let world: Feed;
beforeEach(async () => {
  world = await startFeed();
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };
const members = () => world.conn.tooling.sobject("PlatformEventChannelMember");

describe("the Pub/Sub API of an org", () => {
  beforeEach(() => world.select("LeadChangeEvent"));

  test.each(["accesstoken", "instanceurl", "tenantid"] as const)("§8.20 asks for a valid %s", async (key) => {
    const end = await world
      .clientWith({ [key]: "wrong" })
      .getTopic(topic)
      .catch(endOf);
    expect(end).toMatchObject({ code: status.UNAUTHENTICATED });
  });

  test("§8.20 a session that is over opens no stream; one that is open goes on", async () => {
    const stream = await world.subscribe();
    const human = world.connectionOf(world.reps[0]);
    world.salesforce.sessions.end(({ userId }) => userId === world.userId);
    await human.sobject("Lead").create(lead);
    await stream.received(1);
    expect(await (await world.subscribe()).ended()).toMatchObject({ code: status.UNAUTHENTICATED });
  });

  test("§8.20 what was missed comes after the replay id of the last event", async () => {
    const stream = await world.subscribe();
    await world.conn.sobject("Lead").create({ ...lead, Company: "One" });
    await stream.received(1);
    stream.cancel();
    await world.conn.sobject("Lead").create({ ...lead, Company: "Two" });
    const replay_id = stream.events[0]?.replay_id ?? Buffer.alloc(0);
    const next = await world.subscribe({ replay_preset: "CUSTOM", replay_id });
    expect((await world.heard(next, 1)).map(({ fields }) => fields.Company)).toEqual(["Two"]);
    world.salesforce.sessions.settings.idleMs = Number.POSITIVE_INFINITY;
    world.advance(72 * 3_600_000);
    const late = await world.subscribe({ replay_preset: "CUSTOM", replay_id });
    expect(await late.ended()).toMatchObject({
      ...{ code: status.INVALID_ARGUMENT, errorCode: expect.stringContaining("replayid.corrupted") },
    });
  });

  test("§8.20 a second subscriber uses the allocation twice, as /limits tells; when it is used up there is no more", async () => {
    const left = async () => (await world.conn.limits()).DailyDeliveredPlatformEvents?.Remaining;
    const streams = [await world.subscribe(), await world.subscribe({}, world.clientWith())];
    await world.conn.sobject("Lead").create(lead);
    for (const stream of streams) await stream.received(1);
    expect(await left()).toBe(25_000 - 2);
    world.org.bus.switches.deliveriesPerDay = 2;
    await world.conn.sobject("Lead").create(lead);
    expect(await streams[0]?.ended()).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await left()).toBe(0);
  });

  test("§8.20 no more comes than was asked for", async () => {
    const stream = await world.subscribe({ num_requested: 2 });
    await world.conn.sobject("Lead").create([lead, lead, lead]);
    await stream.received(2);
    await world.client.getTopic(topic);
    expect([stream.events.length, stream.responses.at(-1)?.pending_num_requested]).toEqual([2, 0]);
    stream.request({ num_requested: 1 });
    await stream.received(3);
  });

  test("§8.20 without events a keepalive comes within 270 s, with a replay id to go on from", async () => {
    world.salesforce.sessions.settings.idleMs = Number.POSITIVE_INFINITY;
    const stream = await world.subscribe();
    world.advance(270_000);
    await stream.responded(1);
    expect(stream.responses[0]?.events).toEqual([]);
    const replay_id = stream.responses[0]?.latest_replay_id ?? Buffer.alloc(0);
    await world.conn.sobject("Lead").create(lead);
    const next = await world.subscribe({ replay_preset: "CUSTOM", replay_id });
    await next.received(1);
  });
});

describe("the channels of an org", () => {
  test("§1.9 are made, selected on, looked up and unmade through the Tooling API", async () => {
    const id = await world.select("LeadChangeEvent", ["Status", "OwnerId"]);
    const soql = "SELECT DeveloperName, EventChannel, SelectedEntity FROM PlatformEventChannelMember";
    expect((await world.conn.tooling.query(soql)).records).toMatchObject([
      { DeveloperName: memberName("LeadChangeEvent"), EventChannel: channel, SelectedEntity: "LeadChangeEvent" },
    ]);
    expect(world.org.channels).toEqual([
      { name: channel, members: [{ entityName: "Lead", enrichedFields: ["Status", "OwnerId"] }] },
    ]);
    const channels = await world.conn.tooling.query("SELECT Id, ChannelType FROM PlatformEventChannel");
    const channelId = String(channels.records[0]?.Id);
    const remove = () => world.conn.tooling.sobject("PlatformEventChannel").destroy(channelId);
    expect(await codeOf(remove())).toBe("DEPENDENCY_EXISTS");
    await members().destroy(id);
    await remove();
    expect(world.org.channels).toEqual([]);
    expect(await codeOf(members().destroy(id))).toBe("NOT_FOUND");
  });

  test("§1.9 what is selected is heard of from then on, and no more once it is not", async () => {
    const stream = await world.subscribe();
    await world.conn.sobject("Lead").create({ ...lead, Company: "before" });
    const id = await world.select("LeadChangeEvent");
    await world.conn.sobject("Lead").create({ ...lead, Company: "while" });
    await stream.received(1);
    await members().destroy(id);
    await world.conn.sobject("Lead").create({ ...lead, Company: "after" });
    await world.select("LeadChangeEvent");
    await world.conn.sobject("Lead").create({ ...lead, Company: "again" });
    expect((await world.heard(stream, 2)).map(({ fields }) => fields.Company)).toEqual(["while", "again"]);
  });

  test("§1.2 the standard channel needs not be made; what is on a custom one alone is not on it", async () => {
    await world.select("LeadChangeEvent");
    await world.select("ContactChangeEvent", [], "ChangeEvents");
    const stream = await world.subscribe({ topic_name: "/data/ChangeEvents" });
    await world.conn.sobject("Lead").create(lead);
    await world.conn.sobject("Contact").create({ LastName: "Berg" });
    expect((await world.heard(stream, 1)).map(({ header }) => header.entityName)).toEqual(["Contact"]);
  });

  test("§1.2 a custom object is My_Obj__ChangeEvent", async () => {
    world.org.addObject({ name: "My_Obj__c", keyPrefix: "a00", fields: "Name string(80)" });
    await world.select("My_Obj__ChangeEvent");
    const stream = await world.subscribe();
    await world.conn.sobject("My_Obj__c").create({ Name: "x" });
    expect((await world.heard(stream, 1))[0]?.header).toMatchObject({ entityName: "My_Obj__c", changeType: "CREATE" });
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ["on a channel that is not there", memberName("LeadChangeEvent"), { eventChannel: "No__chn" }, "INVALID_INPUT"],
    ["of an object without change events", "x", { selectedEntity: "GroupMemberChangeEvent" }, "INVALID_INPUT"],
    ["under another name", "Lead", {}, "INVALID_FULL_NAME"],
    [
      "with more than 10 enriched fields",
      memberName("LeadChangeEvent"),
      { enrichedFields: Array(11).fill({ name: "Status" }) },
      "LIMIT_EXCEEDED",
    ],
    [
      "with a field that is not there",
      memberName("LeadChangeEvent"),
      { enrichedFields: [{ name: "Nope__c" }] },
      "INVALID_FIELD",
    ],
    [
      "with a filter, which is not known here",
      memberName("LeadChangeEvent"),
      { filterExpression: "x" },
      "INVALID_INPUT",
    ],
  ])("§1.9 a member %s is refused", async (_, FullName, metadata, code) => {
    const Metadata = { eventChannel: channel, selectedEntity: "LeadChangeEvent", ...metadata };
    expect(await codeOf(members().create({ FullName, Metadata }))).toBe(code);
    expect(world.org.channels).toEqual([{ name: channel, members: [] }]);
  });

  test("§1.2 five objects may be selected, on however many channels", async () => {
    for (const name of ["Lead", "Contact", "Account", "Opportunity", "Task"]) await world.select(`${name}ChangeEvent`);
    expect(await codeOf(world.select("LeadChangeEvent", [], "ChangeEvents"))).toBe("taken");
    expect(await codeOf(world.select("CampaignChangeEvent"))).toBe("LIMIT_EXCEEDED");
    expect(await codeOf(world.select("LeadChangeEvent"))).toBe("DUPLICATE_VALUE");
  });

  test.each([
    [channel, "data", "DUPLICATE_DEVELOPER_NAME"],
    ["Other", "data", "INVALID_INPUT"],
    ["Other__chn", "event", "REQUIRED_FIELD_MISSING"],
    ["Other__chn", "data", "taken"],
  ])("§1.9 a channel %s of the type %s", async (FullName, channelType, code) => {
    const channels = world.conn.tooling.sobject("PlatformEventChannel");
    expect(await codeOf(channels.create({ FullName, Metadata: { channelType, label: "x" } }))).toBe(code);
  });
});
