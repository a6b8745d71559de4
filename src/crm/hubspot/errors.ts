import { CrmError, type CrmErrorDetails, type CrmErrorKind } from "../../errors.ts";
import { missingScope } from "../../model/operation.ts";
import { type Answer, type Failure, parseFailure } from "./answers.ts";
import { untilMidnight } from "./until-midnight.ts";

/** A request as errors speak of it. Writes whose fate is open must never be sent again from here. */
export type Sent = { method: string; path: string; effect: "read" | "write" };

export type At = { now: Date; timeZone: string | null };

const windowMs = 10_000;
/** hubspot.md §3.3: a lock lasts two seconds. */
const lockMs = 2_000;
const hourMs = 3_600_000;

/** The error that an answer of status 300 or more stands for. The message holds no values of records. */
export function errorOf(sent: Sent, answer: Answer, at: At): CrmError {
  const failure = parseFailure(answer.body);
  const kind = kindOf(sent, answer, failure);
  const retryAfterMs = waitOf(kind, answer, at);
  const rule = kind === "missing-scope" ? scopesOf(failure) : ruleOf(failure);
  const fields = fieldsOf(failure);
  const correlationId = failure.correlationId ?? answer.headers.get("x-hubspot-correlation-id") ?? undefined;
  const details: CrmErrorDetails = {
    status: answer.status,
    ...(retryAfterMs === null ? {} : { retryAt: new Date(at.now.getTime() + (retryAfterMs ?? windowMs)) }),
    ...(retryAfterMs === null || retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(rule === null ? {} : { rule }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
  return new CrmError(kind, sentence(sent, answer.status, rule), details);
}

function kindOf({ effect }: Sent, { status }: Answer, failure: Failure): CrmErrorKind {
  const known: Partial<Record<number, CrmErrorKind>> = {
    401: "unauthorized",
    403: "missing-scope",
    // Without the category it is the path that is not there, an API that was shut off: nobody's record is gone.
    404: failure.category === "OBJECT_NOT_FOUND" ? "not-found" : "rejected",
    409: "conflict",
    423: "locked",
    429: failure.policyName === "DAILY" ? "quota" : "rate-limited",
    477: "migrating",
  };
  const isRefusal = status >= 400 && status < 500 && status !== 408;
  // Redirects, time-outs and 5xx prove nothing: the write may have happened (hubspot.md §3.3).
  return known[status] ?? (isRefusal ? "rejected" : lostKind(effect));
}

/** Null: not by waiting; undefined: the window itself says when. */
function waitOf(kind: CrmErrorKind, { headers }: Answer, at: At): number | null | undefined {
  const asked = retryAfterMs(headers);
  switch (kind) {
    case "rate-limited":
      return asked ?? undefined;
    case "locked":
      return Math.max(lockMs, asked ?? 0);
    case "migrating":
      return asked ?? hourMs;
    case "quota":
      // hubspot.md §3.1: the day is the account's own.
      return asked ?? (at.timeZone === null ? hourMs : untilMidnight(at.now, at.timeZone));
    case "unavailable":
      return asked;
    default:
      return null;
  }
}

/** `Retry-After` in seconds is documented for 477 alone (hubspot.md §3.3) and honoured wherever it stands. */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}

/** HubSpot's own name of what refused, most telling first; null when it names none. */
export function ruleOf({ errors, subCategory, category, status }: Failure): string | null {
  const code = errors?.find((error) => error.code !== undefined)?.code;
  // The token endpoint puts its code into `status` (hubspot.md §2.1).
  return code ?? subCategory ?? category ?? (status === undefined || status === "error" ? null : status);
}

/** The properties that a failure names. */
export function fieldsOf({ errors, context }: Failure): string[] {
  const named = [...(context?.propertyName ?? []), ...(errors ?? []).flatMap((error) => propertyNames(error.context))];
  return [...new Set(named)];
}

const propertyNames = (context: Record<string, string[]> | undefined) => context?.propertyName ?? [];

/** Any one of the named scopes would do (hubspot.md §3.3). */
function scopesOf({ errors, context }: Failure): string {
  for (const named of [context, ...(errors ?? []).map((error) => error.context)]) {
    const scopes = named?.requiredGranularScopes ?? named?.requiredScopes ?? named?.missingScopes;
    if (scopes !== undefined && scopes.length > 0) return `${missingScope} ${scopes.join(" or ")}`;
  }
  return missingScope;
}

function sentence({ method, path }: Sent, status: number, rule: string | null): string {
  return `HubSpot answered ${status}${rule === null ? "" : ` (${rule})`} to ${method} ${path}.`;
}

/** The error for an answer that cannot be understood: HTML, half a body, or JSON of another shape. */
export function surprise(sent: Sent, status: number, cause?: unknown): CrmError {
  const message = `HubSpot's answer ${status} to ${sent.method} ${sent.path} could not be understood.`;
  return new CrmError(lostKind(sent.effect), message, { status, cause });
}

/** Categories of refusals that prove that nothing was done, and that waiting will not change it. */
const refusals = /VALIDATION|INVALID|CONFLICT|ALREADY_EXISTS|MISSING|PERMISSION|FORBIDDEN|LIMIT_EXCEEDED/;

/** True when HubSpot refused one record of a batch; else it failed at it, and no answer proves what became of it. */
export function isRefusal({ category = "", errors = [] }: Failure): boolean {
  return refusals.test(category) || errors.length > 0;
}

/** The records that an entry of a partial answer names. */
export function namedIn({ context, id }: Failure): string[] {
  return [...(context?.objectWriteTraceId ?? []), ...(context?.ids ?? []), ...(id === undefined ? [] : [id])];
}

/** The error for records that a batch read could not give, one class at a time; null when all others are just not there. */
export function unread(failures: readonly Failure[], path: string): CrmError | null {
  const failed = failures.filter(({ category }) => category !== "OBJECT_NOT_FOUND");
  const [first] = failed;
  if (first === undefined) return null;
  const kind = isRefusal(first) ? "rejected" : "unavailable";
  const alike = failed.filter((failure) => isRefusal(failure) === isRefusal(first));
  const rule = ruleOf(first) ?? "no category";
  return new CrmError(kind, `HubSpot answered ${rule} for some records of POST ${path}.`, {
    status: 207,
    rule,
    recordIds: alike.flatMap(namedIn),
  });
}

/** Codes that prove that the request never left: nobody listens, no such host, no secure connection. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;

/** The error for a request that got no answer. */
export function unanswered(sent: Sent, error: unknown): CrmError {
  const code = codeOf(error);
  const kind = neverSent.test(code) ? "unavailable" : lostKind(sent.effect);
  return new CrmError(kind, `HubSpot did not answer ${sent.method} ${sent.path} (${code || "connection lost"}).`, {
    cause: error,
  });
}

/** The first code along the chain of causes; `fetch failed` itself has none. */
function codeOf(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth += 1) {
    if ("code" in at && typeof at.code === "string") return at.code;
    at = "cause" in at ? at.cause : null;
  }
  return "";
}

const lostKind = (effect: Sent["effect"]): CrmErrorKind => (effect === "write" ? "unknown-outcome" : "unavailable");
