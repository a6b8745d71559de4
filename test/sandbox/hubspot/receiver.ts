import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { WebhookEvent } from "../../../src/sandbox/hubspot/webhook-events.ts";

/** A delivery as it came over the wire. */
export type Received = {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  events: WebhookEvent[];
};

/** A status, or: never answer, send headers and never the end, cut the connection. */
export type Reaction = number | "hang" | "half" | "drop";

export type Receiver = {
  url: string;
  deliveries: Received[];
  /** Every event of every delivery, in order. */
  events(): WebhookEvent[];
  /** What comes from now on is answered so; default 204. */
  react: (delivery: Received) => Reaction;
  /** Resolves when so many deliveries have arrived in all. */
  arrived(count: number): Promise<void>;
  /** Requests that wait for their answer, and the most that did at one time. */
  open: { now: number; most: number };
  /** Answers all that hang. */
  release(status: number): void;
  stop(): Promise<void>;
};

/** A webhook target on a free port. Stop it in `afterEach`. */
export async function startReceiver(path = "/hubspot/webhooks"): Promise<Receiver> {
  const waiters: { count: number; resolve: () => void }[] = [];
  const hanging = new Set<ServerResponse>();
  const open = { now: 0, most: 0 };
  const server = createServer(async (request, response) => {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.on("close", () => {
      open.now -= 1;
      hanging.delete(response);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const delivery = { path: request.url ?? "", headers: request.headers, text, events: parseEvents(text) };
    const reaction = receiver.react(delivery);
    if (reaction === "hang") hanging.add(response);
    else if (reaction === "half") response.writeHead(200, { "content-length": "10" }).write("half");
    else if (reaction === "drop") response.destroy();
    else response.writeHead(reaction).end();
    receiver.deliveries.push(delivery);
    for (const waiter of waiters) if (receiver.deliveries.length >= waiter.count) waiter.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}${path}`,
    deliveries: [],
    events: () => receiver.deliveries.flatMap((delivery) => delivery.events),
    react: () => 204,
    arrived: (count) =>
      new Promise((resolve) => {
        if (receiver.deliveries.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    open,
    release(status) {
      for (const response of hanging) response.writeHead(status).end();
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}

/** Bends first attempts; later ones are answered with 204. */
export function refuseFirst(reaction: Reaction): Receiver["react"] {
  return ({ events }) => (events[0]?.attemptNumber === 0 ? reaction : 204);
}

function parseEvents(text: string): WebhookEvent[] {
  const events: unknown = JSON.parse(text);
  if (!Array.isArray(events)) throw new Error("A webhook body must be an array");
  return events as WebhookEvent[];
}
