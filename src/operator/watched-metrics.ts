import type { Worry } from "./worry.ts";

export type WatchedMetric = {
  meaning: string;
  /** When to worry, and what to do then; empty: for looking at, never a reason to wake anybody. */
  worries: readonly { when: Worry; whatToDo: string }[];
};

const gigabyte = 1024 ** 3;

/** Every figure of `/metrics` that is Baton's own, and those of the process that are worth a look. */
export const watchedMetrics = {
  baton_workspaces_unleased: watch(
    "Workspaces that no worker works on.",
    { kind: "above", limit: 0, unit: "count" },
    "For more than a minute: start a worker, or look in its log why a workspace could not be started.",
  ),
  baton_alerts_open: watch(
    "Alarms that nobody has seen to, by workspace and kind.",
    { kind: "above", limit: 0, unit: "count" },
    "Find the kind among the alarms; `npm run baton -- alerts` names the lead or account.",
  ),
  baton_inbox_oldest_seconds: watch(
    "Age of the oldest event that waits for a decision.",
    { kind: "above", limit: 300, unit: "seconds" },
    "Look for a paused connection, failed CRM calls, a worker that is missing.",
  ),
  baton_writes_oldest_seconds: watch(
    "Age of the oldest write that the CRM has not confirmed.",
    { kind: "above", limit: 900, unit: "seconds" },
    "Look for failed or refused CRM calls; Baton goes on trying.",
  ),
  baton_inbox_depth: watch(
    "Events that wait; at `BATON_INBOX_HIGH_WATER` deliveries are told to come back.",
    { kind: "above", limit: 50_000, unit: "count" },
    "After a flood it falls by itself; if it grows, the CRM's budget or a worker is missing.",
  ),
  baton_inbox_parked: watch(
    "Events that were set aside until somebody re-drives them.",
    { kind: "above", limit: 0, unit: "count" },
    "See the alarms `leads-parked`, `poison` and `too-many-decisions`; then `npm run baton -- redrive`.",
  ),
  baton_catch_up_timestamp_seconds: watch(
    "When the CRM was last asked for all that no event told; every 10 minutes.",
    { kind: "older-than", seconds: 900 },
    "Look for failed CRM calls; until it works, a lost webhook stays lost.",
  ),
  baton_database_errors_total: watch(
    "Statements and connections that failed by the database's own fault, by code.",
    { kind: "grew", by: 0, minutes: 5 },
    "`ECONNREFUSED`, `57P…`, `08…`: it is away. `53100`: its disk is full. See the runbooks.",
  ),
  baton_data_dir_free_bytes: watch(
    "Free space where the embedded database lies.",
    { kind: "below", limit: gigabyte, unit: "bytes" },
    "Make room, or move the folder while Baton is stopped. With PostgreSQL watch the server's own disk.",
  ),
  baton_http_requests_total: watch(
    "Answered requests by route and status.",
    { kind: "grew", by: 0, minutes: 5, of: { label: "status", is: "5.." } },
    "The CRM sends again what was answered 503; look at `/readyz` and the database.",
  ),
  baton_deliveries_refused_total: {
    meaning: "Deliveries that were turned away.",
    worries: [
      {
        when: { kind: "grew", by: 0, minutes: 15, of: { label: "because", is: "forged" } },
        whatToDo: "Check the variable of that CRM's client secret and `BATON_PUBLIC_URL` first; else somebody tries.",
      },
      {
        when: { kind: "grew", by: 0, minutes: 15, of: { label: "because", is: "inbox-full" } },
        whatToDo: "The inbox is at `BATON_INBOX_HIGH_WATER`: see `baton_inbox_depth`.",
      },
    ],
  },
  baton_crm_calls_total: {
    meaning: "Calls to the CRM: answered, refused by its rate limit, or failed without an answer.",
    worries: [
      {
        when: { kind: "grew", by: 20, minutes: 15, of: { label: "result", is: "failed" } },
        whatToDo: "Look at the CRM's status page and the way out of your network.",
      },
      {
        when: { kind: "grew", by: 10, minutes: 15, of: { label: "result", is: "refused" } },
        whatToDo: "Another app uses up the account's limit: find it in the CRM's own usage page.",
      },
    ],
  },
  baton_doubled_tasks_total: watch(
    "Tasks that a CRM without unique task keys had made twice; one of the two was closed.",
    { kind: "grew", by: 5, minutes: 15 },
    "The CRM does what it was asked minutes after it gave up: look at its status page. Nothing is left to do by hand.",
  ),
  baton_owned_seconds: watch(
    "From the receipt of an event to the owner in the CRM.",
    { kind: "p99-above", seconds: 60, minutes: 15 },
    "See `baton_crm_budget_used`: leads wait for the CRM's request limit after a flood.",
  ),
  baton_leases_lost_total: watch(
    "Workspaces that this process had to abandon.",
    { kind: "grew", by: 0, minutes: 15 },
    "The process was stopped, starved of CPU, or cut off from the database; others took over.",
  ),
  baton_stale_completions_total: watch(
    "Results that came after the workspace was taken over; they were not recorded.",
    { kind: "grew", by: 0, minutes: 15 },
    "As `baton_leases_lost_total`: the process stood still for longer than its lease.",
  ),
  baton_lease_changes_total: watch(
    "Workspaces that came here from another process or an earlier run.",
    { kind: "grew", by: 20, minutes: 15 },
    "A worker dies again and again: read the last lines of its log.",
  ),
  baton_process_resident_memory_bytes: watch(
    "Memory of this process.",
    { kind: "above", limit: 2 * gigabyte, unit: "bytes" },
    "On the embedded database: set `DATABASE_URL`. Else spread the workspaces over more workers.",
  ),
  baton_nodejs_eventloop_lag_p99_seconds: watch(
    "How late this process gets to its work.",
    { kind: "above", limit: 1, unit: "seconds" },
    "It lacks CPU: give it more, or another worker.",
  ),
  baton_batch_leads: look("Leads decided in one batch; large ones mean that calls are scarce."),
  baton_crm_budget_used: look("Share of the CRM's request window in use, 0 to 1; near 1 in a flood, by design."),
  baton_crm_day_left: look("Calls that Baton may make still of an account's 24 hours."),
  baton_crm_day_used: look(
    "Of those that it may make (`requests` of the policy) the share that is made, 0 to 1; missing where the CRM tells of no such limit.",
  ),
  baton_decided_seconds: look("From the receipt of an event to its decision."),
  baton_decisions_total: look("Decisions by outcome and by the stage that ended them."),
  baton_events_ignored_total: look("Stored events that led to no decision, by reason."),
  baton_events_total: look("Reported changes by what became of them at the door."),
  baton_leases_held: look("Workspaces that this process works on."),
  baton_operations_total: look("Writes to the CRM by kind and by what it answered."),
  baton_timers_fired_total: look("SLA timers that came due."),
} satisfies Record<string, WatchedMetric>;

export type MetricName = keyof typeof watchedMetrics;

function watch(meaning: string, when: Worry, whatToDo: string): WatchedMetric {
  return { meaning, worries: [{ when, whatToDo }] };
}

function look(meaning: string): WatchedMetric {
  return { meaning, worries: [] };
}
