import { Client } from "undici";
import { signV3 } from "../../src/sandbox/hubspot/sign.ts";
import type { WebhookEvent } from "../../src/sandbox/hubspot/webhook-events.ts";

export const portalId = 62515;
export const clientSecret = "secret";
export const eventsPerPost = 100;

const appId = 1_234_567;

export type Post = { body: string; headers: Readonly<Record<string, string>> };

/** As many posts of 100 events, signed now for this address. No two events are the same, whatever `from` on. */
export function signedPosts(url: string, { from, count }: { from: number; count: number }): Post[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify(eventsOf(from + index, now));
    const signature = signV3({ method: "POST", url, body, secret: clientSecret }, String(now));
    return {
      body,
      headers: {
        "content-type": "application/json",
        "x-hubspot-signature-v3": signature,
        "x-hubspot-request-timestamp": String(now),
      },
    };
  });
}

/** Contacts that turn MQL, as HubSpot tells of them. */
export function eventsOf(post: number, now: number): WebhookEvent[] {
  return Array.from({ length: eventsPerPost }, (_, index) => {
    const number = post * eventsPerPost + index;
    return {
      eventId: 3_000_000_000 + number,
      subscriptionId: 4_100_001,
      portalId,
      appId,
      occurredAt: now - (number % 1_000),
      subscriptionType: "object.propertyChange",
      objectTypeId: "0-1",
      attemptNumber: 0,
      objectId: 60_000_000_000 + number,
      changeSource: "AUTOMATION_PLATFORM",
      sourceId: "enrollmentId:1",
      propertyName: "lifecyclestage",
      propertyValue: "marketingqualifiedlead",
    };
  });
}

export type Sent = { seconds: number; ackMs: number[] };

/** Sends all of them, each connection one after the other: no more are under way than there are connections. */
export async function send(url: string, posts: readonly Post[], connections: number): Promise<Sent> {
  const { origin, pathname: path } = new URL(url);
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  const ackMs: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
        const sentAt = performance.now();
        const answer = await client.request({ method: "POST", path, headers: post.headers, body: post.body });
        await answer.body.dump();
        if (answer.statusCode !== 204) throw new Error(`A post was answered ${answer.statusCode}.`);
        ackMs.push(performance.now() - sentAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  return { seconds, ackMs };
}
