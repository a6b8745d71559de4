import type { Headcount } from "../store/workers.ts";

/** How many workspaces a worker may have. */
export type Share = {
  /** It takes no more while it has so many. */
  take: number;
  /** What it has beyond so many it hands over. */
  keep: number;
};

/**
 * An equal part, rounded up: there is room for every workspace, and nobody is ever asked to hand over what another
 * would be asked to hand back. A newcomer is handed something only once it has lived for a while: one that dies again
 * and again would leave workspaces alone for the length of a lease each time.
 */
export function fairShare({ workspaces, living, settled }: Headcount): Share {
  return {
    take: Math.ceil(workspaces / Math.max(1, living)),
    keep: Math.ceil(workspaces / Math.max(1, settled)),
  };
}
