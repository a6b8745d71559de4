import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createEventBus } from "../../../src/sandbox/salesforce/pubsub/event-bus.ts";
import { eventually } from "../../eventually.ts";
import { type ConsumerEvent, type End, endOf, type Stream } from "./pubsub-client.ts";
import { aChange, aRow, goodMetadata, leads, orgId, routing, startWorld, type World } from "./pubsub-world.ts";

const hourMs = 3_600_000;
const code = (name: string) => `sfdc.platform.eventbus.grpc.${name}`;
const rpcIdAtTheEnd = / rpcId: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.stop());

/** Transactions of one change each. */
const append = (count: number) => {
  for (let index = 0; index < count; index += 1) world.bus.append([aChange()]);
};
const appendTogether = (count: number) =>
  world.bus.append(
    Array.from({ length: count }, (_, index) => aChange({ changeType: "CREATE", sequenceNumber: index + 1 })),
  );
const refused = (call: Promise<unknown>): Promise<End> =>
  call.then(() => Promise.reject(new Error("It was not refused")), endOf);
const ids = (events: readonly ConsumerEvent[]) => events.map(({ event }) => event.id);
const replayIdOf = (event: ConsumerEvent | undefined) => event?.replay_id ?? Buffer.alloc(0);

describe("salesforce.md §1.3 metadata", () => {
  test.each([
    ["a token that is not valid", { ...goodMetadata, accesstoken: "no" }],
    ["another org", { ...goodMetadata, tenantid: "00D000000000009EAA" }],
    ["no accesstoken", { instanceurl: goodMetadata.instanceurl, tenantid: orgId }],
    ["no instanceurl", { accesstoken: goodMetadata.accesstoken, tenantid: orgId }],
    ["no tenantid", { accesstoken: goodMetadata.accesstoken, instanceurl: goodMetadata.instanceurl }],
  ])("§8.20: %s is UNAUTHENTICATED, of a call and of a stream", async (_what, metadata: Record<string, string>) => {
    const client = world.clientWith(metadata);
    const unauthenticated = { code: status.UNAUTHENTICATED, errorCode: code("service.auth.error") };

    expect(await refused(client.getTopic(leads))).toMatchObject(unauthenticated);
    expect(await client.subscribe({ topic_name: leads, num_requested: 1 }).ended()).toMatchObject(unauthenticated);
  });

  test("§1.3 Rules: the token must be valid at call start; an open stream outlives it, a new one does not", async () => {
    const open = await world.subscribe();
    world.tokens.clear();
    append(1);
    await open.received(1);

    expect(open.isOpen).toBe(true);
    expect((await (await world.subscribe()).ended()).code).toBe(status.UNAUTHENTICATED);
  });
});

describe("salesforce.md §1.3 RPCs", () => {
  test("GetTopic tells topic, org, permissions, schema id and rpc id; each call has an rpc id of its own", async () => {
    const first = await world.client.getTopic(leads);

    expect(first).toEqual({
      topic_name: leads,
      tenant_guid: orgId,
      can_publish: false,
      can_subscribe: true,
      schema_id: expect.stringMatching(/^[\w-]{22}$/),
      rpc_id: expect.any(String),
    });
    expect((await world.client.getTopic(leads)).rpc_id).not.toBe(first.rpc_id);
  });

  test("GetSchema gives the Avro schema of an id, and the same for ever", async () => {
    const { schema_id } = await world.client.getTopic(leads);
    const first = await world.client.getSchema(schema_id);

    expect(first.schema_id).toBe(schema_id);
    expect(JSON.parse(first.schema_json)).toMatchObject({ name: "LeadChangeEvent" });
    expect((await world.client.getSchema(schema_id)).schema_json).toBe(first.schema_json);
  });

  test("GetSchema of an unknown id is NOT_FOUND", async () => {
    expect(await refused(world.client.getSchema("unknown"))).toMatchObject({ code: status.NOT_FOUND });
  });

  test("§1.2 Channels: a channel of several objects has no schema of its own", async () => {
    expect((await world.client.getTopic("/data/ChangeEvents")).schema_id).toBe("");
    expect((await world.client.getTopic(routing)).schema_id).toBe("");
  });

  test("§1.2 Channels: a custom object has the topic /data/My_Obj__ChangeEvent", async () => {
    const { schema_id } = await world.client.getTopic("/data/My_Obj__ChangeEvent");

    expect(JSON.parse((await world.client.getSchema(schema_id)).schema_json).name).toBe("My_Obj__ChangeEvent");
  });

  test("Publish and ManagedSubscribe are not served", async () => {
    expect((await refused(world.client.publish())).code).toBe(status.UNIMPLEMENTED);
    expect((await world.client.managedSubscribe().ended()).code).toBe(status.UNIMPLEMENTED);
  });
});

describe("salesforce.md §1.3 no access, unknown topic", () => {
  test.each([
    ["an unknown object", "/data/NothingChangeEvent", status.NOT_FOUND],
    ["an unknown channel", "/data/Nothing__chn", status.NOT_FOUND],
    ["§1.2 another case", "/data/leadChangeEvent", status.NOT_FOUND],
    ["a custom object by its API name", "/data/My_Obj__cChangeEvent", status.NOT_FOUND],
    ["a name that is none", "LeadChangeEvent", status.INVALID_ARGUMENT],
    ["no name", "", status.INVALID_ARGUMENT],
  ])("%s", async (_what, topic, expected) => {
    expect((await refused(world.client.getTopic(topic))).code).toBe(expected);
    expect((await (await world.subscribe({ topic_name: topic })).ended()).code).toBe(expected);
  });

  test("the topic of an object without View All Records is PERMISSION_DENIED", async () => {
    world.hidden.objects.add("Lead");

    expect((await refused(world.client.getTopic(leads))).code).toBe(status.PERMISSION_DENIED);
    expect(await (await world.subscribe({ topic_name: leads })).ended()).toMatchObject({
      code: status.PERMISSION_DENIED,
      errorCode: code("subscription.topic.cannot.subscribe"),
    });
  });
});

describe("salesforce.md §1.3 Rules, the first request", () => {
  test("another topic in a later request is INVALID_ARGUMENT and ends the stream", async () => {
    const stream = await world.subscribe({ topic_name: leads });
    stream.request({ topic_name: routing, num_requested: 1 });

    expect(await stream.ended()).toMatchObject({
      code: status.INVALID_ARGUMENT,
      errorCode: code("subscription.fetch.topic.mismatch"),
    });
  });

  test("a later request may leave the topic out, and its replay position counts for nothing", async () => {
    append(3);
    const stream = await world.subscribe({ replay_preset: "EARLIEST", num_requested: 1 });
    stream.request({ replay_preset: "EARLIEST", num_requested: 2 });
    await stream.received(3);

    expect(new Set(ids(stream.events)).size).toBe(3);
  });

  test("LATEST begins with what comes next, EARLIEST with the oldest that is kept", async () => {
    append(2);
    const latest = await world.subscribe({ replay_preset: "LATEST" });
    const earliest = await world.subscribe({ replay_preset: "EARLIEST" });
    append(1);
    await latest.received(1);
    await earliest.received(3);

    expect(ids(latest.events)).toEqual(ids(earliest.events).slice(2));
  });

  test("without a preset it is LATEST", async () => {
    append(1);
    const stream = await world.subscribe();
    append(1);
    await stream.received(1);

    expect(stream.events).toHaveLength(1);
  });

  test("CUSTOM goes on after the event of the replay id", async () => {
    append(3);
    const first = await world.subscribe({ replay_preset: "EARLIEST" });
    await first.received(3);
    const again = await world.subscribe({ replay_preset: "CUSTOM", replay_id: replayIdOf(first.events[0]) });
    await again.received(2);

    expect(ids(again.events)).toEqual(ids(first.events).slice(1));
  });
});

describe("salesforce.md §1.3 Rules, flow control", () => {
  test("§8.20: never more than was asked for, and pending_num_requested counts down to 0", async () => {
    const stream = await world.subscribe({ num_requested: 3 });
    append(5);
    await stream.received(3);
    await world.client.getTopic(leads);

    expect(stream.responses.map((response) => response.pending_num_requested)).toEqual([2, 1, 0]);
  });

  test("requests accumulate", async () => {
    const stream = await world.subscribe({ num_requested: 2 });
    stream.request({ num_requested: 3 });
    await world.client.getTopic(leads);
    append(9);
    await stream.received(5);
    await world.client.getTopic(leads);

    expect(stream.events).toHaveLength(5);
  });

  test("what waited is sent once more is asked for", async () => {
    const stream = await world.subscribe({ num_requested: 1 });
    append(2);
    await stream.received(1);
    stream.request({ num_requested: 1 });
    await stream.received(2);

    expect(stream.responses.at(-1)?.pending_num_requested).toBe(0);
  });

  test.each([
    ["more than 100 at once", [250]],
    ["more than 100 together", [60, 60]],
  ])("100 are outstanding at most: %s count as 100", async (_what, [first = 0, ...more]) => {
    const stream = await world.subscribe({ num_requested: first });
    for (const num_requested of more) stream.request({ num_requested });
    await world.client.getTopic(leads);
    appendTogether(130);
    await stream.received(100);
    await world.client.getTopic(leads);

    expect(stream.events).toHaveLength(100);
    expect(stream.responses.at(-1)?.pending_num_requested).toBe(0);
  });

  test("§8.20: one batch has many events", async () => {
    const stream = await world.subscribe();
    appendTogether(80);
    await stream.received(80);

    expect(stream.responses.map(({ events }) => events.length)).toEqual([80]);
    expect(stream.responses[0]?.latest_replay_id).toEqual(stream.events.at(-1)?.replay_id);
  });

  test("a batch of large events is split before a client's default of 4 MB", async () => {
    const stream = await world.subscribe();
    const row = aRow({ Company: "x".repeat(200_000) });
    world.bus.append(Array.from({ length: 40 }, () => aChange({ changeType: "CREATE", row })));
    await stream.received(40);

    expect(stream.responses.length).toBeGreaterThan(1);
  });

  test.each([0, -1])("%d requested is INVALID_ARGUMENT", async (num_requested) => {
    expect(await (await world.subscribe({ num_requested })).ended()).toMatchObject({
      code: status.INVALID_ARGUMENT,
      errorCode: code("subscription.fetch.requested.events.invalid"),
    });
  });
});

describe("salesforce.md §1.3 Rules, keepalive and idle close", () => {
  test("within 270 s without events an empty answer comes, and so on", async () => {
    const stream = await world.subscribe({ num_requested: 7 });
    world.clock.advance(270_000);
    await stream.responded(1);
    world.clock.advance(270_000);
    await stream.responded(2);

    expect(stream.responses).toHaveLength(2);
    expect(stream.responses[1]).toMatchObject({ events: [], pending_num_requested: 7 });
  });

  test("its latest_replay_id is a place to go on from, also when the org has been quiet for longer than 72 h", async () => {
    append(1);
    const stream = await world.subscribe();
    world.clock.advance(100 * hourMs);
    await eventually(() => stream.responses.length > 1_000);
    stream.cancel();
    append(1);
    const again = await world.subscribe({
      replay_preset: "CUSTOM",
      replay_id: stream.responses.at(-1)?.latest_replay_id ?? Buffer.alloc(0),
    });
    await again.received(1);

    expect(again.events).toHaveLength(1);
  });

  test("events put the keepalive off", async () => {
    const stream = await world.subscribe();
    world.clock.advance(200_000);
    append(1);
    world.clock.advance(200_000);
    await stream.received(1);
    await world.client.getTopic(leads);

    expect(stream.responses).toHaveLength(1);
  });

  test("a stream without outstanding requests is closed after a short idle time", async () => {
    const stream = await world.subscribe({ num_requested: 1 });
    append(1);
    await stream.received(1);
    world.clock.advance(59_000);
    await world.client.getTopic(leads);
    expect(stream.isOpen).toBe(true);
    world.clock.advance(1_000);

    expect((await stream.ended()).details).toMatch(rpcIdAtTheEnd);
  });

  test("asking for one more keeps it open", async () => {
    const stream = await world.subscribe({ num_requested: 1 });
    append(1);
    await stream.received(1);
    stream.request({ num_requested: 1 });
    await world.client.getTopic(leads);
    world.clock.advance(120_000);
    await world.client.getTopic(leads);

    expect(stream.isOpen).toBe(true);
  });

  test("a stream that never asked for anything is closed too", async () => {
    const stream = world.client.subscribe();
    await world.client.getTopic(leads);
    world.clock.advance(60_000);

    expect((await stream.ended()).code).not.toBe(status.OK);
  });
});

describe("salesforce.md §1.3 Rules, replay ids", () => {
  const corrupted = { code: status.INVALID_ARGUMENT, errorCode: code("subscription.fetch.replayid.corrupted") };
  const invalid = { code: status.INVALID_ARGUMENT, errorCode: code("subscription.fetch.replayid.validation.failed") };

  const goOnFrom = async (replay_id: Buffer) => world.subscribe({ replay_preset: "CUSTOM", replay_id });
  const oneReplayId = async () => {
    const stream = await world.subscribe();
    append(1);
    await stream.received(1);
    stream.cancel();
    return replayIdOf(stream.events[0]);
  };

  test("§8.20: they are not contiguous, as bytes or as numbers, nor do they rise", async () => {
    append(30);
    const stream = await world.subscribe({ replay_preset: "EARLIEST" });
    await stream.received(30);
    const numbers = stream.events.map(({ replay_id }) => BigInt(`0x${replay_id.toString("hex")}`));
    const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0n));

    expect(new Set(numbers).size).toBe(30);
    expect(steps.some((step) => step < 0n)).toBe(true);
    expect(steps).not.toContain(1n);
  });

  test("an event has the same one on every stream", async () => {
    const id = await oneReplayId();
    const stream = await world.subscribe({ replay_preset: "EARLIEST" });
    await stream.received(1);

    expect(stream.events[0]?.replay_id).toEqual(id);
  });

  test("§8.20: bytes that are none are corrupted", async () => {
    const id = await oneReplayId();
    id[3] = (id[3] ?? 0) ^ 1;

    expect(await (await goOnFrom(id)).ended()).toMatchObject(corrupted);
    expect(await (await goOnFrom(Buffer.from([0, 0, 1]))).ended()).toMatchObject(corrupted);
  });

  test("another org's is corrupted: ids do not survive a migration", async () => {
    const other = createEventBus({
      clock: world.clock,
      orgId: "00D000000000002EAA",
      random: () => 0,
      objectNamed: () => null,
      channels: () => world.channels,
    });
    const reader = other.open(other.topic(routing, "x"), "x", "LATEST");

    expect(await (await goOnFrom(other.replayIdAt(reader))).ended()).toMatchObject(corrupted);
  });

  test("§8.20: events are kept for 72 h, and an older replay id is corrupted", async () => {
    const id = await oneReplayId();
    world.clock.advance(72 * hourMs - 1);
    append(1);
    const inTime = await goOnFrom(id);
    await inTime.received(1);
    world.clock.advance(1);

    expect(await (await goOnFrom(id)).ended()).toMatchObject(corrupted);
  });

  test("EARLIEST gives nothing older than 72 h", async () => {
    append(1);
    world.clock.advance(72 * hourMs);
    append(1);
    const stream = await world.subscribe({ replay_preset: "EARLIEST" });
    await stream.received(1);
    await world.client.getTopic(leads);

    expect(stream.events).toHaveLength(1);
  });

  test("when the bus has lost its events, replay ids of before are corrupted and those of open streams are not", async () => {
    const id = await oneReplayId();
    const open = await world.subscribe();
    world.bus.loseEvents();
    world.clock.advance(270_000);
    await open.responded(1);
    const after = await goOnFrom(open.responses[0]?.latest_replay_id ?? Buffer.alloc(0));
    append(1);
    await after.received(1);

    expect(await (await goOnFrom(id)).ended()).toMatchObject(corrupted);
  });

  test("CUSTOM without a replay id is not valid", async () => {
    expect(await (await goOnFrom(Buffer.alloc(0))).ended()).toMatchObject(invalid);
  });

  test.each([
    ["corrupted" as const, corrupted],
    ["validation.failed" as const, invalid],
  ])("a good one can be refused as %s", async (refuse, expected) => {
    const id = await oneReplayId();
    world.bus.switches.refuseReplayIds = refuse;

    expect(await (await goOnFrom(id)).ended()).toMatchObject(expected);
  });

  test("§8.20: duplicates after a reconnect have the same event UUID", async () => {
    append(4);
    const first = await world.subscribe({ replay_preset: "EARLIEST" });
    await first.received(4);
    world.bus.switches.duplicatesAfterReconnect = 2;
    const again = await goOnFrom(replayIdOf(first.events[2]));
    await again.received(3);

    expect(ids(again.events)).toEqual(ids(first.events).slice(1));
    expect(ids(again.events)[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe("salesforce.md §1.3 errors", () => {
  test('the message ends with "rpcId: …", and that is the rpc_id of the stream\'s answers', async () => {
    const stream = await world.subscribe();
    append(1);
    await stream.received(1);
    world.bus.closeStreams();
    const { details } = await stream.ended();

    expect(details).toMatch(rpcIdAtTheEnd);
    expect(details).toContain(`rpcId: ${stream.responses[0]?.rpc_id}`);
  });

  test("of a unary call too", async () => {
    expect((await refused(world.client.getTopic("/data/Nothing__chn"))).details).toMatch(rpcIdAtTheEnd);
  });

  test("§8.20: the server closes open streams as UNAVAILABLE, and takes new ones", async () => {
    const streams = [await world.subscribe(), await world.subscribe({ topic_name: leads })];
    world.bus.closeStreams();
    const ends = await Promise.all(streams.map((stream) => stream.ended()));
    const next = await world.subscribe();
    append(1);
    await next.received(1);

    expect(ends.map((end) => end.code)).toEqual([status.UNAVAILABLE, status.UNAVAILABLE]);
    expect(ends[0]?.errorCode).toBe(code("service.unavailable"));
  });

  test("§8.20: random closing strikes after events, which the client has got", async () => {
    world.bus.switches.closeChance = 0.2;
    const stream = await world.subscribe();
    append(60);
    const { code: ended } = await stream.ended();

    expect(ended).toBe(status.UNAVAILABLE);
    expect(stream.events.length).toBeGreaterThan(0);
    expect(stream.events.length).toBeLessThan(60);
  });

  test.each<[string, (stream: Stream) => void]>([
    ["ends its half of the stream", (stream) => stream.end()],
    ["goes away", (stream) => stream.cancel()],
  ])("a client that %s leaves nothing behind: no delivery, no timer", async (_what, leave) => {
    const stream = await world.subscribe();
    expect(world.timers()).toBe(1);
    leave(stream);
    await stream.ended();
    await eventually(() => world.timers() === 0);
    append(1);

    expect(world.bus.delivered()).toBe(0);
  });

  test("neither does a stream that the server closed", async () => {
    const stream = await world.subscribe();
    world.bus.closeStreams();

    expect(world.timers()).toBe(0);
    expect((await stream.ended()).code).toBe(status.UNAVAILABLE);
  });
});

describe("salesforce.md §1.2 allocation of delivered events", () => {
  test("§8.20: two subscribers use it twice", async () => {
    const first = await world.subscribe();
    const second = await world.subscribe();
    append(3);
    await first.received(3);
    await second.received(3);

    expect(world.bus.delivered()).toBe(6);
  });

  test("§8.20: when it is used up the stream ends with RESOURCE_EXHAUSTED, after what was left", async () => {
    world.bus.switches.deliveriesPerDay = 2;
    const stream = await world.subscribe();
    appendTogether(5);

    expect(await stream.ended()).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      errorCode: code("subscription.limit.exceeded"),
    });
    expect(stream.events).toHaveLength(2);
  });

  test("a new stream is refused as well, until 24 h have passed; what was not delivered is still there", async () => {
    world.bus.switches.deliveriesPerDay = 2;
    const stream = await world.subscribe();
    appendTogether(4);
    await stream.ended();
    const goOn = () => world.subscribe({ replay_preset: "CUSTOM", replay_id: replayIdOf(stream.events[1]) });
    world.clock.advance(24 * hourMs - 1);
    expect((await (await goOn()).ended()).code).toBe(status.RESOURCE_EXHAUSTED);
    expect((await (await world.subscribe()).ended()).code).toBe(status.RESOURCE_EXHAUSTED);
    world.clock.advance(1);
    const next = await goOn();
    await next.received(2);

    expect(next.events).toHaveLength(2);
  });

  test("keepalives and withheld events do not use it", async () => {
    const stream = await world.subscribe();
    world.hidden.objects.add("Lead");
    append(2);
    world.clock.advance(270_000);
    await stream.responded(1);

    expect(world.bus.delivered()).toBe(0);
  });
});

test("stopping is quick with streams open, their clients are told, and no timer is left", async () => {
  const stream = await world.subscribe();
  await world.stop();

  expect((await stream.ended()).code).not.toBe(status.OK);
  await eventually(() => world.timers() === 0);
  world = await startWorld();
});
