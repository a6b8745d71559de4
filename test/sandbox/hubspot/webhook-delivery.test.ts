import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createRecord } from "../../../src/sandbox/hubspot/records.ts";
import { refuseFirst } from "./receiver.ts";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { families, startOfTime } from "./world.ts";

const hourMs = 3_600_000;

describe.each(families)("hubspot.md §9 Webhooks, delivery ($name)", (family) => {
  let world: WebhookWorld;

  beforeEach(async () => {
    world = await startWebhookWorld();
    world.subscribe({ subscriptionType: "object.creation", objectTypeId: "0-1" });
  });

  afterEach(() => world.stop());

  const createMany = (count: number) =>
    Promise.all(
      Array.from({ length: Math.ceil(count / 100) }, (_, batch) =>
        world.api("POST", family.objects("contacts", "batch/create"), {
          inputs: Array.from({ length: Math.min(100, count - batch * 100) }, () => ({ properties: {} })),
        }),
      ),
    );

  /** Whatever `act` raises becomes ready at one moment. */
  const together = async (act: () => Promise<unknown>) => {
    world.hubspot.webhooks.settings.delayMs = 1_000;
    await act();
    world.hubspot.clock.advance(1_000);
    await world.hubspot.webhooks.idle();
  };

  test('hubspot.md §9 Webhooks: "Batch 1–100": one change is a batch of one', async () => {
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    expect(world.receiver.deliveries.map(({ events }) => events.length)).toEqual([1]);
  });

  test('hubspot.md §9 Webhooks: "Batch 1–100": a burst goes out in batches of at most 100', async () => {
    await together(() => createMany(250));

    expect(world.receiver.deliveries.map(({ events }) => events.length).sort()).toEqual([100, 100, 50]);
  });

  test('hubspot.md §9 Webhooks: "mix types and portals": one batch may hold several of both', async () => {
    world.subscribe(
      { subscriptionType: "object.creation", objectTypeId: "0-1" },
      { subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName: "lifecyclestage" },
    );
    world.hubspot.addPortal({ id: 777 });
    const { accessToken } = world.hubspot.install({ portalId: 777 });
    await together(async () => {
      await world.createContact(family);
      await world.apiAs(accessToken)("POST", family.objects("contacts"), { properties: {} });
    });

    const kinds = world.receiver.deliveries[0]?.events.map((event) => `${event.portalId} ${event.subscriptionType}`);
    expect(kinds?.sort()).toEqual([
      "62515 object.creation",
      "62515 object.propertyChange",
      "777 object.creation",
      "777 object.propertyChange",
    ]);
  });

  test('hubspot.md §9 Webhooks: "`attemptNumber` increments", the rest of the event stays', async () => {
    world.receiver.react = () => 500;
    await world.createContact(family);
    await world.advanceStepwise(5 * 60_000, 60_000);

    const [first, second, third] = world.receiver.events();
    expect([first?.attemptNumber, second?.attemptNumber, third?.attemptNumber]).toEqual([0, 1, 2]);
    expect({ ...third, attemptNumber: 0 }).toEqual(first);
  });

  test('hubspot.md §9 Webhooks: "fresh timestamp per attempt"', async () => {
    world.receiver.react = () => 500;
    await world.createContact(family);
    await world.advanceStepwise(2 * 60_000, 60_000);

    const stamps = world.receiver.deliveries.map(({ headers }) => Number(headers["x-hubspot-request-timestamp"]));
    expect(stamps).toEqual([startOfTime, startOfTime + 2 * 60_000]);
  });

  test.each([
    400,
    401,
    404,
    410,
    429,
    500,
    502,
    503,
    "drop",
  ] as const)('hubspot.md §9 Webhooks: "failure = connect error, > 5 s, any 4xx/5xx": %s is tried again', async (reaction) => {
    world.receiver.react = refuseFirst(reaction);
    await world.createContact(family);
    await world.advanceStepwise(2 * 60_000, 60_000);

    expect(world.receiver.events().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1]);
  });

  test.each([200, 202, 204, 302])("hubspot.md §1.4 delivery: %s is not tried again", async (status) => {
    world.receiver.react = () => status;
    await world.createContact(family);
    await world.advanceStepwise(24 * hourMs, hourMs);

    expect(world.receiver.deliveries).toHaveLength(1);
  });

  test('hubspot.md §9 Webhooks: "failure = connect error": nobody listens', async () => {
    world.app.webhooks.targetUrl = "http://127.0.0.1:1/none";
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    expect(world.hubspot.webhooks.deliveries.list()).toMatchObject([{ status: null, error: "ECONNREFUSED" }]);
    expect(world.hubspot.webhooks.pending()).toEqual({ ready: 0, inFlight: 0, held: 1 });
  });

  test.each([
    "hang",
    "half",
  ] as const)('hubspot.md §9 Webhooks: "> 5 s": a delivery without a full answer (%s) fails after five seconds, not before', async (reaction) => {
    world.hubspot.webhooks.settings.timeoutClock = "sandbox";
    world.receiver.react = () => reaction;
    await world.createContact(family);
    await world.receiver.arrived(1);
    world.hubspot.clock.advance(4_999);
    const before = world.hubspot.webhooks.pending();
    world.hubspot.clock.advance(1);
    await world.hubspot.webhooks.idle();

    expect(before).toEqual({ ready: 0, inFlight: 1, held: 0 });
    expect(world.hubspot.webhooks.deliveries.list()).toMatchObject([{ status: null, error: "timeout" }]);
  });

  test('hubspot.md §9 Webhooks: "> 5 s": the limit runs in real time unless asked otherwise', async () => {
    world.hubspot.webhooks.settings.timeoutMs = 20;
    world.receiver.react = () => "hang";
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    expect(world.hubspot.webhooks.deliveries.list()).toMatchObject([{ status: null, error: "timeout" }]);
  });

  test('hubspot.md §9 Webhooks: "≤ 10 retries on an accelerated clock", all within 24 hours, then the event is lost', async () => {
    world.receiver.react = () => 503;
    await world.createContact(family);
    await world.advanceStepwise(48 * hourMs, 60_000);

    const attempts = world.hubspot.webhooks.deliveries.list();
    expect(attempts).toHaveLength(11);
    expect(attempts.at(-1)?.at).toBeLessThanOrEqual(startOfTime + 24 * hourMs);
    expect(world.hubspot.webhooks.deliveries.losses()).toMatchObject([{ reason: "gave-up" }]);
  });

  test('hubspot.md §9 Webhooks: "duplicates (same eventId)"', async () => {
    world.hubspot.webhooks.settings.duplicates = 1;
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    const [event, copy, ...more] = world.receiver.events();
    expect(copy).toEqual(event);
    expect(more).toEqual([]);
  });

  test("hubspot.md §1.3: one change may be reported twice as two events", async () => {
    Object.assign(world.hubspot.webhooks.settings, { duplicates: 1, duplicatesAsNew: true });
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    const [event, copy] = world.receiver.events();
    expect([copy?.objectId, copy?.occurredAt]).toEqual([event?.objectId, event?.occurredAt]);
    expect(copy?.eventId).not.toBe(event?.eventId);
  });

  test('hubspot.md §9 Webhooks: "equal eventIds for different events"', async () => {
    world.hubspot.webhooks.settings.equalEventIds = true;
    await world.createContact(family);
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    const [first, second] = world.receiver.events();
    expect(second?.eventId).toBe(first?.eventId);
    expect(second?.objectId).not.toBe(first?.objectId);
  });

  test("hubspot.md §1.3 eventId: different events have different ids by default", async () => {
    await createMany(50);
    await world.hubspot.webhooks.idle();

    expect(new Set(world.receiver.events().map(({ eventId }) => eventId)).size).toBe(50);
  });

  test('hubspot.md §9 Webhooks: "shuffled order"', async () => {
    world.hubspot.webhooks.settings.shuffle = true;
    await together(() => createMany(50));

    const ids = world.receiver.events().map(({ eventId }) => eventId);
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(50);
  });

  test('hubspot.md §9 Webhooks: "shuffled order" over a span of time', async () => {
    world.hubspot.webhooks.settings.shuffleWithinMs = 30 * 60_000;
    await createMany(50);
    await world.hubspot.webhooks.idle();
    const atOnce = world.receiver.events().length;
    await world.advanceStepwise(30 * 60_000, 60_000);

    const ids = world.receiver.events().map(({ eventId }) => eventId);
    expect(atOnce).toBeLessThan(10);
    expect(ids).not.toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(50);
  });

  test('hubspot.md §9 Webhooks: "delayed (hours) delivery"', async () => {
    world.hubspot.webhooks.settings.delayMs = 3 * hourMs;
    await world.createContact(family);
    world.hubspot.clock.advance(3 * hourMs - 1);
    await world.hubspot.webhooks.idle();
    const before = world.receiver.events().length;
    world.hubspot.clock.advance(1);
    await world.hubspot.webhooks.idle();

    expect(before).toBe(0);
    expect(world.receiver.events()).toMatchObject([{ occurredAt: startOfTime, attemptNumber: 0 }]);
  });

  test("hubspot.md §1.4 lost events: a dropped event never comes, and is noted", async () => {
    world.hubspot.webhooks.settings.dropProbability = 1;
    const id = await world.createContact(family);
    await world.advanceStepwise(24 * hourMs, hourMs);

    expect(world.receiver.deliveries).toEqual([]);
    expect(world.hubspot.webhooks.deliveries.losses()).toMatchObject([
      { reason: "dropped", event: { objectId: Number(id) } },
    ]);
  });

  test('hubspot.md §9 Webhooks: "concurrency cap (`maxConcurrentRequests`)"', async () => {
    Object.assign(world.hubspot.webhooks.settings, { maxBatch: 1 });
    world.receiver.react = () => "hang";
    await createMany(30);
    await world.receiver.arrived(10);
    const whileHanging = world.hubspot.webhooks.pending();
    world.receiver.react = () => 204;
    world.receiver.release(204);
    await world.hubspot.webhooks.idle();

    expect(whileHanging).toEqual({ ready: 20, inFlight: 10, held: 0 });
    expect(world.receiver.open.most).toBe(10);
    expect(world.receiver.deliveries).toHaveLength(30);
  });

  test('hubspot.md §9 Webhooks: "silence after uninstall"', async () => {
    world.receiver.react = () => 500;
    await world.createContact(family);
    await world.hubspot.webhooks.idle();
    await world.api("DELETE", family.uninstall);
    createRecord(world.portal, "0-1", {}, { source: { type: "CRM_UI", id: "userId:1", userId: 1 }, version: "v3" });
    await world.advanceStepwise(24 * hourMs, hourMs);

    expect(world.receiver.deliveries).toHaveLength(1);
    expect(world.hubspot.webhooks.deliveries.losses()).toMatchObject([{ reason: "uninstalled" }]);
  });

  test("hubspot.md §1.3 changeSource: a share of the events may come without it", async () => {
    world.hubspot.webhooks.settings.withoutSourceProbability = 1;
    await world.createContact(family);
    await world.hubspot.webhooks.idle();

    expect(world.receiver.events()[0]).not.toHaveProperty("changeSource");
    expect(world.receiver.events()[0]).not.toHaveProperty("sourceId");
  });

  test("hubspot.md §1.4 delivery log: every attempt is recorded, and what was acknowledged can be told from it", async () => {
    world.receiver.react = refuseFirst(500);
    const id = await world.createContact(family);
    await world.advanceStepwise(2 * 60_000, 60_000);

    const { deliveries } = world.hubspot.webhooks;
    expect(deliveries.list()).toMatchObject([
      { id: 1, at: startOfTime, url: world.receiver.url, status: 500, error: null, events: [{ objectId: Number(id) }] },
      { id: 2, url: world.receiver.url, status: 204, error: null, events: [{ objectId: Number(id) }] },
    ]);
    expect(deliveries.acknowledged()).toMatchObject([{ objectId: Number(id), attemptNumber: 1 }]);
  });
});
