import { type Selectable, sql } from "kysely";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { FollowUpState, FollowUpsTable } from "./schema.ts";

/** The one task of a decision, as far as we last saw it. */
export type FollowUpRow = Selectable<FollowUpsTable>;
export type NewFollowUp = Pick<
  FollowUpRow,
  "decisionId" | "leadId" | "qualifiedAt" | "taskKey" | "holderId" | "assignedAt" | "dueAt"
>;

type Opened = { workspaceId: string; connectionId: string; followUps: readonly NewFollowUp[] };

/** A part of a statement that opens what is new; a decision has one follow-up, so a known one stays as it is. */
export function insertFollowUps({ workspaceId, connectionId, followUps }: Opened) {
  return sql`
    insert into follow_ups (decision_id, workspace_id, connection_id, lead_id, qualified_at, task_key, holder_id,
      assigned_at, due_at)
    select "decisionId", ${workspaceId}, ${connectionId}, "leadId", "qualifiedAt", "taskKey", "holderId", "assignedAt",
      "dueAt"
    from json_to_recordset(${toJson(followUps)}::json) as e("decisionId" text, "leadId" text,
      "qualifiedAt" timestamptz, "taskKey" text, "holderId" text, "assignedAt" timestamptz, "dueAt" timestamptz)
    on conflict do nothing
  `;
}

/** Notes the CRM's ids of created tasks. */
export async function noteTasks(
  db: Query,
  tasks: readonly { decisionId: string; taskKey: string; taskId: string }[],
): Promise<void> {
  if (tasks.length === 0) return;
  await sql`
    update follow_ups f set task_id = e."taskId"
    from json_to_recordset(${toJson(tasks)}::json) as e("decisionId" text, "taskKey" text, "taskId" text)
    where f.decision_id = e."decisionId" and f.task_key = e."taskKey"
  `.execute(db);
}

/**
 * Open ones that were last read before `readBefore`, the longest ago first. The assignment counts as a read: new ones
 * of a burst do not push aside those whose turn it is. Of these connections only, and `besides` these decisions.
 */
export async function followUpsToRead(
  db: Query,
  workspaceId: string,
  {
    connectionIds,
    readBefore,
    besides,
    limit,
  }: { connectionIds: readonly string[]; readBefore: string; besides: readonly string[]; limit: number },
): Promise<FollowUpRow[]> {
  const { rows } = await sql<FollowUpRow>`
    select * from follow_ups
    where workspace_id = ${workspaceId} and state = 'open' and coalesce(read_at, assigned_at) < ${readBefore}
      and connection_id = any(${[...connectionIds]})
      ${besides.length === 0 ? sql`` : sql`and decision_id <> all(${[...besides]})`}
    order by coalesce(read_at, assigned_at), decision_id limit ${limit}
  `.execute(db);
  return rows;
}

/** What a read of the task told: who holds it now, and when it is due. */
export type Seen = { decisionId: string; at: string; holderId?: string; dueAt?: string };

export async function noteRead(db: Query, seen: readonly Seen[]): Promise<void> {
  if (seen.length === 0) return;
  await sql`
    update follow_ups f set read_at = e.at, holder_id = coalesce(e."holderId", f.holder_id),
      due_at = coalesce(e."dueAt", f.due_at)
    from json_to_recordset(${toJson(seen)}::json)
      as e("decisionId" text, at timestamptz, "holderId" text, "dueAt" timestamptz)
    where f.decision_id = e."decisionId"
  `.execute(db);
}

type Ended = { decisionId: string; state: Exclude<FollowUpState, "open">; at: string; by: string | null };

/** Ends follow-ups and answers the decision ids that were open until now. `at` and `by` are noted for touched ones. */
export async function settleFollowUps(db: Query, ended: readonly Ended[]): Promise<string[]> {
  if (ended.length === 0) return [];
  const { rows } = await sql<{ decisionId: string }>`
    update follow_ups f set state = e.state, touched_at = case when e.state = 'touched' then e.at end,
      touched_by = case when e.state = 'touched' then e.by end
    from json_to_recordset(${toJson(ended)}::json) as e("decisionId" text, state text, at timestamptz, by text)
    where f.decision_id = e."decisionId" and f.state = 'open'
    returning f.decision_id
  `.execute(db);
  return rows.map(({ decisionId }) => decisionId);
}

type Reopened = Pick<NewFollowUp, "decisionId" | "taskKey" | "holderId" | "assignedAt" | "dueAt">;

/**
 * Opens a closed follow-up once more, as if assigned at `assignedAt`, with a new task that is still to be made. False:
 * it was not closed.
 */
export async function reopenFollowUp(db: Query, reopened: Reopened): Promise<boolean> {
  const { rows } = await sql`
    update follow_ups set state = 'open', task_key = ${reopened.taskKey}, task_id = null,
      holder_id = ${reopened.holderId}, assigned_at = ${reopened.assignedAt}, due_at = ${reopened.dueAt}, read_at = null
    where decision_id = ${reopened.decisionId} and state = 'closed'
    returning 1
  `.execute(db);
  return rows.length > 0;
}

export async function readFollowUps(db: Query, decisionIds: readonly string[]): Promise<FollowUpRow[]> {
  const { rows } = await sql<FollowUpRow>`
    select * from follow_ups where decision_id = any(${[...decisionIds]}) order by decision_id
  `.execute(db);
  return rows;
}

/** Those of these leads whose task may be open still, the oldest assignment first: a first touch completes no task. */
export async function unclosedFollowUpsOf(
  db: Query,
  connectionId: string,
  leadIds: readonly string[],
): Promise<FollowUpRow[]> {
  if (leadIds.length === 0) return [];
  const { rows } = await sql<FollowUpRow>`
    select * from follow_ups
    where connection_id = ${connectionId} and lead_id = any(${[...leadIds]}) and state in ('open', 'touched')
    order by assigned_at, decision_id
  `.execute(db);
  return rows;
}
