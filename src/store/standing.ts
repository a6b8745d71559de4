import { sql } from "kysely";
import type { Query } from "./db.ts";

/** How a workspace stands: what waits, since when, and what a person should see to. */
export type Standing = {
  workspaceId: string;
  /** Waiting events, and parked ones that can be re-driven: counted to `countedTo`. */
  waiting: number;
  parked: number;
  /** When the longest-waiting event was received, and the longest unconfirmed write planned; null when there is none. */
  waitingSince: string | null;
  unconfirmedSince: string | null;
  /** When each active connection was last asked for all that no event told; null: not yet. */
  caughtUp: readonly { connectionId: string; at: string | null }[];
  alerts: readonly { kind: string; count: number; since: string }[];
};

type Counting = { workspaceId: string | null; countedTo: number };
type Row = Omit<Standing, "caughtUp" | "alerts"> & {
  caughtUp: Standing["caughtUp"] | null;
  alerts: Standing["alerts"] | null;
};

/** Of one workspace or (null) of all, by id. Every part of it is a look into an index. */
export async function readStanding(db: Query, { workspaceId, countedTo }: Counting): Promise<Standing[]> {
  const { rows } = await sql<Row>`
    select w.id as workspace_id,
      (select count(*) from (select 1 from inbox
        where workspace_id = w.id and state = 'pending' limit ${countedTo}) i) as waiting,
      (select count(*) from (select 1 from inbox
        where workspace_id = w.id and state = 'parked' and subject_kind <> 'junk' limit ${countedTo}) i) as parked,
      (select received_at from inbox where workspace_id = w.id and state = 'pending'
        order by received_at limit 1) as waiting_since,
      (select min(planned_at) from operations where settled_at is null
        and connection_id in (select id from connections where workspace_id = w.id)) as unconfirmed_since,
      (select json_agg(json_build_object('connectionId', c.id, 'at', s.at) order by c.id) from connections c
        left join sync_cursors s on s.connection_id = c.id and s.kind = 'qualified'
        where c.workspace_id = w.id and c.status = 'active') as caught_up,
      (select json_agg(a order by a.kind) from (select kind, count(*) as count, min(raised_at) as since from alerts
        where workspace_id = w.id and resolved_at is null group by kind) a) as alerts
    from ${workspaceId === null ? sql`workspaces` : sql`(select ${workspaceId}::text as id)`} w order by w.id
  `.execute(db);
  return rows.map(({ caughtUp, alerts, ...row }) => ({
    ...row,
    caughtUp: (caughtUp ?? []).map(({ connectionId, at }) => ({ connectionId, at: at && isoString(at) })),
    alerts: (alerts ?? []).map((alert) => ({ ...alert, since: isoString(alert.since) })),
  }));
}

/** Instants inside JSON come as PostgreSQL writes them. */
const isoString = (text: string) => new Date(text).toISOString();
