import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, type Received, readableBody, receive, send } from "../http.ts";
import type { createRouter, Match } from "../router.ts";
import { useSession } from "./auth/use-session.ts";
import { RefusedAnswer, SalesforceError } from "./errors.ts";
import { edgeAnswer, lockFault, outageAnswer } from "./fault-answers.ts";
import type { StoredFault } from "./faults.ts";
import type { OpenRoute } from "./open-route.ts";
import { answerCall, type CallContext, routeOf } from "./rest/answer-call.ts";
import { runLocked } from "./run-locked.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import type { SalesforceRequest, SalesforceState } from "./state.ts";
import { createUnit, type Unit } from "./unit.ts";
import { checkVersion, versionList } from "./versions.ts";

export type FindOpen = ReturnType<typeof createRouter<OpenRoute>>;

type Exchange = {
  received: Received;
  open: Match<OpenRoute> | null;
  org: SandboxOrg | null;
  userId: string;
  entry: SalesforceRequest;
  fault: StoredFault | null;
};

/** Answers one HTTP request: log, fault, session, limit, handler, in that order. */
export async function answerRequest(
  state: SalesforceState,
  findOpen: FindOpen,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const at = state.clock.now();
  const received = await receive(request);
  if (!received) {
    response.destroy();
    return;
  }
  const exchange = begin(state, findOpen, { received, at });
  const { entry } = exchange;
  const halfLatencyMs = drawLatency(state, received) / 2;
  await wait(state, halfLatencyMs);

  const { method, path } = received;
  const text = () => `${path} ${received.query.toString()} ${received.text}`;
  const fault = state.faults.take({ method, path, orgId: entry.orgId, text });
  exchange.fault = fault;
  entry.fault = fault?.kind ?? null;
  const edge = fault && edgeAnswer(fault, { path, later: () => void later(state, exchange, fault) });
  const answer = edge === null ? await run(state, exchange) : shaped(withHeader(edge, exchange), exchange);
  await wait(state, halfLatencyMs + (fault && fault.kind !== "late-effect" ? (fault.delayMs ?? 0) : 0));

  entry.durationMs = state.clock.now() - at;
  deliver(response, exchange, answer);
}

const prefix = "/services/data";

function begin(
  state: SalesforceState,
  findOpen: FindOpen,
  { received, at }: { received: Received; at: number },
): Exchange {
  const { method, path } = received;
  const open = findOpen(method, path);
  const token = /^(?:Bearer|OAuth) (.+)$/.exec(received.authorization ?? "")?.[1] ?? "";
  const session = open === null ? useSession(state, token) : (open.route.caller?.(received) ?? null);
  const entry = state.requests.add({
    ...{ at, method, path, orgId: session?.orgId ?? null, userId: session?.userId ?? null },
    route: routeName(received, open),
    query: Object.fromEntries(received.query),
    body: readableBody(received),
    ...{ status: 0, durationMs: 0, fault: null, applied: false },
  });
  const org = open === null && session ? (state.orgs.get(session.orgId) ?? null) : null;
  return { received, open, org, userId: session?.userId ?? "", entry, fault: null };
}

function routeName({ method, path }: Received, open: Match<OpenRoute> | null): string {
  if (open !== null) return `${method} ${open.pattern}`;
  const { rest } = partsOf(path);
  try {
    return `${method} ${prefix}/:version${routeOf(method, rest).pattern}`;
  } catch {
    return "";
  }
}

/** "v66.0" and what stands behind it; "" of other paths. */
function partsOf(path: string): { version: string; rest: string } {
  const [, version = "", rest = ""] = /^\/services\/data\/(v\d+\.\d)(\/.*)?$/.exec(path) ?? [];
  return { version, rest };
}

function drawLatency({ latency, random }: SalesforceState, { method, path }: Received): number {
  const isRead = method === "GET" || /\/composite\/sobjects\/\w+$/.test(path);
  const [least, most] = isRead ? latency.readMs : latency.writeMs;
  return most > 0 ? least + random() * (most - least) : 0;
}

async function wait({ clock }: SalesforceState, ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
}

/** The effect comes when nobody waits for it any more. */
async function later(state: SalesforceState, exchange: Exchange, { delayMs = 0 }: StoredFault): Promise<void> {
  await wait(state, delayMs);
  await run(state, exchange);
}

/** The ordinary way: everything that Salesforce checks, then the handler. Never throws. */
async function run(state: SalesforceState, exchange: Exchange): Promise<Answer> {
  const { org } = exchange;
  try {
    const answer = await handle(exchange);
    state.requests.applied(exchange.entry);
    return withLimitInfo(answer, org);
  } catch (error) {
    return withLimitInfo(shaped(refusal(error), exchange), org);
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof RefusedAnswer) return error.answer;
  const known =
    error instanceof SalesforceError
      ? error
      : new SalesforceError(500, { errorCode: "UNKNOWN_EXCEPTION", message: `sandbox: ${String(error)}` });
  const headers: Record<string, string> = known.status === 401 ? { "WWW-Authenticate": "Token" } : {};
  return { status: known.status, body: known.entries, headers };
}

/** Login and SOAP have words of their own for what REST tells in a list. */
function shaped(answer: Answer, { open }: Exchange): Answer {
  const [entry] = Array.isArray(answer.body) ? answer.body : [];
  const own = entry === undefined ? undefined : open?.route.refuse?.(answer.status, entry);
  const retryAfter = answer.headers?.["Retry-After"];
  if (own === undefined || retryAfter === undefined) return own ?? answer;
  return { ...own, headers: { ...own.headers, "Retry-After": retryAfter } };
}

/** What the org itself answers has the header; what stands before it has not. */
function withHeader(edge: Answer, { fault, org }: Exchange): Answer {
  return fault !== null && ofTheOrg.has(fault.kind) ? withLimitInfo(edge, org) : edge;
}

const ofTheOrg: ReadonlySet<string> = new Set(["request-limit", "concurrent-limit", "query-timeout"]);

/** salesforce.md §3.1: on every answer of REST but the list of versions. */
function withLimitInfo(answer: Answer, org: SandboxOrg | null): Answer {
  if (org === null || answer.body === versionList) return answer;
  const usage = `api-usage=${org.limits.used()}/${org.limits.daily}`;
  return { ...answer, headers: { "Sforce-Limit-Info": usage, ...answer.headers } };
}

/** Longer URLs are refused (salesforce.md §3.1: about 16 KB). */
const longestUrl = 16_384;

async function handle(exchange: Exchange): Promise<Answer> {
  const { received, open, fault } = exchange;
  const { method, path, query, headers } = received;
  if (path.length + query.toString().length > longestUrl)
    throw new SalesforceError(414, { errorCode: "URI_TOO_LONG", message: "The URI is too long" });
  const isStruck = lockFault(fault);
  if (open !== null) return open.route.handle({ ...received, params: open.params, isStruck });
  if (path.replace(/\/$/, "") === prefix && method === "GET") return { status: 200, body: versionList };
  const { version, rest } = partsOf(path);
  const context: CallContext = { ...callerOf(exchange), version: version.slice(1) };
  if (!context.org.limits.take())
    throw new SalesforceError(403, { errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." });
  checkVersion(version);
  const request = { method, path: rest, query, headers, body: bodyOf(received) };
  // What writes no record is not played twice.
  const writesRecords = method !== "GET" && !/^\/(?:actions|chatter|tooling)\//.test(rest);
  const run = (unit: Unit) => answerCall(context, request, unit);
  return writesRecords
    ? runLocked(context.org, { isStruck, userId: context.userId }, run)
    : run(createUnit(context.org, isStruck));
}

function callerOf({ org, userId, received }: Exchange): { org: SandboxOrg; userId: string } {
  if (org !== null) return { org, userId };
  const isMissing = received.authorization === undefined;
  throw new SalesforceError(
    401,
    isMissing
      ? { errorCode: "INVALID_AUTH_HEADER", message: "INVALID_HEADER_TYPE" }
      : { errorCode: "INVALID_SESSION_ID", message: "Session expired or invalid" },
  );
}

function bodyOf({ text, contentType }: Received): unknown {
  if (text === "") return undefined;
  if (contentType !== "application/json")
    throw new SalesforceError(415, {
      errorCode: "UNSUPPORTED_MEDIA_TYPE",
      message: `Content-Type ${contentType} is not supported`,
    });
  try {
    return JSON.parse(text);
  } catch {
    throw new SalesforceError(400, {
      errorCode: "JSON_PARSER_ERROR",
      message: "The HTTP entity body is not valid JSON",
    });
  }
}

/** What the fault makes of the answer to a request that took its ordinary way. */
function bend(answer: Answer, exchange: Exchange): Answer {
  const { fault } = exchange;
  if (fault?.kind === "empty") return { status: 200 };
  return fault?.kind === "status-after" ? shaped(outageAnswer(fault), exchange) : answer;
}

function deliver(response: ServerResponse, exchange: Exchange, answer: Answer): void {
  const { fault } = exchange;
  if (fault?.kind === "drop-before" || fault?.kind === "drop-after") {
    response.destroy();
    return;
  }
  const bent = bend(answer, exchange);
  exchange.entry.status = bent.status;
  send(response, bent, { truncate: fault?.kind === "truncated" });
}
