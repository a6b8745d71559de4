import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Unit } from "../unit.ts";
import { checkVersion } from "../versions.ts";
import { type Call, notFound, type Route, type SubRequest } from "./call.ts";
import { findRoute } from "./routes.ts";

/** Who calls, and which version of the API. */
export type CallContext = { org: SandboxOrg; userId: string; version: string };

export type RestRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: unknown;
};

/** The pattern that serves a path below "/services/data/v66.0"; throws 404 and 405. */
export function routeOf(
  method: string,
  path: string,
): { route: Route; pattern: string; params: Record<string, string> } {
  const found = findRoute(method, path);
  if (found !== null) return found;
  const allowed = ["GET", "POST", "PATCH", "DELETE"].filter((other) => findRoute(other, path) !== null);
  if (allowed.length === 0) notFound();
  throw new SalesforceError(405, {
    errorCode: "METHOD_NOT_ALLOWED",
    message: `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(",")}`,
  });
}

/** `request.path` is below "/services/data/v66.0". Throws SalesforceError. */
export function answerCall(context: CallContext, request: RestRequest, unit: Unit): Answer {
  const { route, params } = routeOf(request.method, request.path);
  const { query, headers, body } = request;
  const call: Call = {
    ...context,
    params,
    query,
    headers,
    body,
    unit,
    answer: (inner, its) => answerInner(context, inner, its),
  };
  return route.handle(call);
}

/** A request inside another takes no notice of its headers, and what is refused is its answer. */
function answerInner(context: CallContext, { method, url, headers, body }: SubRequest, unit: Unit): Answer {
  const [, version = "", path = "", query = ""] = /^\/services\/data\/v(\d+\.\d)([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  try {
    checkVersion(`v${version}`);
    // The Tooling API has composites of its own.
    if (path.startsWith("/tooling/")) notFound();
    return answerCall(
      { ...context, version },
      { method, path, query: new URLSearchParams(query), headers, body },
      unit,
    );
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    return { status: error.status, body: error.entries };
  }
}
