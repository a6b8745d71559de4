import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { openAlerts } from "../store/alerts.ts";

/** Shows how a workspace stands in the gauges that nothing else moves. */
export type Meter = {
  read(): Promise<void>;
  /** Sets its gauges to nothing: another process may show them from now on. */
  stop(): void;
};

type Measured = {
  lease: { workspaceId: string };
  links: ReadonlyMap<string, { throttle: Pick<Throttle, "state"> }>;
};

/** More open alerts than these are shown as so many. */
const countedAlerts = 1_000;

export function createMeter({ db, metrics }: Pick<Deps, "db" | "metrics">, { lease, links }: Measured): Meter {
  const { workspaceId } = lease;
  const kinds = new Set<string>();
  const connectionIds = new Set<string>();
  let isStopped = false;

  // What was shown once and is gone must be shown as gone.
  function show(alerts: ReadonlyMap<string, number>, open: Measured["links"]): void {
    for (const kind of alerts.keys()) kinds.add(kind);
    for (const id of open.keys()) connectionIds.add(id);
    for (const kind of kinds) metrics.alertsOpen(workspaceId, kind, alerts.get(kind) ?? 0);
    for (const id of connectionIds) metrics.budgetUsed(id, shareUsed(open.get(id)));
  }

  return {
    async read() {
      const counts = new Map<string, number>();
      for (const { kind } of await openAlerts(db.query, workspaceId, countedAlerts)) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      if (!isStopped) show(counts, links);
    },
    stop() {
      isStopped = true;
      show(new Map(), new Map());
    },
  };
}

function shareUsed(link: { throttle: Pick<Throttle, "state"> } | undefined): number {
  if (link === undefined) return 0;
  const { used, limit } = link.throttle.state();
  return Math.min(1, used / limit);
}
