import { createHash } from "node:crypto";
import { type Selectable, sql } from "kysely";
import type { AlertKind } from "../model/alert.ts";
import type { Query } from "./db.ts";
import type { AlertsTable } from "./schema.ts";

export type AlertRow = Selectable<AlertsTable>;
type AlertName = Pick<AlertRow, "workspaceId" | "subjectId"> & { kind: AlertKind };
/** `message` says what happened to what, `whatToDo` what a person should do; ids only, no personal data. */
export type NewAlert = Omit<AlertRow, "id" | "kind" | "resolvedAt"> & { kind: AlertKind };

/** One open alert per workspace, kind and subject. False: it was open already. A resolved one opens again. */
export async function raiseAlert(db: Query, alert: NewAlert): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into alerts as a (id, workspace_id, connection_id, kind, subject_id, message, what_to_do, raised_at)
    values (${idOf(alert)}, ${alert.workspaceId}, ${alert.connectionId}, ${alert.kind}, ${alert.subjectId},
      ${alert.message}, ${alert.whatToDo}, ${alert.raisedAt})
    on conflict (id) do update set message = excluded.message, what_to_do = excluded.what_to_do,
      raised_at = excluded.raised_at, resolved_at = null
    where a.resolved_at is not null
  `.execute(db);
  return Number(numAffectedRows ?? 0) === 1;
}

/** Oldest first. */
export async function openAlerts(db: Query, workspaceId: string, limit: number): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    select * from alerts where workspace_id = ${workspaceId} and resolved_at is null order by raised_at, id limit ${limit}
  `.execute(db);
  return rows;
}

/** Of all workspaces, oldest first. */
export async function openAlertsOfAll(db: Query, limit: number): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    select * from alerts where resolved_at is null order by raised_at, id limit ${limit}
  `.execute(db);
  return rows;
}

/** What the open alerts of a kind are about, in one workspace or (null) in all. */
export async function openSubjects(db: Query, workspaceId: string | null, kind: AlertKind): Promise<string[]> {
  const mine = workspaceId === null ? sql`true` : sql`workspace_id = ${workspaceId}`;
  const { rows } = await sql<{ subjectId: string }>`
    select subject_id from alerts where ${mine} and kind = ${kind} and resolved_at is null
  `.execute(db);
  return rows.map(({ subjectId }) => subjectId);
}

/** Resolves every open alert of these kinds, of one workspace or (null) of all; tells how many. */
export async function resolveKinds(
  db: Query,
  workspaceId: string | null,
  { kinds, at }: { kinds: readonly AlertKind[]; at: string },
): Promise<number> {
  const mine = workspaceId === null ? sql`true` : sql`workspace_id = ${workspaceId}`;
  const { numAffectedRows } = await sql`
    update alerts set resolved_at = ${at} where ${mine} and kind = any(${[...kinds]}) and resolved_at is null
  `.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** False: it was not open. */
export async function resolveAlert(db: Query, alert: AlertName, at: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update alerts set resolved_at = ${at} where id = ${idOf(alert)} and resolved_at is null
  `.execute(db);
  return Number(numAffectedRows ?? 0) === 1;
}

/** Resolves it when it was raised before a moment. */
export async function resolveOlder(
  db: Query,
  alert: AlertName,
  { before, at }: { before: string; at: string },
): Promise<void> {
  await sql`
    update alerts set resolved_at = ${at} where id = ${idOf(alert)} and resolved_at is null and raised_at < ${before}
  `.execute(db);
}

function idOf({ workspaceId, kind, subjectId }: AlertName): string {
  return createHash("sha256")
    .update(JSON.stringify([workspaceId, kind, subjectId]))
    .digest("hex")
    .slice(0, 32);
}
