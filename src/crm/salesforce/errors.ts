import { CrmError, type CrmErrorDetails, type CrmErrorKind } from "../../errors.ts";
import { type Failure, failuresIn } from "./answers.ts";

/** A request as errors speak of it. Writes whose fate is open must never be sent again from here. */
export type Sent = { method: string; path: string; effect: "read" | "write" };

/** What came back, before anybody looked into it. `body` is parsed where it is JSON. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: unknown };

const minuteMs = 60_000;

/** How long to keep away when the day's requests are spent: the pot fills again little by little (salesforce.md §3.1). */
const quotaWaitMs = 15 * minuteMs;
/** Requests that run long end within it. */
const concurrencyWaitMs = 5_000;
/** salesforce.md §3.6: others hold the row for seconds. */
const lockMs = 1_000;

/** The error that an answer of status 300 or more stands for. The message holds no values of records. */
export function errorOf(sent: Sent, answer: Answer, now: Date): CrmError {
  const failures = failuresIn(answer.body);
  const [first] = failures;
  const kind = kindOf(sent, answer.status, first);
  const rule = first === undefined ? null : codeOf(first);
  const waitMs = waits[kind];
  const retryAfterMs = Number(answer.headers["retry-after"] ?? Number.NaN) * 1_000;
  const wait = Number.isFinite(retryAfterMs) ? retryAfterMs : waitMs;
  const details: CrmErrorDetails = {
    status: answer.status,
    ...(wait === undefined ? {} : { retryAt: new Date(now.getTime() + wait), retryAfterMs: wait }),
    ...(rule === null ? {} : { rule }),
    ...(first?.fields?.length ? { fields: first.fields } : {}),
  };
  return new CrmError(kind, sentence(sent, answer.status, rule), details);
}

const waits: Partial<Record<CrmErrorKind, number>> = {
  quota: quotaWaitMs,
  "rate-limited": concurrencyWaitMs,
  locked: lockMs,
};

/** `errorCode` of REST, `statusCode` of a row. */
export const codeOf = ({ errorCode, statusCode }: Failure): string => errorCode ?? statusCode ?? "UNKNOWN";

function kindOf(sent: Sent, status: number, first: Failure | undefined): CrmErrorKind {
  const code = first === undefined ? "" : codeOf(first);
  if (code === "REQUEST_LIMIT_EXCEEDED") return /^TotalRequests/.test(first?.message ?? "") ? "quota" : "rate-limited";
  if (code === "UNABLE_TO_LOCK_ROW") return "locked";
  // What timed out changed nothing.
  if (code === "QUERY_TIMEOUT") return "unavailable";
  if (status === 401) return "unauthorized";
  if (status === 403) return isApiOff(code) ? "unavailable" : "missing-scope";
  // These name no record of their own: what is gone says its row. Nothing was done.
  if (status === 404 && isWholeCall(sent)) return "unavailable";
  if (status === 404) return code === "NOT_FOUND" || code === "ENTITY_IS_DELETED" ? "not-found" : "rejected";
  if (status === 409 || status === 412) return "conflict";
  if (status >= 400 && status < 500 && status !== 408 && status !== 420 && first !== undefined) return "rejected";
  return openKind(sent);
}

/** Of the whole org, and for a while: maintenance, or a trial that ran out (salesforce.md §3.2). */
const isApiOff = (code: string): boolean => code === "API_CURRENTLY_DISABLED" || code === "API_DISABLED_FOR_ORG";

const isWholeCall = ({ path }: Sent): boolean => /^(?:\/services\/data\/v[\d.]+)?\/(?:composite|query)\b/.test(path);

/** Nothing tells what became of the request. */
const openKind = ({ effect }: Sent): CrmErrorKind => (effect === "read" ? "unavailable" : "unknown-outcome");

/** No answer came, or half of one. `hasLeft`: the request may have arrived. */
export function unanswered(sent: Sent, cause: unknown, { hasLeft }: { hasLeft: boolean }): CrmError {
  const kind = hasLeft ? openKind(sent) : "unavailable";
  return new CrmError(kind, `Salesforce did not answer ${nameOf(sent)}.`, { cause });
}

/** An answer that is none of those that this request may have. */
export function surprise(sent: Sent, status: number, cause?: unknown): CrmError {
  const message = `Salesforce answered ${nameOf(sent)} with ${status} and something that is no answer to it.`;
  return new CrmError(openKind(sent), message, cause === undefined ? { status } : { status, cause });
}

/** Without its query, in which names of people may stand. */
const nameOf = ({ method, path }: Sent): string => `${method} ${path.replace(/\?.*$/s, "")}`;

function sentence(sent: Sent, status: number, rule: string | null): string {
  return `Salesforce answered ${nameOf(sent)} with ${status}${rule === null ? "" : ` ${rule}`}.`;
}
