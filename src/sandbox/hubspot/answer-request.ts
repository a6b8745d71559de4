import type { IncomingMessage, ServerResponse } from "node:http";
import { uuid } from "../create-random.ts";
import { type Answer, type Received, readableBody, receive, send } from "../http.ts";
import type { createRouter, Match } from "../router.ts";
import { authenticate, findToken, requireScope } from "./auth.ts";
import { errorAnswer, expiredAuthentication, limitReached, serviceError, unknownPath } from "./errors.ts";
import type { FaultKind, StoredFault } from "./faults.ts";
import type { OpenRoute } from "./open-route.ts";
import { parseJson } from "./parse-json.ts";
import { recordsNamed, withFailure, withoutRecord } from "./partial.ts";
import { HubspotError, type Route } from "./portal.ts";
import type { RequestEntry } from "./requests.ts";
import { rowFaultOf } from "./row-fault.ts";
import type { HubspotState } from "./sandbox.ts";
import type { AccessToken } from "./tokens.ts";
import { versionOf } from "./versions.ts";

/** HubSpot refuses an URL that is too long (hubspot.md §3.3, 414); where it draws the line is not documented. */
const longestUrl = 8_000;

export type Routers = {
  /** Endpoints behind a bearer token. */
  api: ReturnType<typeof createRouter<Route>>;
  /** OAuth: endpoints that know who calls by other means. */
  open: ReturnType<typeof createRouter<OpenRoute>>;
};

type Exchange = {
  received: Received;
  token: AccessToken | undefined;
  match: Match<Route> | null;
  open: Match<OpenRoute> | null;
  entry: RequestEntry;
  fault: StoredFault | null;
  correlationId: string;
};

/** Answers one HTTP request: log, fault, token, limit, scope, handler, in that order. */
export async function answerRequest(
  state: HubspotState,
  routers: Routers,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const at = state.clock.now();
  const received = await receive(request);
  if (!received) {
    response.destroy();
    return;
  }
  const exchange = begin(state, routers, { received, at });
  const { entry } = exchange;
  const halfLatencyMs = drawLatency(state, exchange) / 2;
  await wait(state, halfLatencyMs);

  const { method, path } = received;
  const fault = state.faults.take({ method, path, portalId: entry.portalId, names: () => recordsNamed(entry.body) });
  exchange.fault = fault;
  entry.fault = fault?.kind ?? null;
  const answer = (fault && edgeAnswer(state, exchange, fault)) ?? run(state, exchange);
  await wait(state, halfLatencyMs + (fault && fault.kind !== "late-effect" ? (fault.delayMs ?? 0) : 0));

  entry.durationMs = state.clock.now() - at;
  deliver(response, exchange, fault, answer);
}

function begin(state: HubspotState, routers: Routers, { received, at }: { received: Received; at: number }): Exchange {
  const token = findToken(state.tokens, received.authorization);
  const match = routers.api(received.method, received.path);
  const open = match ? null : routers.open(received.method, received.path);
  const pattern = match?.pattern ?? open?.pattern;
  const entry = state.requests.add({
    at,
    portalId: token?.installation.portalId ?? null,
    appId: token?.installation.appId ?? null,
    method: received.method,
    path: received.path,
    route: pattern === undefined ? "" : `${received.method} ${pattern}`,
    query: Object.fromEntries(received.query),
    body: readableBody(received),
    status: 0,
    durationMs: 0,
    fault: null,
    applied: false,
  });
  return { received, token, match, open, entry, fault: null, correlationId: uuid(state.random) };
}

function drawLatency({ latency, random }: HubspotState, { received, match }: Exchange): number {
  const isRead = received.method === "GET" || match?.route.search === true || received.path.endsWith("/batch/read");
  const [least, most] = isRead ? latency.readMs : latency.writeMs;
  return most > 0 ? least + random() * (most - least) : 0;
}

async function wait({ clock }: HubspotState, ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
}

/** The answer of a fault that keeps the request from the handler; null for one that lets it through. */
function edgeAnswer(state: HubspotState, exchange: Exchange, fault: StoredFault): Answer | null {
  const refuse = (error: HubspotError): Answer => withRetryAfter(errorAnswer(error, exchange.correlationId), fault);
  const answers: Partial<Record<FaultKind, () => Answer>> = {
    "drop-before": () => refuse(serviceError(502)),
    "status-before": () => refuse(serviceError(fault.status ?? 500)),
    "rate-limit": () => refuse(limitReached("TEN_SECONDLY_ROLLING", uuid(state.random))),
    "search-rate-limit": () => refuse(limitReached("SECONDLY", uuid(state.random))),
    "daily-limit": () => refuse(limitReached("DAILY", uuid(state.random))),
    html: () => htmlAnswer(fault.status ?? 502),
    "error-200": () => ({ ...refuse(serviceError(500)), status: 200 }),
    redirect: () => ({ status: fault.status ?? 302, headers: { Location: `${exchange.received.path}/moved` } }),
    "record-failed": () => partialAnswer(state, exchange, fault),
    "token-expired": () => refuse(expiredAuthentication(state.clock.now() - 1000, state.clock.now())),
    locked: () => refuse(serviceError(423)),
    migrating: () => withRetryAfter(refuse(serviceError(477)), { retryAfter: fault.retryAfter ?? 3600 }),
    "late-effect": () => {
      state.clock.at(state.clock.now() + (fault.delayMs ?? 0), () => run(state, exchange));
      return refuse(serviceError(504));
    },
  };
  return answers[fault.kind]?.() ?? null;
}

/** What an ordinary request for the other records would be answered, and the failure of this one. */
function partialAnswer(state: HubspotState, exchange: Exchange, { record = "", category }: StoredFault): Answer {
  const { received, entry } = exchange;
  const text = JSON.stringify(withoutRecord(entry.body, record));
  const answer = run(state, { ...exchange, received: { ...received, text } });
  if (answer.status >= 300) return answer;
  return withFailure(answer, entry.body, { record, category: category ?? "INTERNAL_ERROR" });
}

function withRetryAfter(answer: Answer, { retryAfter }: { retryAfter?: number }): Answer {
  if (retryAfter === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, "Retry-After": String(retryAfter) } };
}

function htmlAnswer(status: number): Answer {
  const body = `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body><center><h1>${status} Bad Gateway</h1></center></body>\r\n</html>\r\n`;
  return { status, body, headers: { "Content-Type": "text/html" } };
}

/** The ordinary way: everything that HubSpot checks, then the handler. Never throws. */
function run(state: HubspotState, exchange: Exchange): Answer {
  const headers: Record<string, string> = {};
  try {
    const answer = handle(state, exchange, headers);
    state.requests.applied(exchange.entry);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    const known = error instanceof HubspotError ? error : new HubspotError(500, { message: `sandbox: ${error}` });
    return { ...errorAnswer(known, exchange.correlationId), headers };
  }
}

function handle(state: HubspotState, exchange: Exchange, headers: Record<string, string>): Answer {
  const { received, open } = exchange;
  if (received.path.length + received.query.toString().length > longestUrl) {
    throw new HubspotError(414, { message: "URI too long" });
  }
  if (open) return open.route.handle({ ...received, params: open.params, version: versionOf(received.path) });
  return callApi(state, exchange, headers);
}

function callApi(state: HubspotState, exchange: Exchange, headers: Record<string, string>): Answer {
  const { received, match, token, fault } = exchange;
  if (!match) throw unknownPath();
  const now = state.clock.now();
  const installation = authenticate(token, now);
  const portal = state.portals.get(installation.portalId);
  const app = state.apps.find((found) => found.id === installation.appId);
  if (!portal || !app) throw unknownPath();

  const subject = { portalId: portal.id, appId: app.id };
  const isSearch = match.route.search === true;
  const reached = state.limits.take(subject, isSearch);
  if (!isSearch) Object.assign(headers, limitHeaders(state, subject));
  if (reached) throw limitReached(reached, uuid(state.random));
  requireScope(installation, match.route.scopes(match.params));
  return match.route.handle({
    portal,
    app,
    installation,
    version: versionOf(received.path),
    method: received.method,
    params: match.params,
    query: received.query,
    body: parseJson(received.text),
    now,
    random: state.random,
    source: { type: "INTEGRATION", id: String(app.id) },
    rowFault: rowFaultOf(fault, portal, state.random),
  });
}

/** hubspot.md §3.1: on every answer but those of search; no daily headers for OAuth apps. */
function limitHeaders({ limits }: HubspotState, subject: { portalId: number; appId: number }): Record<string, string> {
  return {
    "X-HubSpot-RateLimit-Interval-Milliseconds": String(limits.settings.burst.windowMs),
    "X-HubSpot-RateLimit-Max": String(limits.settings.burst.max),
    "X-HubSpot-RateLimit-Remaining": String(limits.remaining(subject)),
  };
}

/** What the fault makes of the answer to a request that took its ordinary way. */
function bend(answer: Answer, { correlationId }: Exchange, fault: StoredFault): Answer {
  if (fault.kind === "empty") return { status: 200 };
  if (fault.kind !== "status-after") return answer;
  return withRetryAfter(errorAnswer(serviceError(fault.status ?? 500), correlationId), fault);
}

function deliver(response: ServerResponse, exchange: Exchange, fault: StoredFault | null, answer: Answer): void {
  if (fault?.kind === "drop-before" || fault?.kind === "drop-after") {
    response.destroy();
    return;
  }
  const bent = fault === null ? answer : bend(answer, exchange, fault);
  exchange.entry.status = bent.status;
  const headers = { "x-hubspot-correlation-id": exchange.correlationId, ...bent.headers };
  send(response, { ...bent, headers }, { truncate: fault?.kind === "truncated" });
}
