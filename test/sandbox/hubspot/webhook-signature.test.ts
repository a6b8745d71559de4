import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startWebhookWorld, type WebhookWorld } from "./webhook-world.ts";
import { families, startOfTime } from "./world.ts";

describe.each(families)("hubspot.md §9 Webhooks, signatures ($name)", (family) => {
  let world: WebhookWorld;

  beforeEach(async () => {
    world = await startWebhookWorld({ path: "/hooks/%40hubspot?app=1&note=a%20b" });
    world.subscribe({ subscriptionType: "object.creation", objectTypeId: "0-1" });
  });

  afterEach(() => world.stop());

  const deliverOne = async () => {
    await world.createContact(family);
    await world.hubspot.webhooks.idle();
    const [delivery] = world.receiver.deliveries;
    if (!delivery) throw new Error("Nothing was delivered");
    return delivery;
  };
  const v3 = (text: string, timestamp: string) => {
    const url = `${world.receiver.url.replace("%40", "@")}`;
    return createHmac("sha256", "secret").update(`POST${url}${text}${timestamp}`).digest("base64");
  };

  test('hubspot.md §9 Webhooks: "Sign v3 (+ v1 header) with real URI incl. query"', async () => {
    const { headers, text } = await deliverOne();

    expect(headers["x-hubspot-request-timestamp"]).toBe(String(startOfTime));
    expect(headers["x-hubspot-signature-v3"]).toBe(v3(text, String(startOfTime)));
    expect(headers["x-hubspot-signature-version"]).toBe("v1");
    expect(headers["x-hubspot-signature"]).toBe(createHash("sha256").update(`secret${text}`).digest("hex"));
    expect(headers["content-type"]).toBe("application/json");
  });

  test('hubspot.md §9 Webhooks: "option to send stale/wrong/missing signatures": stale', async () => {
    world.hubspot.webhooks.settings.signature = "stale";
    const { headers, text } = await deliverOne();

    const timestamp = String(headers["x-hubspot-request-timestamp"]);
    expect(startOfTime - Number(timestamp)).toBeGreaterThan(300_000);
    expect(headers["x-hubspot-signature-v3"]).toBe(v3(text, timestamp));
  });

  test('hubspot.md §9 Webhooks: "option to send stale/wrong/missing signatures": wrong', async () => {
    world.hubspot.webhooks.settings.signature = "wrong";
    const { headers, text } = await deliverOne();

    expect(headers["x-hubspot-signature-v3"]).toHaveLength(44);
    expect(headers["x-hubspot-signature-v3"]).not.toBe(v3(text, String(startOfTime)));
  });

  test.each([
    ["missing", []],
    ["v1-only", ["x-hubspot-signature", "x-hubspot-signature-version"]],
  ] as const)('hubspot.md §9 Webhooks: "option to send stale/wrong/missing signatures": %s', async (signature, sent) => {
    world.hubspot.webhooks.settings.signature = signature;
    const { headers } = await deliverOne();

    expect(Object.keys(headers).filter((name) => name.startsWith("x-hubspot"))).toEqual(sent);
  });

  test("hubspot.md §1.7 timestamp: a receiver in real time can be served from a moved clock", async () => {
    world.hubspot.webhooks.settings.signatureClock = "wall";
    const { headers, text } = await deliverOne();

    const timestamp = String(headers["x-hubspot-request-timestamp"]);
    expect(Math.abs(Number(timestamp) - Date.now())).toBeLessThan(60_000);
    expect(headers["x-hubspot-signature-v3"]).toBe(v3(text, timestamp));
  });
});
