import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../../http.ts";
import { SalesforceError } from "../errors.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SObject } from "../schema.ts";
import type { Unit } from "../unit.ts";
import { visibleObject } from "../visible.ts";
import type { Writer } from "../write-records.ts";

/** A request inside another: `url` begins with "/services/data/". */
export type SubRequest = { method: string; url: string; headers: IncomingHttpHeaders; body: unknown };

/** A request to a REST handler, whoever carried it: HTTP, or a composite around it. */
export type Call = {
  org: SandboxOrg;
  userId: string;
  /** "66.0" */
  version: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, or undefined when there was none. */
  body: unknown;
  unit: Unit;
  /** Answers a request inside this one; it never throws what Salesforce refuses. */
  answer(request: SubRequest, unit: Unit): Answer;
};

/** One endpoint. Its paths are below "/services/data/v66.0"; `:name` segments become `params`. Throws SalesforceError. */
export type Route = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  paths: string[];
  handle(call: Call): Answer;
};

/** Who writes, and what the headers of the request say of it (salesforce.md §3.5). */
export function writerOf({ userId, version, headers }: Call): Writer {
  const client = /(?:^|,)\s*client=([^,]+)/.exec(headerOf(headers, "sforce-call-options"))?.[1]?.trim() ?? "";
  return {
    userId,
    origin: `com/salesforce/api/rest/${version};client=${client}`,
    autoAssign: headerOf(headers, "sforce-auto-assign").toLowerCase() !== "false",
    allowDuplicates: /allowSave\s*=\s*true/i.test(headerOf(headers, "sforce-duplicate-rule-header")),
  };
}

/** "" of one that is not there. `name` is in small letters. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(", ") : value) ?? "";
}

/** The object that `:object` names, as the caller may see it; throws 404. */
export function objectOf({ org, userId, params }: Call): SObject {
  return visibleObject(org, userId, params.object ?? "") ?? notFound();
}

export function notFound(): never {
  throw new SalesforceError(404, { errorCode: "NOT_FOUND", message: "The requested resource does not exist" });
}

/** Is it a JSON object (no array)? */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The body of a call that needs one; throws 400. */
export function bodyOf({ body }: Call): Record<string, unknown> {
  if (isRecord(body)) return body;
  throw new SalesforceError(400, {
    message: "The HTTP entity body is required, but this request has no entity body.",
    errorCode: "JSON_PARSER_ERROR",
  });
}
