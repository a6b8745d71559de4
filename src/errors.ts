/** What went wrong at a CRM, in words that no CRM owns. */
export type CrmErrorKind =
  | "rate-limited"
  | "quota"
  | "unavailable"
  | "unknown-outcome"
  | "unauthorized"
  | "unauthorized-final"
  | "missing-scope"
  | "not-found"
  | "conflict"
  | "rejected"
  | "locked"
  | "migrating";

export type Verdict = "retry" | "reconcile" | "pause-connection" | "done" | "park";

/** What to do about each kind, for work of every sort. */
export const verdicts: Readonly<Record<CrmErrorKind, Verdict>> = {
  "rate-limited": "retry", // at error.retryAt
  quota: "retry", // at error.retryAt, when the CRM's day begins anew
  unavailable: "retry", // nothing was done: a read, or a write that never left
  "unknown-outcome": "reconcile", // a write was sent and no answer proves what became of it
  unauthorized: "retry", // the token ran out: refreshed once, then once more
  "unauthorized-final": "pause-connection", // refreshing did not help: the owner must reconnect
  "missing-scope": "park", // a person must grant it; the rest goes on without
  "not-found": "done", // the lead was deleted; note it on the decision
  conflict: "done", // someone else took the lead; that is the answer
  rejected: "park", // a person must look: validation rule, missing permission
  locked: "retry", // the CRM works on the same records itself
  migrating: "retry", // at error.retryAt, up to a day later
};

export type CrmErrorDetails = {
  /** When to try again, for work that is stored. */
  retryAt?: Date;
  /** The wait that the CRM itself asked for, from now on; for the throttle, which knows no time of day. */
  retryAfterMs?: number;
  status?: number;
  /** The CRM's own name of the rule that refused. */
  rule?: string;
  /** The CRM's own names of the fields that it refused. */
  fields?: readonly string[];
  /** The CRM named the records that failed; of the others in the call nothing is wrong. */
  recordIds?: readonly string[];
  correlationId?: string;
  cause?: unknown;
};

/** Every failed CRM call, translated at the line that calls the SDK. The message holds ids only, never a lead's fields. */
export class CrmError extends Error {
  override name = "CrmError";
  readonly kind: CrmErrorKind;
  readonly retryAt?: Date;
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly rule?: string;
  readonly fields?: readonly string[];
  readonly recordIds?: readonly string[];
  readonly correlationId?: string;

  constructor(kind: CrmErrorKind, message: string, details: CrmErrorDetails = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    Object.assign(this, rest);
  }
}

/** One thing wrong with an input: where, and what to do about it. */
export type Problem = { path: string; message: string; line?: number };

/** Thrown by every `parse…` function, once, with all that is wrong. The message lists it for a terminal. */
export class Invalid extends Error {
  override name = "Invalid";
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    super([`${subject} is not valid:`, ...problems.map(describe)].join("\n"));
    this.problems = problems;
  }
}

function describe({ path, message, line }: Problem): string {
  const place = line === undefined ? path : `line ${line}, ${path}`;
  return `  ${place}: ${message}`;
}
