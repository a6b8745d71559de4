import type { Deps } from "../deps.ts";
import type { Lease } from "../store/leases.ts";
import { type Running, startWorkspace } from "./run-workspace.ts";
import { longestTurnMs } from "./take-suspects.ts";
import { createTurnstile } from "./turnstile.ts";

/** What this process runs for each workspace that it leases; one group of suspects at a time in all of them. */
export function workspaceStarter(deps: Deps): (lease: Lease) => Promise<Running> {
  const turnstile = createTurnstile(deps, longestTurnMs);
  return (lease) => startWorkspace(deps, turnstile, lease);
}
