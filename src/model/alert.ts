/**
 * What a person is told of. `src/operator/alert-advice.ts` says what each means and what to do; one that it does not
 * explain does not compile.
 */
export type AlertKind =
  | "clocks-unwatched"
  | "connection-paused"
  | "connection-waits"
  | "events-unreadable"
  | "feature-off"
  | "ghost-owner"
  | "lead-unowned"
  | "leads-parked"
  | "owner-away"
  | "owner-over-capacity"
  | "poison"
  | "owner-conflict"
  | "owner-fought"
  | "policy-names-nobody"
  | "requests-spent"
  | "stage-unknown"
  | "stale-leads"
  | "task-refused"
  | "too-many-decisions"
  | "undecided"
  | "unwritten"
  | "write-refused";
