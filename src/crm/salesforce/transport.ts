import { PassThrough } from "node:stream";
import type { Connection } from "jsforce";
import { Agent, type Dispatcher, request as send } from "undici";
import type { Access } from "../crm.ts";
import { type Answer, type Sent, surprise, unanswered } from "./errors.ts";
import { apiVersion, clientName } from "./settings.ts";
import { callSoap, type SoapCall } from "./soap.ts";

/** One request of REST. `path` is below "/services/data/v66.0", or begins with "/services/". A body that is a text is sent as it is. `soap`: of the Partner API. */
export type Request = Sent & {
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  soap?: SoapCall;
  /** With this status too the answer may be one of the wanted shape: of several things some failed, and each says so. */
  partlyFailedAs?: number;
};

/** Gives Salesforce's answer, whatever its status. Throws CrmError when there is none or it is cut off. */
export type Transport = (request: Request, access: Access) => Promise<Answer>;

/** How long a connection and an answer may take. */
export type Deadlines = { connectMs: number; answerMs: number };

const defaults: Deadlines = { connectMs: 5_000, answerMs: 30_000 };

/** What jsforce hands over to be sent. */
type Outgoing = { method: string; url: string; headers?: Record<string, string>; body?: unknown };

/**
 * Requests through jsforce, one Connection an org. It knows where to send, by whose leave and with which headers; what it
 * would do besides is done here: it tries reads again six times, waits half an hour, follows redirects with the token, and
 * its errors have no status (salesforce.md §3.3). It is given no refresh function, as its refresh has no end (§2.4).
 */
export function createTransport(dispatcher: Dispatcher): Transport {
  const connections = new Map<string, Connection>();

  function connectionTo(instanceUrl: string, { Connection }: Jsforce): Connection {
    const callOptions = { client: clientName };
    const connection =
      connections.get(instanceUrl) ?? new Connection({ instanceUrl, version: apiVersion, callOptions });
    connections.set(instanceUrl, connection);
    return connection;
  }

  return async (request, { token, instanceUrl }) => {
    if (instanceUrl === null) throw new Error("A Salesforce org is called without its instance URL.");
    if (request.soap !== undefined)
      return callSoap(request.soap, { token, instanceUrl }, (outgoing) => deliver(outgoing, request, dispatcher));
    const jsforce = await loadJsforce();
    const connection = connectionTo(instanceUrl, jsforce);
    connection.accessToken = token;
    const seen: { answer: Answer | null } = { answer: null };
    const httpRequest = (outgoing: Outgoing) =>
      jsforce.StreamPromise.create(() => ({
        stream: new PassThrough().end(),
        promise: deliver(outgoing, request, dispatcher).then((answer) => {
          seen.answer = answer;
          return { statusCode: answer.status, headers: answer.headers, body: answer.text };
        }),
      }));
    try {
      await connection.request(toOutgoing(request), { transport: { httpRequest } });
    } catch (error) {
      // jsforce throws whatever was refused; who reads the answer knows more of it.
      if (seen.answer === null) throw error;
    }
    if (seen.answer === null) throw surprise(request, 0);
    return seen.answer;
  };
}

type Jsforce = Awaited<ReturnType<typeof importJsforce>>;

let loaded: Promise<Jsforce> | null = null;

/** It takes half a second to load, which no process should wait for that speaks with no org. */
function loadJsforce(): Promise<Jsforce> {
  loaded ??= importJsforce();
  return loaded;
}

async function importJsforce() {
  const [{ Connection }, { StreamPromise }] = await Promise.all([
    import("jsforce"),
    import("jsforce/lib/util/promise.js"),
  ]);
  return { Connection, StreamPromise };
}

/** Connections to Salesforce, with deadlines. */
export function createDispatcher({ connectMs, answerMs }: Deadlines = defaults): Dispatcher {
  return new Agent({ connect: { timeout: connectMs }, headersTimeout: answerMs, bodyTimeout: answerMs });
}

function toOutgoing({ method, path, body, headers = {} }: Request): Parameters<Connection["request"]>[0] {
  return {
    method: method as "GET" | "POST" | "PATCH" | "DELETE",
    url: path,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
}

/** Sends it once, and reads the answer to its end. Redirects are answers like others. */
export async function deliver(
  { method, url, headers = {}, body }: Outgoing,
  sent: Sent,
  dispatcher: Dispatcher,
): Promise<Answer & { text: string }> {
  const {
    statusCode: status,
    headers: given,
    body: answered,
  } = await send(url, {
    ...{ method: method as Dispatcher.HttpMethod, headers, dispatcher },
    ...(typeof body === "string" ? { body } : {}),
  }).catch((error: unknown) => {
    throw unanswered(sent, error, { hasLeft: !isUnsent(error) });
  });
  try {
    const text = await answered.text();
    return { status, headers: toTexts(given), body: parseBody(text), text };
  } catch (error) {
    throw surprise(sent, status, error);
  }
}

const unsent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** There was no connection that it could have gone over. */
const isUnsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && unsent.has(String(error.code));

const toTexts = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? "")]));

/** Undefined for what is no JSON: who wants an answer of some shape finds that it has none. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
