import type { Metrics } from "../../metrics.ts";
import type { Route } from "../route.ts";

/** How this process is, as far as it can tell without much work. */
export type Health = {
  role: "web" | "worker" | "all";
  /** Set while the process stops: who balances the load should send nothing more. */
  isDraining(): boolean;
  /** `problem` is null when a statement got through and the schema is current; else what to do. */
  database(): Promise<{ problem: string | null; unleased: number | null }>;
  /** Ids of the workspaces that this process works on; null without a worker. */
  leases(): readonly string[] | null;
  /** What the embedded database should not carry any longer, and what to do about it; empty on PostgreSQL. */
  embeddedLimits(): readonly string[];
};

/** The process is up; says nothing of what it depends on, so that no restart is caused by a database that is away. */
export function healthHandler(): Route["handler"] {
  return async () => ({ status: 200, json: { status: "up" } });
}

/** 200 while work can be taken, 503 with the reason while not. */
export function readyHandler(health: Health): Route["handler"] {
  return async () => {
    const database = await health.database();
    const problem = health.isDraining() ? "stopping" : database.problem;
    const leases = health.leases();
    return {
      status: problem === null ? 200 : 503,
      json: {
        status: problem === null ? "ready" : "not-ready",
        problem,
        role: health.role,
        leases: { held: leases, unleased: database.unleased },
        warnings: health.embeddedLimits(),
      },
    };
  };
}

export function metricsHandler(metrics: Metrics): Route["handler"] {
  return async () => ({ status: 200, headers: { "content-type": metrics.contentType }, text: await metrics.text() });
}
