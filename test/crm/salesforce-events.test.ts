import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { OpenFeed } from "../../src/crm/crm.ts";
import { namesIn } from "../../src/crm/salesforce/events/bitmap.ts";
import { type Batch, type From, openStream, type StreamOptions } from "../../src/crm/salesforce/events/subscribe.ts";
import { toEvents } from "../../src/crm/salesforce/events/to-events.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { convertLead } from "../../src/sandbox/salesforce/convert-lead.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, deleteRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { eventually } from "../eventually.ts";
import { conversionOf, type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
let streams: OpenFeed[];
beforeEach(async () => {
  world = await startSalesforceWorld();
  streams = [];
});
afterEach(async () => {
  for (const stream of streams) stream.stop();
  await world.stop();
});

type Told = { stream: OpenFeed; batches: Batch[]; replayId: () => string };

const topic = "/data/Baton_Lead_Routing__chn";

/** Behind all that happened so far. */
function here(): From {
  const { bus } = world.org;
  const reader = bus.open(bus.topic(topic, world.ownUserId), world.ownUserId, "LATEST");
  return { after: bus.replayIdAt(reader).toString("base64") };
}

/** `store`: what is done with each batch before the next is asked for. */
function listen(
  given: Partial<StreamOptions> = {},
  store: (batch: Batch) => Promise<void> = async () => undefined,
): Told {
  const { sandbox, org, ownUserId } = world;
  const { token } = sandbox.sessions.issue({ orgId: org.id, userId: ownUserId, clientId: "baton", scopes: ["api"] });
  const batches: Batch[] = [];
  const stream = openStream({
    ...{ url: sandbox.pubSubUrl, orgId: org.id, topic, from: given.from ?? here() },
    access: { token, instanceUrl: sandbox.url },
    async onBatch(batch) {
      batches.push(batch);
      await store(batch);
    },
    setTimer: (ms, run) => sandbox.clock.at(sandbox.clock.now() + ms, run),
    ...given,
  });
  streams.push(stream);
  return { stream, batches, replayId: () => batches.at(-1)?.replayId ?? "" };
}

const changesOf = ({ batches }: Told) => batches.flatMap(({ changes }) => changes);
const eventsOf = (told: Told) => changesOf(told).flatMap((change) => toEvents(world.org.id, change).events);

const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const lead = () => tableOf(world.org, "Lead").object;
const create = (row: Row = {}) =>
  asAda((writing) =>
    createRecord(writing, lead(), { LastName: "Berg", Company: "One", OwnerId: world.queueId, ...row }),
  );
const change = (id: string, row: Row) => asAda((writing) => updateRecord(writing, lead(), id, row));

describe("a stream", () => {
  test("tells what happened to leads, with the values of stage and owner", async () => {
    const told = listen();
    const id = create();
    change(id, { Status: "MQL" });
    change(id, { OwnerId: world.reps[1], FirstName: "Jana" });
    change(id, { Rating: "Hot" });
    asAda((writing) => deleteRecord(writing, lead(), id));

    await eventually(() => changesOf(told).length === 5);
    expect(eventsOf(told).map(({ subjectId, change: meaning }) => [subjectId, meaning])).toEqual([
      [id, { kind: "lead-created" }],
      [id, { kind: "lead-changed", field: "stage", value: "Open - Not Contacted" }],
      [id, { kind: "lead-changed", field: "stage", value: "MQL" }],
      [id, { kind: "lead-changed", field: "owner", value: world.reps[1] }],
      [id, { kind: "unused" }],
      [id, { kind: "lead-deleted" }],
    ]);
    expect(changesOf(told)[2]?.changed).toContain("Name.FirstName");
  });

  test("tells a conversion as one change of the lead, and nothing of what was made of it", async () => {
    const id = create();
    const told = listen();
    const { contactId } = asAda((writing) => convertLead(writing, conversionOf(id, { ownerId: world.reps[0] })));

    await eventually(() => changesOf(told).length === 2);
    expect(eventsOf(told).map(({ subjectId, change: meaning }) => [subjectId, meaning])).toEqual([
      [contactId, { kind: "unused" }],
      [id, { kind: "lead-converted", into: contactId }],
    ]);
  });

  test("knows our own changes by what we call ourselves", async () => {
    const id = create();
    const told = listen();

    await world.client.updateLeads([{ key: "k", leadId: id, ownerId: world.reps[0] }], sync);

    await eventually(() => eventsOf(told).length === 1);
    expect(eventsOf(told)[0]).toMatchObject({ byThisApp: true, change: { field: "owner" } });
  });

  test("goes on behind what was stored, and each event has the same key at each delivery", async () => {
    const first = listen();
    const id = create();
    await eventually(() => changesOf(first).length === 1);
    first.stream.stop();
    change(id, { Status: "MQL" });
    world.org.bus.switches.duplicatesAfterReconnect = 1;

    const second = listen({ from: { after: first.replayId() } });

    await eventually(() => changesOf(second).length === 2);
    expect(eventsOf(second)[0]?.key).toBe(eventsOf(first)[0]?.key);
    expect(eventsOf(second).at(-1)?.change).toEqual({ kind: "lead-changed", field: "stage", value: "MQL" });
  });

  test("asks for no more while what came is not stored", async () => {
    const stored = Promise.withResolvers<void>();
    const told = listen({}, () => stored.promise);
    for (let count = 0; count < 130; count += 1) create();

    await eventually(() => told.batches.length > 0 && world.org.bus.delivered() >= 100);
    expect([told.batches.length, world.org.bus.delivered()]).toEqual([1, 100]);
    stored.resolve();
    await eventually(() => changesOf(told).length === 130);
  });

  test("what could not be stored ends it, to be read again from where it was safe", async () => {
    const told = listen({}, () => Promise.reject(new Error("the database is away")));
    create();

    expect(await told.stream.ended).toEqual({
      why: "cut",
      because: "A change was not stored: Error: the database is away",
    });
  });

  test("nothing is stored after what could not be, nor after it was stopped: the place to go on from stays", async () => {
    const stored: string[] = [];
    const told = listen({}, async ({ replayId }) => {
      stored.push(replayId);
      if (stored.length === 1) throw new Error("the database is away");
    });
    for (let count = 0; count < 5; count += 1) {
      create();
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(await told.stream.ended).toMatchObject({ why: "cut" });
    expect(stored).toHaveLength(1);
  });

  test("one that is stopped ends when what it was storing is stored", async () => {
    const letGo = Promise.withResolvers<void>();
    const told = listen({}, () => letGo.promise);
    create();
    await eventually(() => told.batches.length > 0);
    let hasEnded = false;
    void told.stream.ended.then(() => {
      hasEnded = true;
    });
    told.stream.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded).toBe(false);
    letGo.resolve();

    expect(await told.stream.ended).toMatchObject({ why: "stopped" });
  });

  test("one that says nothing for five minutes is dead", async () => {
    const timers: { ms: number; run(): void }[] = [];
    const setTimer = (ms: number, run: () => void) => {
      timers.push({ ms, run });
      return () => undefined;
    };
    const told = listen({ setTimer });
    expect(timers.map(({ ms }) => ms)).toEqual([300_000]);
    timers[0]?.run();

    expect(await told.stream.ended).toEqual({ why: "cut", because: "Nothing came for five minutes." });
  });

  test("a sign of life tells where to go on from", async () => {
    const told = listen();

    await eventually(() => {
      world.sandbox.clock.advance(1_000);
      return told.batches.length > 0;
    });
    expect(told.batches[0]).toMatchObject({ changes: [], replayId: expect.stringMatching(/./) });
  });
});

describe("it ends and says why", () => {
  test("a replay id that the service does not know any more is lost", async () => {
    const told = listen();
    create();
    await eventually(() => changesOf(told).length === 1);
    world.org.bus.loseEvents();

    const again = listen({ from: { after: told.replayId() } });

    expect(await again.stream.ended).toMatchObject({ why: "lost" });
  });

  test("a token that is over is renewed by whoever opened it", async () => {
    const told = listen({ access: { token: "00D!over", instanceUrl: world.sandbox.url } });

    expect(await told.stream.ended).toMatchObject({ why: "unauthorized" });
  });

  test("a topic that is not there is a person's affair", async () => {
    expect(await listen({ topic: "/data/No_Such__chn", from: "now" }).stream.ended).toMatchObject({ why: "denied" });
  });

  test("an allocation that is used up is waited for", async () => {
    const from = here();
    world.org.bus.switches.deliveriesPerDay = 0;

    expect(await listen({ from }).stream.ended).toMatchObject({ why: "spent" });
  });
});

describe("what Salesforce could not tell", () => {
  const event = {
    ...{ eventId: "e", entity: "Lead", changed: [], values: {}, commitAt: 1_000, client: null },
    recordIds: ["00Q000000000001EAA"],
  };

  test("a gap and an overflow are for the CRM itself to be asked about", () => {
    expect(toEvents("org", { ...event, kind: "gap" })).toMatchObject({
      events: [{ subjectId: "00Q000000000001EAA", change: { kind: "unused" } }],
      repair: { entity: "Lead", since: 1_000 },
    });
    expect(toEvents("org", { ...event, kind: "overflow", recordIds: [] })).toEqual({
      events: [],
      repair: { entity: "Lead", since: 1_000 },
    });
    expect(toEvents("org", { ...event, kind: "update", recordIds: ["00Q*"] }).repair).toEqual({
      entity: "Lead",
      since: 1_000,
    });
  });

  test("the bitmap of the reference's example is read, in capitals and in small letters", () => {
    const inner = { type: "record", fields: [{ name: "FirstName", type: "string" }] };
    const schema = {
      fields: ["ChangeEventHeader", "Name", "Status", "OwnerId", "LastModifiedDate"].map((name) => ({
        name,
        type: name === "Name" ? ["null", inner] : ["null", "string"],
      })),
    };
    expect(namesIn(["0x14", "1-0x01"], schema)).toEqual(["Status", "LastModifiedDate", "Name.FirstName"]);
    expect(namesIn(["0x1c"], schema)).toEqual(namesIn(["0x1C"], schema));
    expect(namesIn([], schema)).toEqual([]);
  });
});
