import { statfs } from "node:fs/promises";
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";
import type { Sample } from "./operator/worry.ts";

/** What an app counts. Labels are kinds and ids of ours, never a lead's; durations come in milliseconds. */
export type Metrics = ReturnType<typeof createMetrics>;

// From one CRM call to the longest wait that the policy allows.
const speedSeconds = [0.1, 0.2, 0.3, 0.6, 1, 2, 3, 5, 8, 12.5, 24, 60, 300, 900, 3600];

/** A registry of its own for each app: two apps in one process never share a figure. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "baton_" });
  const growing: Growing[] = [];
  const make = makers(registry, growing);
  return {
    contentType: registry.contentType,
    /** Everything in the text format of Prometheus. */
    text: () => registry.metrics(),
    /** The same as data, for the operator's page. */
    read: async (): Promise<Sample[]> => samplesOf(await registry.getMetricsAsJSON()),
    /** Of that, what only ever grows. Leaves alone those of the process's own that begin anew at each reading. */
    readCounters: async (): Promise<Sample[]> => samplesOf(await Promise.all(growing.map((metric) => metric.get()))),
    ...intakeMetrics(make),
    ...routingMetrics(make),
    ...crmMetrics(make),
    ...leaseMetrics(make),
    ...standingMetrics(make),
    ...databaseMetrics(make),
  };
}

// prom-client's own types leave out that a histogram's values carry the names of its parts.
type Value = MetricValue<string> & { metricName?: string };

function samplesOf(metrics: readonly MetricObjectWithValues<Value>[]): Sample[] {
  return metrics.flatMap(({ name, values }) =>
    values.map(({ metricName, labels, value }) => ({ name: metricName ?? name, labels: labelsOf(labels), value })),
  );
}

const labelsOf = (labels: Value["labels"]) =>
  Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

type Make = ReturnType<typeof makers>;

type Growing = { get(): Promise<MetricObjectWithValues<Value>> };

function makers(registry: Registry, growing: Growing[]) {
  const registers = [registry];
  const noted = <T extends Growing>(metric: T): T => {
    growing.push(metric);
    return metric;
  };
  return {
    counter: <T extends string>(name: string, help: string, ...labelNames: T[]) =>
      noted(new Counter({ name: `baton_${name}`, help, labelNames, registers })),
    gauge: <T extends string>(name: string, help: string, ...labelNames: T[]) =>
      new Gauge({ name: `baton_${name}`, help, labelNames, registers }),
    /** Its value is looked up at each reading; NaN when that fails. */
    readGauge: (name: string, help: string, read: () => Promise<number>) =>
      new Gauge({
        name: `baton_${name}`,
        help,
        registers,
        async collect() {
          this.set(await read().catch(() => Number.NaN));
        },
      }),
    histogram: <T extends string>(name: string, help: string, buckets: number[], ...labelNames: T[]) =>
      noted(new Histogram({ name: `baton_${name}`, help, buckets, labelNames, registers })),
  };
}

/** What became of the events of one delivery. */
export type Intake = { stored?: number; duplicates?: number; parked?: number; unknown?: number };

/** An alarm on growth sees the first one only when the figure stood at 0 before. */
const refusals = ["forged", "unreadable", "busy", "too-slow", "inbox-full"] as const;
const late = ["decision", "write", "follow-up"] as const;
const outages = ["none", "ECONNREFUSED", "57P01", "57P03", "08006", "53100", "53300"];

function intakeMetrics({ counter }: Make) {
  const requests = counter("http_requests_total", "Answered requests", "route", "status");
  const events = counter("events_total", "Reported changes, by what became of them at the door", "result");
  const refused = counter("deliveries_refused_total", "Deliveries that were turned away, by reason", "because");
  for (const because of refusals) refused.inc({ because }, 0);
  const ignored = counter("events_ignored_total", "Stored events that led to no decision", "because");
  return {
    answered: (route: string, status: number) => requests.inc({ route, status: String(status) }),
    received(intake: Intake) {
      events.inc({ result: "stored" }, intake.stored ?? 0);
      events.inc({ result: "duplicate" }, intake.duplicates ?? 0);
      events.inc({ result: "parked" }, intake.parked ?? 0);
      events.inc({ result: "unknown-account" }, intake.unknown ?? 0);
    },
    deliveryRefused: (because: (typeof refusals)[number]) => refused.inc({ because }),
    ignored: (because: string, count = 1) => ignored.inc({ because }, count),
  };
}

/** How a workspace stands; null: there is no such thing now, and a figure that is left would tell of a past one. */
function standingMetrics({ gauge }: Make) {
  const depth = gauge("inbox_depth", "Events that wait for a decision", "workspace");
  const oldestEvent = gauge("inbox_oldest_seconds", "Age of the longest-waiting event, 0 when none waits", "workspace");
  const oldestWrite = gauge(
    "writes_oldest_seconds",
    "Age of the longest-planned write that the CRM has not confirmed, 0 when all are",
    "workspace",
  );
  const parked = gauge("inbox_parked", "Events that were set aside until somebody re-drives them", "workspace");
  const caughtUp = gauge(
    "catch_up_timestamp_seconds",
    "When a CRM account was last asked for all that no event told",
    "connection",
  );
  const show = (figure: Gauge<"workspace">, workspace: string, value: number | null) =>
    value === null ? figure.remove({ workspace }) : figure.set({ workspace }, value);
  return {
    inboxDepth: (workspace: string, count: number | null) => show(depth, workspace, count),
    oldestEvent: (workspace: string, ms: number | null) => show(oldestEvent, workspace, ms && ms / 1000),
    oldestWrite: (workspace: string, ms: number | null) => show(oldestWrite, workspace, ms && ms / 1000),
    parked: (workspace: string, count: number | null) => show(parked, workspace, count),
    caughtUp: (connection: string, atMs: number | null) =>
      atMs === null ? caughtUp.remove({ connection }) : caughtUp.set({ connection }, atMs / 1000),
  };
}

function databaseMetrics({ counter, gauge, readGauge }: Make) {
  const errors = counter(
    "database_errors_total",
    "Statements and connections that failed by the database's own fault",
    "code",
  );
  for (const code of outages) errors.inc({ code }, 0);
  const unleased = gauge("workspaces_unleased", "Workspaces that no process works on, as this process sees it");
  return {
    /** `code`: PostgreSQL's or the system's; what has none lost its connection. */
    databaseFailed: (code: string | null) => errors.inc({ code: code ?? "none" }),
    workspacesUnleased: (count: number) => unleased.set(count),
    /** Shows the free space where the embedded database lies, looked up at each reading. */
    watchDisk(directory: string) {
      readGauge("data_dir_free_bytes", "Free space where the embedded database lies", async () => {
        const { bavail, bsize } = await statfs(directory);
        return bavail * bsize;
      });
    },
  };
}

function routingMetrics({ counter, gauge, histogram }: Make) {
  const decisions = counter(
    "decisions_total",
    "Decisions by outcome and the stage that ended them",
    "outcome",
    "stage",
  );
  const batches = histogram("batch_leads", "Leads decided in one batch", [1, 2, 5, 10, 20, 50, 100]);
  const decidedAfter = histogram("decided_seconds", "From the receipt of the event to the decision", speedSeconds);
  const ownedAfter = histogram("owned_seconds", "From the receipt of the event to the owner written", speedSeconds);
  const operations = counter("operations_total", "Writes to the CRM by the state they reached", "kind", "state");
  const timers = counter("timers_fired_total", "SLA timers that came due");
  const alerts = gauge("alerts_open", "Alerts that nobody has resolved", "workspace", "kind");
  return {
    /** One call a batch. */
    decided(batch: readonly { outcome: { kind: string; stage?: string } }[]) {
      batches.observe(batch.length);
      for (const { outcome } of batch) decisions.inc({ outcome: outcome.kind, stage: outcome.stage ?? "none" });
    },
    decidedAfter: (ms: number) => decidedAfter.observe(ms / 1000),
    ownerWritten: (ms: number) => ownedAfter.observe(ms / 1000),
    operationSettled: (kind: string, state: string, count = 1) => operations.inc({ kind, state }, count),
    timersFired: (count: number) => timers.inc(count),
    alertsOpen: (workspace: string, kind: string, count: number) => alerts.set({ workspace, kind }, count),
  };
}

function crmMetrics({ counter, gauge }: Make) {
  const calls = counter(
    "crm_calls_total",
    "Calls to a CRM by lane: answered, refused by its rate limit, or failed without an answer",
    "lane",
    "result",
  );
  const doubled = counter("doubled_tasks_total", "Tasks that a CRM had made twice, of which one was closed");
  const used = gauge("crm_budget_used", "Share of the CRM's request window in use, 0 to 1", "connection");
  const dayUsed = gauge("crm_day_used", "Share of our calls of the account's 24 hours that is made", "connection");
  const dayLeft = gauge("crm_day_left", "Calls that are ours to make still of the account's 24 hours", "connection");
  return {
    called: (lane: string, result: "answered" | "refused" | "failed") => calls.inc({ lane, result }),
    doubledTask: () => doubled.inc(),
    budgetUsed: (connection: string, share: number) => used.set({ connection }, share),
    /** Null: the CRM tells of no such limit, or nobody works on the connection. */
    dayUsed(connection: string, day: { used: number; limit: number } | null) {
      if (day === null) return void [dayUsed, dayLeft].map((figure) => figure.remove({ connection }));
      dayUsed.set({ connection }, day.used / day.limit);
      dayLeft.set({ connection }, Math.max(0, day.limit - day.used));
    },
  };
}

function leaseMetrics({ counter, gauge }: Make) {
  const held = gauge("leases_held", "Workspaces that this process works on");
  const changes = counter("lease_changes_total", "Workspaces that came here from another process or an earlier run");
  const lost = counter("leases_lost_total", "Workspaces that this process had to abandon");
  const stale = counter(
    "stale_completions_total",
    "Results that were refused: their workspace had passed to another process, or their write had ended",
    "what",
  );
  for (const what of late) stale.inc({ what }, 0);
  return {
    leasesHeld: (count: number) => held.set(count),
    leaseChanged: () => changes.inc(),
    leaseLost: () => lost.inc(),
    staleCompletion: (what: (typeof late)[number], count = 1) => stale.inc({ what }, count),
  };
}
