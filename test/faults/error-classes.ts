import type { Fault } from "../../src/sandbox/hubspot/faults.ts";

/** What a lead comes to. `routed`: owner and task, like its siblings. */
export type End = "routed" | "parked" | "gone" | "refused";

/**
 * What a class of answers leads to (reliability.md §3.10). `story`: the calls about the lead, R reads, W writes of the
 * owner, T refreshes of the token, "!" for one that the fault struck.
 */
export type Expected = {
  story: RegExp;
  end: End;
  /** Of the reason that parked events give. */
  because?: string;
  alert?: string;
  /** How long after the struck call the next one about the lead comes at the earliest. */
  waitMs?: number;
  /** Until then nothing at all is sent for this account. */
  pausesAll?: true;
};

export type Class = {
  name: string;
  /** Whose fault it is: of one record in the batch, of this call, or of the whole account. */
  about: "record" | "call" | "account";
  read: Expected;
  write: Expected;
};

const transient: Class = {
  name: "transient",
  about: "call",
  read: { story: /^R! R! R!( R)+ W$/, end: "routed" },
  // Whether it happened is looked up before it is sent again.
  write: { story: /^(R )+W!( R)+( W)?$/, end: "routed" },
};
const rate: Class = {
  name: "rate",
  about: "call",
  read: { story: /^R!( R)+ W$/, end: "routed", waitMs: 10_000, pausesAll: true },
  write: { story: /^(R )+W! R W$/, end: "routed", waitMs: 10_000, pausesAll: true },
};
const waits = (name: string, waitMs: number): Class => ({
  name,
  about: "call",
  read: { story: /^R!( R)+ W$/, end: "routed", waitMs, pausesAll: true, alert: "connection-waits" },
  write: { story: /^(R )+W! R W$/, end: "routed", waitMs, pausesAll: true, alert: "connection-waits" },
});
const concurrency: Class = {
  name: "concurrency",
  about: "call",
  read: { story: /^R!( R)+ W$/, end: "routed", waitMs: 2_000 },
  write: { story: /^(R )+W!( R)? W$/, end: "routed", waitMs: 2_000 },
};
const auth: Class = {
  name: "auth, recoverable",
  about: "call",
  read: { story: /^R! T( R)+ W$/, end: "routed" },
  write: { story: /^(R )+W! T( R)? W$/, end: "routed" },
};
const scope: Class = {
  name: "scope",
  about: "account",
  read: { story: /^R!$/, end: "parked", because: "missing-scope", alert: "leads-parked" },
  write: { story: /^(R )+W!$/, end: "refused", alert: "write-refused" },
};
/** A batch is made smaller until the record is alone; that it is refused alone is the end. */
const refused = (name: string, because: string): Class => ({
  name,
  about: "record",
  read: { story: /^R! R!$/, end: "parked", because, alert: "leads-parked" },
  // The whole, and then each part of the update once.
  write: { story: /^R( W!){2,7}$/, end: "refused", alert: "write-refused" },
});
const gone: Class = {
  name: "gone",
  about: "record",
  read: { story: /^R! R!$/, end: "gone" },
  // One look tells whether it is: a restore whose event comes first would count for nothing else.
  write: { story: /^R( W!){1,3} R$/, end: "gone" },
};

/** A 207 names the record: its siblings are not asked again. */
const partial = {
  transient: {
    name: "partial: transient",
    about: "record",
    read: { story: /^R!( R)+ W$/, end: "routed" },
    write: { story: /^(R )+W!( R)+ W$/, end: "routed" },
  },
  gone: {
    name: "partial: gone",
    about: "record",
    read: { story: /^R!$/, end: "gone" },
    write: { story: /^(R )+W! R$/, end: "gone" },
  },
  refused: {
    name: "partial: data",
    about: "record",
    read: { story: /^R!$/, end: "parked", because: "rejected", alert: "leads-parked" },
    write: { story: /^R( W!){2,5}$/, end: "refused", alert: "write-refused" },
  },
} satisfies Record<string, Class>;

export type Bend = Omit<Fault, "route" | "record" | "times">;
/** How often the fault strikes: without a number, for as long as the case lasts. */
export type Row = { code: string; bend: Bend; times?: { read: number; write: number }; class: Class };

const status = (code: number): Bend => ({ kind: "status-before", status: code });
const failed = (category: string): Bend => ({ kind: "record-failed", category });
const once = { read: 1, write: 1 };
/** A call is tried three times before its failure reaches the batch. */
const whole = { read: 3, write: 1 };

const forGood = (code: number, of: Class): Row => ({ code: String(code), bend: status(code), class: of });
const passing = (code: string, bend: Bend): Row => ({ code, bend, times: whole, class: transient });

/** reliability.md §3.10 as HubSpot answers. Its last class, the grant that is gone, has a test of its own. */
export const rows: readonly Row[] = [
  { code: "429 of the burst", bend: { kind: "rate-limit" }, times: once, class: rate },
  { code: "429 without a policy", bend: status(429), times: once, class: rate },
  {
    code: "429 of the day",
    bend: { kind: "daily-limit", retryAfter: 600 },
    times: once,
    class: waits("quota", 600_000),
  },
  { code: "477", bend: { kind: "migrating", retryAfter: 300 }, times: once, class: waits("migration", 300_000) },
  { code: "423", bend: { kind: "locked" }, times: once, class: concurrency },
  ...[408, 500, 502, 503, 504, 521, 522, 523, 524].map((code) => passing(String(code), status(code))),
  passing("a reset before the effect", { kind: "drop-before" }),
  passing("a reset after the effect", { kind: "drop-after" }),
  passing("502 after the effect", { kind: "status-after", status: 502 }),
  passing("504, and the effect later", { kind: "late-effect", delayMs: 5_000 }),
  passing("HTML with 502", { kind: "html", status: 502 }),
  passing("HTML with 200", { kind: "html", status: 200 }),
  passing("200 without a body", { kind: "empty" }),
  passing("200 with an error", { kind: "error-200" }),
  passing("half a body", { kind: "truncated" }),
  passing("300", status(300)),
  passing("302", { kind: "redirect", status: 302 }),
  passing("307", { kind: "redirect", status: 307 }),
  { code: "401", bend: status(401), times: once, class: auth },
  { code: "401 expired", bend: { kind: "token-expired" }, times: once, class: auth },
  forGood(403, scope),
  ...[400, 402, 414, 415].map((code) => forGood(code, refused("data", "rejected"))),
  forGood(404, gone),
  forGood(409, refused("changed", "conflict")),
  { code: "207 INTERNAL_ERROR", bend: failed("INTERNAL_ERROR"), times: once, class: partial.transient },
  { code: "207 SERVICE_UNAVAILABLE", bend: failed("SERVICE_UNAVAILABLE"), times: once, class: partial.transient },
  { code: "207 RATE_LIMITS", bend: failed("RATE_LIMITS"), times: once, class: partial.transient },
  { code: "207 OBJECT_NOT_FOUND", bend: failed("OBJECT_NOT_FOUND"), class: partial.gone },
  { code: "207 VALIDATION_ERROR", bend: failed("VALIDATION_ERROR"), class: partial.refused },
  { code: "207 CONFLICT", bend: failed("CONFLICT"), class: partial.refused },
  { code: "207 MISSING_PERMISSION", bend: failed("MISSING_PERMISSION"), class: partial.refused },
];
