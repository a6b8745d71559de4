import type { Answer } from "../http.ts";
import { SalesforceError } from "./errors.ts";
import type { FaultKind, StoredFault } from "./faults.ts";
import type { LockCheck } from "./locks.ts";

/** What an outage is called by its status (salesforce.md §3.2). */
const outages: Readonly<Record<number, [errorCode: string, message: string]>> = {
  400: ["UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"],
  401: ["INVALID_SESSION_ID", "Session expired or invalid"],
  403: ["REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."],
  404: ["NOT_FOUND", "The requested resource does not exist"],
  500: [
    "UNKNOWN_EXCEPTION",
    "An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (1)",
  ],
  502: ["SERVER_UNAVAILABLE", "Bad Gateway"],
  503: ["SERVER_UNAVAILABLE", "The server is unavailable"],
};

/** An answer of any status that the handler did not give. */
export function outageAnswer({ status = 500, errorCode, message, retryAfter }: StoredFault): Answer {
  const [code, words] = outages[status] ?? ["UNKNOWN_EXCEPTION", "An unexpected error occurred."];
  return refusing({ status, errorCode: errorCode ?? code, message: message ?? words, retryAfter });
}

type Refusal = { status: number; errorCode: string; message: string; retryAfter?: number | undefined };

function refusing({ status, errorCode, message, retryAfter }: Refusal): Answer {
  const headers: Record<string, string> = status === 401 ? { "WWW-Authenticate": "Token" } : {};
  if (retryAfter !== undefined) headers["Retry-After"] = String(retryAfter);
  return { status, body: [{ message, errorCode }], headers };
}

/** The answer of a fault that keeps the request from the handler; null for one that lets it through. `later` runs it in the end. */
export function edgeAnswer(fault: StoredFault, { path, later }: { path: string; later: () => void }): Answer | null {
  const refuse = (status: number, errorCode: string, message: string): Answer =>
    refusing({
      ...{ status: fault.status ?? status, errorCode: fault.errorCode ?? errorCode },
      ...{ message: fault.message ?? message, retryAfter: fault.retryAfter },
    });
  const answers: Partial<Record<FaultKind, () => Answer>> = {
    "drop-before": () => outageAnswer(fault),
    "status-before": () => outageAnswer(fault),
    "request-limit": () => refuse(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    "concurrent-limit": () => refuse(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
    unavailable: () => refuse(503, "SERVER_UNAVAILABLE", "The server is unavailable"),
    "query-timeout": () => refuse(400, "QUERY_TIMEOUT", "Your query request was running for too long."),
    "token-expired": () => refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"),
    html: () => maintenancePage(fault.status ?? 503),
    "error-200": () => ({ ...outageAnswer(fault), status: 200 }),
    redirect: () => ({ status: fault.status ?? 302, headers: { Location: `${path}/moved` } }),
    "late-effect": () => {
      later();
      return refuse(504, "UNKNOWN_EXCEPTION", "Gateway timeout");
    },
  };
  return answers[fault.kind]?.() ?? null;
}

function maintenancePage(status: number): Answer {
  const body = `<html>\r\n<head><title>Salesforce - Scheduled Maintenance</title></head>\r\n<body><h1>We are down for maintenance.</h1></body>\r\n</html>\r\n`;
  return { status, body, headers: { "Content-Type": "text/html; charset=UTF-8" } };
}

/** Rows that a fault locks for this request: the one that it names, or all. */
export function lockFault(fault: StoredFault | null): LockCheck {
  if (fault?.kind !== "lock-row") return () => undefined;
  const { record } = fault;
  return (ids) => {
    if (record !== undefined && !ids.includes(record)) return;
    throw new SalesforceError(400, {
      errorCode: "UNABLE_TO_LOCK_ROW",
      message: `unable to obtain exclusive access to this record or 1 records: ${record ?? ids[0] ?? ""}`,
      fields: [],
    });
  };
}
