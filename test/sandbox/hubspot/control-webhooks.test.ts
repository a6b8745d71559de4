import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { refuseFirst } from "./receiver.ts";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { startOfTime } from "./world.ts";

let world: WebhookWorld;

beforeEach(async () => {
  world = await startWebhookWorld({ control: true });
});

afterEach(() => world.stop());

describe("control API: webhooks", () => {
  const createContact = () => world.control("POST", "/portals/62515/records/contacts", { properties: {} });

  test("an app's target and limits are changed", async () => {
    const { status, body } = await world.control("PATCH", "/apps/54321", {
      targetUrl: "http://127.0.0.1:9/other",
      maxConcurrentRequests: 20,
      clientSecret: "other",
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ clientSecret: "other", webhooks: { targetUrl: "http://127.0.0.1:9/other" } });
    expect((await world.control("GET", "/apps")).list("results")).toEqual([body]);
    expect((await world.control("PATCH", "/apps/1", {})).status).toBe(404);
  });

  test("hubspot.md §1.4 maxConcurrentRequests must be more than 5", async () => {
    const reply = await world.control("PATCH", "/apps/54321", { maxConcurrentRequests: 5, targetUrl: "ftp://x" });

    expect([reply.status, reply.text("message")]).toEqual([
      400,
      "`targetUrl` must be an http URL, or empty; `maxConcurrentRequests` must be greater than 5",
    ]);
  });

  test("a subscription is added, switched off and ended", async () => {
    world.subscribe();
    const wanted = { subscriptionType: "object.creation", objectTypeId: "0-1" };
    const { status, body } = await world.control("POST", "/apps/54321/subscriptions", wanted);
    const off = await world.control("PATCH", "/apps/54321/subscriptions/1", { active: false });
    const ended = await world.control("DELETE", "/apps/54321/subscriptions/1");
    const again = await world.control("DELETE", "/apps/54321/subscriptions/1");

    expect([status, body]).toEqual([201, { id: 1, ...wanted, active: true }]);
    expect(off.body).toEqual({ id: 1, ...wanted, active: false });
    expect([ended.status, again.status]).toEqual([204, 404]);
  });

  test.each([
    [{ subscriptionType: "contact.explosion" }, "There is no subscription type contact.explosion"],
    [{ subscriptionType: "object.creation" }, "A generic subscription needs `objectTypeId`"],
    [{ subscriptionType: "contact.creation", objectTypeId: "0-1" }, "A classic subscription has no `objectTypeId`"],
    [{ subscriptionType: "contact.propertyChange" }, "A property change needs `propertyName`"],
    [{ subscriptionType: "contact.creation", propertyName: "city" }, "Only a property change has a `propertyName`"],
    [
      { subscriptionType: "contact.propertyChange", propertyName: "hs_lastmodifieddate" },
      "hs_lastmodifieddate cannot be subscribed to",
    ],
  ])("hubspot.md §1.1 and §1.2 subscriptions: %j is refused", async (subscription, message) => {
    const { status, body } = await world.control("POST", "/apps/54321/subscriptions", subscription);

    expect([status, body]).toEqual([400, { message }]);
  });

  test("hubspot.md §1.1 subscriptions: at most 1,000", async () => {
    world.subscribe(...Array.from({ length: 1_000 }, () => ({ subscriptionType: "contact.creation" })));
    const reply = await world.control("POST", "/apps/54321/subscriptions", { subscriptionType: "contact.merge" });

    expect(reply.status).toBe(400);
    expect(reply.text("message")).toContain("maximum of 1000 subscriptions per application");
  });

  test("how webhooks are sent is changed and set back", async () => {
    const { body } = await world.control("PATCH", "/webhooks/settings", { duplicates: 0.5, signature: "wrong" });
    await world.control("DELETE", "/webhooks/settings");

    expect(body).toMatchObject({ duplicates: 0.5, signature: "wrong", maxBatch: 100 });
    expect((await world.control("GET", "/webhooks/settings")).body).toMatchObject({
      duplicates: 0,
      signature: "valid",
    });
  });

  test("a wrong setting changes nothing", async () => {
    const reply = await world.control("PATCH", "/webhooks/settings", {
      delayMs: 5,
      duplicates: 2,
      mood: "good",
      maxBatch: 101,
    });

    expect([reply.status, reply.text("message")]).toEqual([
      400,
      "`duplicates` must be a number from 0 to 1; There is no `mood`; `maxBatch` must be 1 to 100",
    ]);
    expect(world.hubspot.webhooks.settings.delayMs).toBe(0);
  });

  test("what was delivered, acknowledged and is pending can be read, and forgotten", async () => {
    world.subscribe({ subscriptionType: "object.creation", objectTypeId: "0-1" });
    const contact = await createContact();
    const idle = await world.control("POST", "/webhooks/idle");
    const log = await world.control("GET", "/webhooks/deliveries?since=0&portalId=62515&limit=10");
    const acknowledged = await world.control("GET", "/webhooks/acknowledged");
    const cleared = await world.control("DELETE", "/webhooks/deliveries");

    const event = { objectId: Number(contact.text("id")), key: expect.stringContaining("object.creation") };
    expect(idle.body).toEqual({ ready: 0, inFlight: 0, held: 0 });
    expect(log.list("results")).toMatchObject([
      { id: 1, at: startOfTime, url: world.receiver.url, status: 204, error: null, events: [event] },
    ]);
    expect(acknowledged.list("results")).toMatchObject([event]);
    expect(cleared.status).toBe(204);
    expect((await world.control("GET", "/webhooks/deliveries")).list("results")).toEqual([]);
  });

  test("hubspot.md §1.4 retries: what failed waits until the clock is advanced through the control API", async () => {
    world.subscribe({ subscriptionType: "object.creation", objectTypeId: "0-1" });
    world.receiver.react = refuseFirst(500);
    await createContact();
    await world.control("POST", "/webhooks/idle");
    const pending = await world.control("GET", "/webhooks/pending");
    await world.control("POST", "/clock/advance", { ms: 120_000 });
    await world.control("POST", "/webhooks/idle");

    expect(pending.body).toEqual({ ready: 0, inFlight: 0, held: 1 });
    expect(world.receiver.events().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1]);
  });

  test("events that will never come are listed with the reason", async () => {
    world.subscribe({ subscriptionType: "object.creation", objectTypeId: "0-1" });
    await world.control("PATCH", "/webhooks/settings", { dropProbability: 1 });
    await createContact();

    expect((await world.control("GET", "/webhooks/losses")).list("results")).toMatchObject([{ reason: "dropped" }]);
  });
});
