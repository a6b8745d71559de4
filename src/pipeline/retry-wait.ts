import { backoffMs } from "../jobs/backoff.ts";
import { longestWaitMs } from "../store/inbox.ts";

/** The wait before work that failed `attempts` times is tried again: a second at first, a minute at most. */
export function retryWaitMs(attempts: number): number {
  // One process owns the workspace, so there is no herd to spread by chance.
  return backoffMs({ attempt: attempts + 1, firstMs: 1_000, maxMs: longestWaitMs, chance: 0.5 });
}
