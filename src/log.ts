import { type DestinationStream, pino } from "pino";
import { prettyFactory } from "pino-pretty";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const textFields = [
  "accountId",
  "alertId",
  "at",
  "batchId",
  "because",
  "cause",
  "code",
  "connectionId",
  "correlationId",
  "crm",
  "decisionId",
  "eventKey",
  "holder",
  "job",
  "kind",
  "lane",
  "leadId",
  "method",
  "operationKey",
  "operationKind",
  "opportunityId",
  "outcome",
  "ownerId",
  "poolId",
  "queueId",
  "repId",
  "role",
  "route",
  "rule",
  "signal",
  "stage",
  "state",
  "taskId",
  "timerId",
  "until",
  "version",
  "workspaceId",
] as const;

const numberFields = [
  "attempt",
  "calls",
  "count",
  "depth",
  "duplicates",
  "fencingToken",
  "free",
  "ignored",
  "limit",
  "ms",
  "parked",
  "policyVersion",
  "port",
  "round",
  "status",
  "stored",
  "unknown",
  "used",
  "waitMs",
] as const;

/** All that may be logged: ids, codes, counts and times. Whatever is not named here never gets out. */
export type LogFields = Partial<Record<(typeof textFields)[number], string | null>> &
  Partial<Record<(typeof numberFields)[number], number>> & { error?: unknown };

/** A literal: a sentence put together at run time could carry a lead's field or a CRM's words. */
type Literal<T extends string> = string extends T ? never : T;

type Write = <const T extends string>(fields: LogFields, message: T & Literal<T>) => void;

export type Logger = { debug: Write; info: Write; warn: Write; error: Write; with(fields: LogFields): Logger };

export type LogOptions = {
  level: LogLevel;
  /** For people at a terminal; else one JSON object a line. */
  pretty: boolean;
  /** Default: standard output. */
  write?: (line: string) => void;
};

/** The logger of one app. Writes synchronously, so that the last line before a crash is there. */
export function createLog({ level, pretty, write }: LogOptions): Logger {
  const sink: DestinationStream = write ? { write } : pino.destination({ dest: 1, sync: true });
  return wrap(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pretty ? prettified(sink) : sink));
}

function prettified(sink: DestinationStream): DestinationStream {
  const toLines = prettyFactory({ singleLine: true });
  return { write: (line) => sink.write(toLines(line)) };
}

export const silentLog: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => silentLog,
};

function nothing(): void {
  return;
}

function wrap(log: ReturnType<typeof pino>, bound: Record<string, unknown> = {}): Logger {
  const writer = (level: "debug" | "info" | "warn" | "error") => (fields: LogFields, message: string) =>
    log[level]({ ...bound, ...permitted(fields) }, message);
  return {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    with: (fields) => wrap(log, { ...bound, ...permitted(fields) }),
  };
}

// No "@" and no blanks: an e-mail address or a person's words under a permitted name stay out as well.
const idOrCode = /^[\w.:/|+=-]{1,160}$/;

function permitted(fields: LogFields): Record<string, unknown> {
  const safe: Record<string, unknown> = {};
  for (const name of textFields) {
    const value = fields[name];
    if (value === undefined) continue;
    safe[name] = value === null || (typeof value === "string" && idOrCode.test(value)) ? value : "[withheld]";
  }
  for (const name of numberFields) {
    const value = fields[name];
    if (value !== undefined) safe[name] = typeof value === "number" ? value : "[withheld]";
  }
  if (fields.error !== undefined) safe.error = describeError(fields.error);
  return safe;
}

// Messages stay out: databases and CRMs quote the values that they dislike.
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const described: Record<string, unknown> = { name: error.name, at: places(error) };
  for (const key of ["kind", "code", "status", "rule", "correlationId"] as const) {
    const value: unknown = Reflect.get(error, key);
    if (typeof value === "number" || (typeof value === "string" && idOrCode.test(value))) described[key] = value;
  }
  if (error.cause !== undefined) described.cause = describeError(error.cause);
  return described;
}

function places(error: Error): string[] {
  const lines = (error.stack ?? "").split("\n").map((line) => line.trim());
  return lines.filter((line) => /^at .*(:\d+:\d+\)?|native\)?)$/.test(line)).slice(0, 8);
}
