import { Agent, request } from "node:http";
import { signV3 } from "../../src/sandbox/hubspot/sign.ts";

/** An answer as the sender saw it; status null: none came. */
export type Answer = { status: number | null; retryAfter: string | null; ms: number; error: string | null };

export type Post = Answer & { ids: readonly string[] };

export type Load = {
  /** Those that were answered, or failed, so far. */
  posts: readonly Post[];
  /** Resolves to all of them when the last was answered. */
  stop(): Promise<readonly Post[]>;
};

export type SignedSender = {
  /** One delivery with one event of each of these contacts, signed as HubSpot signs it. Never rejects. */
  post(ids: readonly string[]): Promise<Answer>;
  /** Posts on so many connections, one after the other on each, until stopped. */
  load(options: { connections: number; eventsPerPost: number; everyMs?: number }): Load;
  close(): void;
};

export type SenderOptions = { url: string; portalId: number; secret: string; firstId?: number };

/**
 * Deliveries of a stage that does not qualify: each is stored, and costs no call to the CRM. A contact's id is used
 * once, so what is stored of a post is known by its ids.
 */
export function createSignedSender({ url, portalId, secret, firstId = 10_000_000 }: SenderOptions): SignedSender {
  const agent = new Agent({ keepAlive: true });
  const target = `${url}/hubspot/webhooks`;
  let lastId = firstId;

  const post: SignedSender["post"] = (ids) => {
    const body = JSON.stringify(ids.map((id) => eventOf(id, portalId)));
    const timestamp = String(Date.now());
    const headers = {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "x-hubspot-signature-v3": signV3({ method: "POST", url: target, body, secret }, timestamp),
      "x-hubspot-request-timestamp": timestamp,
    };
    return send(agent, { target, headers, body });
  };

  return {
    post,
    load({ connections, eventsPerPost, everyMs = 0 }) {
      const posts: Post[] = [];
      let isOver = false;
      const lanes = Array.from({ length: connections }, async () => {
        while (!isOver) {
          const ids = Array.from({ length: eventsPerPost }, () => String(++lastId));
          const answer = await post(ids);
          posts.push({ ...answer, ids });
          // A sender that is refused does not spin.
          const waitMs = isAcknowledged(answer) ? everyMs : Math.max(everyMs, 20);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      });
      return {
        posts,
        async stop() {
          isOver = true;
          await Promise.all(lanes);
          return posts;
        },
      };
    },
    close: () => agent.destroy(),
  };
}

export const isAcknowledged = ({ status }: Answer) => status !== null && status >= 200 && status < 300;

/** The p-th percentile of how long the answers took. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0;
}

function eventOf(contactId: string, portalId: number) {
  return {
    eventId: Number(contactId),
    subscriptionId: 1,
    portalId,
    appId: 54321,
    occurredAt: Date.now(),
    subscriptionType: "object.propertyChange",
    attemptNumber: 0,
    objectTypeId: "0-1",
    objectId: Number(contactId),
    propertyName: "lifecyclestage",
    propertyValue: "lead",
    changeSource: "CRM_UI",
    sourceId: "userId:9100",
  };
}

type Sending = { target: string; headers: Record<string, string>; body: string };

function send(agent: Agent, { target, headers, body }: Sending): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const end = (answer: Omit<Answer, "ms">) => resolve({ ...answer, ms: performance.now() - startedAt });
    const fail = (error: NodeJS.ErrnoException) =>
      end({ status: null, retryAfter: null, error: error.code ?? error.message });
    const sent = request(target, { method: "POST", headers, agent, timeout: 10_000 });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 10 s")));
    sent.on("error", fail);
    sent.on("response", (response) => {
      response.on("error", fail);
      response.on("end", () =>
        end({ status: response.statusCode ?? null, retryAfter: response.headers["retry-after"] ?? null, error: null }),
      );
      response.resume();
    });
    sent.end(body);
  });
}
