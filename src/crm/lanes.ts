/** What calls are for, most urgent first. Searches have a window of their own and share only the calls in flight. */
export const lanes = ["owner-write", "live-read", "search", "task", "sla", "sync", "backfill"] as const;
export type Lane = (typeof lanes)[number];

export function byLane<T>(make: (lane: Lane) => T): Record<Lane, T> {
  return {
    "owner-write": make("owner-write"),
    "live-read": make("live-read"),
    search: make("search"),
    task: make("task"),
    sla: make("sla"),
    sync: make("sync"),
    backfill: make("backfill"),
  };
}
