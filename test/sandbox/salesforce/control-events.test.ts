import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { valueAt } from "../api.ts";
import { type ControlWorld, startControlWorld } from "./control-world.ts";
import { type Client, type DecodedEvent, decodeEvent, type FetchRequest, type Stream } from "./pubsub-client.ts";

let world: ControlWorld;
let client: Client;
beforeEach(async () => {
  world = await startControlWorld();
  client = world.subscriber();
});
afterEach(() => world.stop());

const events = (method: string, path = "", body?: unknown) => world.inOrg(method, `/events${path}`, body);
const open = (more: FetchRequest = {}): Stream =>
  client.subscribe({ topic_name: "/data/ChangeEvents", replay_preset: "EARLIEST", num_requested: 100, ...more });
const change = (id: string, Rating: string) => world.inOrg("PATCH", `/records/Lead/${id}`, { fields: { Rating } });

/** What the first `count` events of the channel say. */
async function read(count: number): Promise<DecodedEvent[]> {
  const stream = open();
  await stream.received(count);
  return Promise.all(stream.events.map(async (one) => decodeEvent(one, await client.getSchema(one.event.schema_id))));
}

describe("§8.20 the bus", () => {
  test("tells what it delivered, and what is bent", async () => {
    await change(world.ids.nina, "Hot");
    await read(1);
    expect((await events("GET")).body).toMatchObject({
      delivered: 1,
      switches: { deliveriesPerDay: 25_000, merge: true, refuseReplayIds: null },
    });
  });

  test("is bent by every switch", async () => {
    const switches = {
      ...{ deliveriesPerDay: 7, duplicatesAfterReconnect: 2, delay: { minMs: 5, maxMs: 9 }, merge: false },
      ...{ wildcardIds: true, refuseReplayIds: "corrupted", closeChance: 0.5, changesPerTransaction: 8 },
      maxPayload: 900,
    };
    expect((await events("PATCH", "", switches)).body).toEqual({ delivered: 0, switches });
    expect(world.org.bus.switches).toEqual(switches);
    expect((await events("PATCH", "", { refuseReplayIds: null })).text("switches.deliveriesPerDay")).toBe("7");
    expect(world.org.bus.switches.refuseReplayIds).toBeNull();
  });

  test.each([
    [{ speed: 9 }, "There is no `speed`"],
    [{ closeChance: 2 }, "`closeChance` must be a number from 0 to 1"],
    [{ delay: { minMs: 5, maxMs: 1 } }, "`delay` must be {minMs, maxMs}"],
    [{ refuseReplayIds: "all" }, "`refuseReplayIds` must be one of corrupted, validation.failed, or null"],
  ])("refuses %j and bends nothing", async (body, message) => {
    const before = { ...world.org.bus.switches };
    expect(await events("PATCH", "", { maxPayload: 5, ...body })).toMatchObject({ status: 400, body: { message } });
    expect(world.org.bus.switches).toEqual(before);
  });

  test("ends the streams that are open", async () => {
    await change(world.ids.nina, "Hot");
    const stream = open();
    await stream.received(1);
    expect((await events("POST", "/close")).status).toBe(204);
    expect((await stream.ended()).code).toBe(14);
  });

  test("forgets its events, and takes no replay id of before", async () => {
    await change(world.ids.nina, "Hot");
    const stream = open();
    await stream.received(1);
    const [seen] = stream.events;
    stream.cancel();
    expect((await events("POST", "/lose")).status).toBe(204);
    const again = open({ replay_preset: "CUSTOM", ...(seen ? { replay_id: seen.replay_id } : {}) });
    expect((await again.ended()).errorCode).toBe("sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted");
  });
});

describe("§8.21 events", () => {
  test.each(["CREATE", "UPDATE", "DELETE", "UNDELETE"])("say of a %s that it was, and not what", async (type) => {
    const { nina, omar, admin } = world.ids;
    const { status, body } = await events("POST", "/gap", { object: "Lead", ids: [nina.slice(0, 15), omar], type });
    const [event] = await read(1);
    expect(status).toBe(200);
    expect(event?.header).toMatchObject({
      ...{ entityName: "Lead", changeType: `GAP_${type}`, recordIds: [nina, omar], sequenceNumber: 1 },
      ...{ transactionKey: valueAt(body, "transactionKey"), commitUser: admin, changedFields: [] },
    });
    expect(event?.fields).toEqual({});
  });

  test("say that too much changed to tell which", async () => {
    await events("POST", "/overflow", { object: "Task" });
    const [event] = await read(1);
    expect(event?.header).toMatchObject({
      ...{ entityName: "Task", changeType: "GAP_OVERFLOW", recordIds: ["000000000000000AAA"] },
    });
  });

  test.each([
    ["/gap", { object: "Contact", ids: ["003000000000001"], type: "UPDATE" }, "Contact is on no channel of the org"],
    ["/gap", { object: "Lead", ids: [], type: "MERGE" }, "`type` must be one of CREATE, UPDATE, DELETE, UNDELETE; "],
    ["/overflow", {}, "`object` must be a text"],
  ])("POST %s with %j is refused", async (path, body, message) => {
    const reply = await events("POST", path, body);
    expect([reply.status, reply.text("message")]).toEqual([400, expect.stringContaining(message)]);
  });

  test("say when a user left", async () => {
    await world.inOrg("PATCH", `/users/${world.ids.ben}`, { isActive: false });
    const [event] = await read(1);
    expect(event?.header).toMatchObject({ entityName: "User", recordIds: [world.ids.ben], changeType: "UPDATE" });
    expect(event?.changed).toContain("IsActive");
  });

  test("of a batch that does the same to several records are one", async () => {
    const inputs = [world.ids.nina, world.ids.omar].map((id) => ({ id, fields: { Rating: "Hot" } }));
    await world.inOrg("POST", "/records/Lead/batch", { inputs });
    const [event, ...more] = await read(1);
    expect([event?.header.recordIds, more]).toEqual([[world.ids.nina, world.ids.omar], []]);
  });
});

describe("§1.2 channels", () => {
  test("are told, and replaced by others, of which events come from then on", async () => {
    const channels = [{ name: "Baton__chn", members: [{ entityName: "Lead", enrichedFields: ["Company"] }] }];
    expect((await world.inOrg("GET", "/channels")).list("results")).toMatchObject([{ name: "ChangeEvents" }]);
    expect((await world.inOrg("PUT", "/channels", channels)).body).toEqual({ results: channels });
    await change(world.ids.nina, "Hot");
    const stream = open({ topic_name: "/data/Baton__chn" });
    await stream.received(1);
    const [event] = stream.events;
    if (event === undefined) throw new Error("no event");
    const { fields } = decodeEvent(event, await client.getSchema(event.event.schema_id));
    expect(fields).toMatchObject({ Rating: "Hot", Company: "Globex" });
  });

  test.each([
    [{ name: "ChangeEvents" }, "the body must be a list, each {name, members"],
    [[{ name: "Leads", members: [] }], "The channel Leads must be ChangeEvents or end with __chn"],
    [[{ name: "X__chn", members: [{ entityName: "Leed" }] }], "There is no object Leed"],
    [[{ name: "X__chn", members: [{ entityName: "Lead", enrichedFields: ["Fone"] }] }], "Lead has no field Fone"],
    [
      [{ name: "X__chn", members: [{ entityName: "Lead", enrichedFields: Array(11).fill("Phone") }] }],
      "X__chn: Lead can be enriched with 10 fields",
    ],
  ])("%j are refused, and the others stay", async (body, message) => {
    const reply = await world.inOrg("PUT", "/channels", body);
    expect([reply.status, reply.text("message")]).toEqual([400, expect.stringContaining(message)]);
    expect(world.org.channels).toMatchObject([{ name: "ChangeEvents" }]);
  });
});
