import { Agent, request } from "node:http";
import { deliveryBody, deliveryHeaders, webhookPath } from "./overload-delivery.ts";
import { type Loaded, type LoadOptions, type LoadQuestion, spreadOf } from "./overload-load.ts";
import { serveParent } from "./workers-child.ts";

serveParent(open);

/** Longer than any vendor waits: what comes later than that has failed. */
const timeoutMs = 10_000;
/** How long after the end what fell due before it may still be sent. */
const lateMs = 5_000;

type Answer = { status: number; retryAfter: string | undefined } | { error: string };
type Sent = { answer: Answer; batch: number; ms: number; fromDueMs: number };

async function open(options: LoadOptions) {
  let lastBatch = 0;

  async function answer(question: LoadQuestion): Promise<Loaded> {
    const agent = new Agent({ keepAlive: true, maxSockets: question.connections });
    const startedAt = performance.now();
    const endAt = startedAt + 1_000 * question.seconds;
    const everyMs = question.perSecond === null ? 0 : 1_000 / question.perSecond;
    const sent: Sent[] = [];
    let arrivals = 0;

    /** One connection: takes the next post that falls due, as soon as its last one is answered. */
    async function sender(): Promise<void> {
      while (true) {
        const dueAt = everyMs === 0 ? performance.now() : startedAt + arrivals * everyMs;
        if (dueAt >= endAt || performance.now() > endAt + lateMs) return;
        arrivals += 1;
        const early = dueAt - performance.now();
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        lastBatch += 1;
        const batch = lastBatch;
        const body = deliveryBody({ batch, events: question.events, portals: options.portals, now: Date.now() });
        const sentAt = performance.now();
        const got = await post(agent, options, body);
        sent.push({ answer: got, batch, ms: performance.now() - sentAt, fromDueMs: performance.now() - dueAt });
      }
    }

    await Promise.all(Array.from({ length: question.connections }, sender));
    // Not from the two instants: their difference may be a hair too long, and count one more than fell due.
    const due = everyMs === 0 ? sent.length : Math.ceil((1_000 * question.seconds) / everyMs);
    const seconds = (performance.now() - startedAt) / 1_000;
    agent.destroy();
    return figuresOf(sent, { seconds, unsent: due - sent.length, events: question.events });
  }

  return { answer, stop: async () => undefined };
}

function figuresOf(sent: readonly Sent[], rest: Pick<Loaded, "seconds" | "unsent" | "events">): Loaded {
  const acknowledged = sent.filter(({ answer }) => nameOf(answer) === "acknowledged");
  const refused = sent.filter(({ answer }) => nameOf(answer) === "refused");
  const wrong: Record<string, number> = {};
  for (const { answer } of sent) {
    const name = nameOf(answer);
    if (name !== "acknowledged" && name !== "refused") wrong[name] = (wrong[name] ?? 0) + 1;
  }
  return {
    ...rest,
    posts: sent.length,
    acknowledged: acknowledged.length,
    refused: refused.length,
    wrong,
    ackMs: spreadOf(acknowledged.map(({ ms }) => ms)),
    refusalMs: spreadOf(refused.map(({ ms }) => ms)),
    ackFromDueMs: spreadOf(acknowledged.map(({ fromDueMs }) => fromDueMs)),
    batches: acknowledged.map(({ batch }) => batch),
  };
}

function nameOf(answer: Answer): string {
  if ("error" in answer) return answer.error;
  if (answer.status >= 200 && answer.status < 300) return "acknowledged";
  if (answer.status === 503) return /^\d+$/.test(answer.retryAfter ?? "") ? "refused" : "503 without Retry-After";
  return String(answer.status);
}

function post(agent: Agent, { url, secret, portals }: LoadOptions, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const target = `${url}${webhookPath}`;
    const headers = deliveryHeaders(target, body, secret);
    const outgoing = request(target, { method: "POST", agent, headers, timeout: timeoutMs }, (response) => {
      response.resume().once("end", () => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"] });
      });
      response.once("close", () => resolve({ error: "broken off" }));
    });
    outgoing.once("timeout", () => {
      resolve({ error: "no answer" });
      outgoing.destroy();
    });
    outgoing.once("error", (error) => {
      const what = "code" in error ? String(error.code) : error.message;
      // Nothing was answered on a connection that had been idle: it was closed meanwhile, and every client tries anew.
      if (outgoing.reusedSocket && what === "ECONNRESET") resolve(post(agent, { url, secret, portals }, body));
      else resolve({ error: what });
    });
    outgoing.end(body);
  });
}
