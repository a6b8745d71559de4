import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What an app counts. Labels are kinds and ids of ours, never a lead's; durations come in milliseconds. */
export type Metrics = ReturnType<typeof createMetrics>;

// From one CRM call to the longest wait that the policy allows.
const speedSeconds = [0.1, 0.2, 0.3, 0.6, 1, 2, 3, 5, 8, 12.5, 24, 60, 300, 900, 3600];

/** A registry of its own for each app: two apps in one process never share a figure. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "baton_" });
  const make = makers(registry);
  return {
    contentType: registry.contentType,
    /** Everything in the text format of Prometheus. */
    text: () => registry.metrics(),
    ...intakeMetrics(make),
    ...routingMetrics(make),
    ...crmMetrics(make),
    ...leaseMetrics(make),
  };
}

type Make = ReturnType<typeof makers>;

function makers(registry: Registry) {
  const registers = [registry];
  return {
    counter: <T extends string>(name: string, help: string, ...labelNames: T[]) =>
      new Counter({ name: `baton_${name}`, help, labelNames, registers }),
    gauge: <T extends string>(name: string, help: string, ...labelNames: T[]) =>
      new Gauge({ name: `baton_${name}`, help, labelNames, registers }),
    histogram: <T extends string>(name: string, help: string, buckets: number[], ...labelNames: T[]) =>
      new Histogram({ name: `baton_${name}`, help, buckets, labelNames, registers }),
  };
}

/** What became of the events of one delivery. */
export type Intake = { stored?: number; duplicates?: number; parked?: number; unknown?: number };

function intakeMetrics({ counter, gauge }: Make) {
  const requests = counter("http_requests_total", "Answered requests", "route", "status");
  const events = counter("events_total", "Reported changes, by what became of them at the door", "result");
  const refused = counter("deliveries_refused_total", "Deliveries that were told to come back", "because");
  const ignored = counter("events_ignored_total", "Stored events that led to no decision", "because");
  const depth = gauge("inbox_depth", "Events that wait for a decision", "workspace");
  return {
    answered: (route: string, status: number) => requests.inc({ route, status: String(status) }),
    received(intake: Intake) {
      events.inc({ result: "stored" }, intake.stored ?? 0);
      events.inc({ result: "duplicate" }, intake.duplicates ?? 0);
      events.inc({ result: "parked" }, intake.parked ?? 0);
      events.inc({ result: "unknown-portal" }, intake.unknown ?? 0);
    },
    deliveryRefused: (because: "forged" | "unreadable" | "inbox-full" | "busy") => refused.inc({ because }),
    ignored: (because: string, count = 1) => ignored.inc({ because }, count),
    inboxDepth: (workspace: string, events: number) => depth.set({ workspace }, events),
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
  const used = gauge("crm_budget_used", "Share of the CRM's request window in use, 0 to 1", "connection");
  return {
    called: (lane: string, result: "answered" | "refused" | "failed") => calls.inc({ lane, result }),
    budgetUsed: (connection: string, share: number) => used.set({ connection }, share),
  };
}

function leaseMetrics({ counter, gauge }: Make) {
  const held = gauge("leases_held", "Workspaces that this process works on");
  const changes = counter("lease_changes_total", "Workspaces that came here from another process or an earlier run");
  const lost = counter("leases_lost_total", "Workspaces that this process had to abandon");
  return {
    leasesHeld: (count: number) => held.set(count),
    leaseChanged: () => changes.inc(),
    leaseLost: () => lost.inc(),
  };
}
