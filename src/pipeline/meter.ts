import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { readStanding, type Standing } from "../store/standing.ts";

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

type MeterDeps = Pick<Deps, "db" | "metrics" | "now"> & { settings: Pick<Deps["settings"], "inboxHighWater"> };

export function createMeter(deps: MeterDeps, { lease, links }: Measured): Meter {
  const { db, metrics, now, settings } = deps;
  const { workspaceId } = lease;
  const kinds = new Set<string>();
  const connectionIds = new Set<string>();
  let isStopped = false;

  // What was shown once and is gone must be shown as gone.
  function show(standing: Standing | null, open: Measured["links"]): void {
    const alerts = new Map(standing?.alerts.map(({ kind, count }) => [kind, count]));
    const caughtUp = new Map(standing?.caughtUp.map(({ connectionId, at }) => [connectionId, at]));
    for (const kind of alerts.keys()) kinds.add(kind);
    for (const id of [...open.keys(), ...caughtUp.keys()]) connectionIds.add(id);
    for (const kind of kinds) metrics.alertsOpen(workspaceId, kind, alerts.get(kind) ?? 0);
    for (const id of connectionIds) {
      metrics.budgetUsed(id, shareUsed(open.get(id)));
      metrics.dayUsed(id, open.get(id)?.throttle.state().day ?? null);
      const at = caughtUp.get(id) ?? null;
      metrics.caughtUp(id, at === null ? null : Date.parse(at));
    }
    metrics.inboxDepth(workspaceId, standing?.waiting ?? null);
    metrics.parked(workspaceId, standing?.parked ?? null);
    metrics.oldestEvent(workspaceId, standing && ageMs(standing.waitingSince));
    metrics.oldestWrite(workspaceId, standing && ageMs(standing.unconfirmedSince));
  }

  const ageMs = (since: string | null) => (since === null ? 0 : Math.max(0, now().getTime() - Date.parse(since)));

  return {
    async read() {
      const [standing] = await readStanding(db.query, { workspaceId, countedTo: settings.inboxHighWater });
      if (!isStopped && standing !== undefined) show(standing, links);
    },
    stop() {
      isStopped = true;
      show(null, new Map());
    },
  };
}

function shareUsed(link: { throttle: Pick<Throttle, "state"> } | undefined): number {
  if (link === undefined) return 0;
  const { used, limit } = link.throttle.state();
  return Math.min(1, used / limit);
}
