import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { ControlError } from "./control-input.ts";
import { type Answer, receive, send } from "./http.ts";
import { createRouter, type Match } from "./router.ts";

export type ControlCall = { params: Record<string, string>; query: URLSearchParams; body: unknown };

/** One call of the control API. `about` is what `GET /` says of it. */
export type ControlRoute<State> = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  paths: [string];
  about: string;
  handle: (state: State, call: ControlCall) => Answer | Promise<Answer>;
};

export type ControlOptions<State> = {
  state: State;
  routes: readonly ControlRoute<State>[];
  /** The answer of what the CRM itself refuses; null of any other error. */
  refusalOf(error: unknown): Answer | null;
};

/**
 * A control API as a listener for an HTTP server of its own: JSON in, JSON out, no authentication.
 * `GET /` lists its calls; README.md explains them.
 */
export function controlListener<State>(options: ControlOptions<State>): RequestListener {
  const calls = options.routes.map(({ method, paths, about }) => ({ call: `${method} ${paths[0]}`, about }));
  const index: ControlRoute<State> = {
    method: "GET",
    paths: ["/"],
    about: "lists these calls",
    handle: () => ({ status: 200, body: { calls } }),
  };
  const find = createRouter<ControlRoute<State>>([index, ...options.routes]);
  return (request, response) => {
    void respond(options, find, { request, response });
  };
}

type Find<State> = (method: string, path: string) => Match<ControlRoute<State>> | null;

async function respond<State>(
  { state, refusalOf }: ControlOptions<State>,
  find: Find<State>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const received = await receive(request);
  if (!received) {
    response.destroy();
    return;
  }
  const { method, path, query, text } = received;
  const match = find(method, path);
  if (!match) {
    send(response, { status: 404, body: { message: `There is no call ${method} ${path}; GET / lists them` } });
    return;
  }
  try {
    send(response, await match.route.handle(state, { params: match.params, query, body: parseBody(text) }));
  } catch (error) {
    send(response, refusalOf(error) ?? refusal(error));
  }
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, "the body is not JSON");
  }
}

function refusal(error: unknown): Answer {
  const status = error instanceof ControlError ? error.status : 500;
  return { status, body: { message: error instanceof ControlError ? error.message : String(error) } };
}

/** A number in the query, or nothing; throws 400 for any other text. */
export function queryNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) throw new ControlError(400, `\`${name}\` must be a number`);
  return value;
}

/** A log's entries as an answer, `?limit=` of them at most. */
export function listAnswer(results: readonly unknown[], query: URLSearchParams): Answer {
  return { status: 200, body: { results: results.slice(0, queryNumber(query, "limit")) } };
}
