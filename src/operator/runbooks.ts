/** What to do when something is gone. Each was done for real, on both databases where it applies, and tells what was seen. */
export type Runbook = { title: string; youSee: string; steps: readonly string[] };

export const runbooks: readonly Runbook[] = [
  {
    title: "After a crash",
    youSee:
      "Nothing answers, or on PostgreSQL a worker is missing: others take its workspaces within `BATON_LEASE_SECONDS` and two seconds.",
    steps: [
      "Start Baton again; nothing needs to be cleaned up, the lock of a dead process is taken over.",
      "Within a minute `/readyz` says ready, what was under way is looked up before it is repeated, and leads that nobody told of are asked for. The CRM sends what was not acknowledged a minute later.",
      "If it crashes again, read the last lines of its log: a message `unexpected error: stopping` is a bug, please report it.",
    ],
  },
  {
    title: "Full disk",
    youSee:
      '`baton_database_errors_total{code="53100"}` grows and deliveries are not acknowledged, while `/readyz` still says ready, for reading works.',
    steps: [
      "Make room. Delete nothing in the database's own folder; grow the disk, or remove logs and other files.",
      "A running Baton goes on by itself within seconds. If it was stopped meanwhile, it refuses to start with `The disk is full` until there is room; then start it.",
      "The CRM sends again what was not acknowledged, the first time after a minute; whatever it gave up is found within 15 minutes.",
    ],
  },
  {
    title: "Lost database",
    youSee:
      "`/readyz` and this page say that the database does not answer, and deliveries are not acknowledged. Leave Baton running.",
    steps: [
      "Bring PostgreSQL back, at the same `DATABASE_URL`. Baton reconnects by itself: in a trial, five seconds later all leads of the outage had been found and routed. A Baton that is started meanwhile stops at once, so let your supervisor start it again.",
      "If the data is lost, restore the newest backup while Baton is stopped, then start it: leads that were decided since are decided again, go to the rep who had them, and get no second task.",
      "Without any backup, begin with an empty database and install the app again in each account; leads from before that stay as they are. Keep `BATON_ENCRYPTION_KEYS` apart from the backups: without them they open no account.",
    ],
  },
  {
    title: "Revoked token",
    youSee:
      "The alarm `connection-paused`, at the latest five minutes after the app was uninstalled or its access taken back.",
    steps: [
      "Ask an administrator of that account whether it was on purpose. If not, let them open the address at which Baton is installed in that CRM, which `serve` prints at its start, and allow access again.",
      "Within a minute the alarm ends, and the leads of the pause are found and routed.",
      "If it comes back at once, the app lacks a permission, or its client secret was changed: compare the variable of it, which the settings list.",
    ],
  },
];
