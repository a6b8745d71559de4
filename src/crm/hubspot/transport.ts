import { Client } from "@hubspot/api-client";
import { Agent, setGlobalDispatcher } from "undici";
import type { Answer } from "./answers.ts";
import { type Sent, surprise, unanswered } from "./errors.ts";

/** One HTTP request. `form` is sent form-encoded, `body` as JSON. */
export type Request = Sent & {
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  form?: Readonly<Record<string, string>>;
  /** Bearer token; none for the token endpoint. */
  token?: string;
};

/** Gives HubSpot's answer, whatever its status. Throws CrmError when there is none or it is cut off. */
export type Transport = (request: Request) => Promise<Answer>;

/** How long a connection and an answer may take. */
export type Deadlines = { connectMs: number; answerMs: number };

const defaults: Deadlines = { connectMs: 5_000, answerMs: 20_000 };

/**
 * Requests through the official SDK. It has no deadlines and takes none for one request (hubspot.md §3.6), but it sends
 * through the process's fetch: its dispatcher, which this sets, has them. An answer that is late breaks its connection.
 */
export function createTransport(apiUrl: string, { connectMs, answerMs }: Deadlines = defaults): Transport {
  setGlobalDispatcher(
    new Agent({ connect: { timeout: connectMs }, headersTimeout: answerMs, bodyTimeout: answerMs, pipelining: 1 }),
  );
  return async (request) => {
    const response = await send(apiUrl, request);
    const { status, headers } = response;
    // Who answered is not who was asked, and what became of the request at the first is not known (reliability.md §3.10).
    if (response.redirected) throw surprise(request, status);
    return { status, headers, body: parseBody(await textOf(request, response)) };
  };
}

async function send(apiUrl: string, request: Request): Promise<Response> {
  const { method, path, query, body, form, token } = request;
  // The SDK's limiter and retries are shared by all clients of the process; each new client resets them to its own, and ours
  // has none (hubspot.md §3.6). So a client lives for one request.
  const client = new Client({ basePath: apiUrl, ...(token === undefined ? {} : { accessToken: token }) });
  try {
    return await client.apiRequest({
      method,
      path,
      ...(query === undefined ? {} : { qs: query }),
      ...(body === undefined ? {} : { body }),
      ...(form === undefined ? {} : formOptions(form)),
    });
  } catch (error) {
    throw unanswered(request, error);
  }
}

/** hubspot.md §2.1: the token endpoint refuses JSON. */
function formOptions(form: Readonly<Record<string, string>>) {
  return {
    defaultJson: false,
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  };
}

async function textOf(request: Request, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw surprise(request, response.status, error);
  }
}

/** Undefined for what is no JSON: who wants an answer of some shape finds that it has none. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
