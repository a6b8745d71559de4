import { createHmac } from "node:crypto";
import { Agent, type IncomingMessage, request as open } from "node:http";
import { connect } from "node:net";

/** As it goes over the wire: a header may stand twice, and Host may lie. */
export type Request = {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
};

export type Answer = { status: number; code: string | null };

/** Where HubSpot reaches the app under test: a proxy in front of it speaks https. */
export const publicUrl = "https://app.example.com";
export const secret = "test-secret";
/** What the app's clock shows, whenever it is asked. */
export const now = Date.parse("2026-11-20T10:10:00.000Z");

const v3 = "x-hubspot-signature-v3";
const stamp = "x-hubspot-request-timestamp";

export type Signed = { secret: string; method: string; uri: string; body: string | Uint8Array; timestamp: string };

/** HubSpot's own way to sign (hubspot.md §1.7), written a second time: `uri` is decoded already. */
export const sign = ({ secret: key, method, uri, body, timestamp }: Signed): string =>
  createHmac("sha256", key).update(`${method}${uri}`).update(body).update(timestamp).digest("base64");

export type Parts = {
  method?: string;
  target?: string;
  body?: string | Uint8Array;
  /** What was signed in place of what is sent. */
  signed?: Partial<Signed>;
  /** In place of the usual ones, or beside them; null: not sent; several: sent several times. */
  headers?: Readonly<Record<string, string | readonly string[] | null>>;
};

/** A delivery that HubSpot signed, but for the parts that are given. */
export function delivery(parts: Parts = {}): Request {
  const { method = "POST", target = "/hubspot/webhooks", body = "[]", headers = {} } = parts;
  const timestamp = parts.signed?.timestamp ?? String(now);
  const signed = { secret, method: "POST", uri: `${publicUrl}${target}`, body, timestamp, ...parts.signed };
  const usual = { "content-type": "application/json", [v3]: sign(signed), [stamp]: timestamp };
  return { method, target, headers: flat({ ...usual, ...headers }), body: Buffer.from(body) };
}

/** One change of a lead's stage, as HubSpot reports it (hubspot.md §1.3). */
export const event = (portalId: string, objectId: string | number, more: object = {}) => ({
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: Number(portalId),
  appId: 54321,
  occurredAt: now - 1_000,
  subscriptionType: "object.propertyChange",
  objectTypeId: "0-1",
  attemptNumber: 0,
  objectId,
  propertyName: "lifecyclestage",
  propertyValue: "marketingqualifiedlead",
  changeSource: "AUTOMATION_PLATFORM",
  sourceId: "enrollmentId:1",
  ...more,
});

/** The signature of a request. */
export const signatureOf = ({ headers }: Request): string => headers.find(([name]) => name === v3)?.[1] ?? "";

const flat = (headers: Readonly<Record<string, string | readonly string[] | null>>) =>
  Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((each) => [name, each] as const));

const agent = new Agent({ keepAlive: true });

/** Sends exactly this, and resolves with what came back. A text is put on a socket as it is. */
export const send = (url: string, given: Request | string): Promise<Answer> =>
  typeof given === "string" ? sendRaw(url, given) : sendRequest(url, given);

function sendRequest(url: string, { method, target, headers, body }: Request): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const host = headers.some(([name]) => name === "host") ? [] : (["host", `${hostname}:${port}`] as const);
  const length = ["content-length", String(body.length)] as const;
  return new Promise((resolve, reject) => {
    const sent = open(
      { hostname, port, method, path: target, headers: [...host, ...headers.flat(), ...length], agent },
      (response) => resolve(answerOf(response)),
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, code: codeIn(Buffer.concat(chunks).toString()) };
}

/** The code of the one shape that errors have; null for an empty body, and for what is acknowledged in XML. */
function codeIn(text: string): string | null {
  if (text === "" || text.startsWith("<")) return null;
  const { error }: { error: { code: string } } = JSON.parse(text);
  return error.code;
}

/** Nothing is sent after `bytes`, and this end stays open until the other one has answered. */
function sendRaw(url: string, bytes: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (answer.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve({ status: Number(answer.split(" ")[1]), code: null }));
    socket.on("error", reject);
  });
}

/** The bytes of a request whose framing is these lines, and whose body is whatever it is. */
export function wire({ method, target, headers }: Request, framing: readonly string[], body: string): string {
  const lines = ["Host: app.example.com", ...headers.map(([name, value]) => `${name}: ${value}`), ...framing];
  return `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}
