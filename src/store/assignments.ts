import { type Selectable, sql } from "kysely";
import type { Decision } from "../engine/decision.ts";
import type { Assignment, LeadFacts } from "../engine/snapshot.ts";
import { stageWithoutLock } from "../engine/working.ts";
import type { Query } from "./db.ts";
import { toJson } from "./json.ts";
import type { AssignmentCountsTable } from "./schema.ts";

type Given = {
  workspaceId: string;
  connectionId: string;
  at: string;
  leads: readonly { decisionId: string; decision: Decision; facts: LeadFacts }[];
};

/** A part of a statement that remembers whom these decisions gave their leads to. */
export function insertAssignments({ workspaceId, connectionId, at, leads }: Given) {
  const rows = leads.flatMap(({ decisionId, decision, facts }) => {
    const { outcome, leadId, tier } = decision;
    if (outcome.kind !== "assigned") return [];
    const { repId, stage } = outcome;
    return [{ decisionId, leadId, accountId: facts.match?.account.id ?? null, repId, tier, stage }];
  });
  return sql`
    insert into assignments (decision_id, workspace_id, connection_id, lead_id, account_id, rep_id, tier, stage, at)
    select "decisionId", ${workspaceId}, ${connectionId}, "leadId", "accountId", "repId", tier, stage,
      ${at}::timestamptz
    from json_to_recordset(${toJson(rows)}::json) as e("decisionId" text, "leadId" text, "accountId" text,
      "repId" text, tier text, stage text)
  `;
}

/** Account id → the last assignment that locks it; accounts without any are missing. */
export async function lastAssignments(
  db: Query,
  connectionId: string,
  accountIds: readonly string[],
): Promise<Record<string, Assignment>> {
  if (accountIds.length === 0) return {};
  const { rows } = await sql<Assignment & { accountId: string }>`
    select e.account_id, last.rep_id, last.at from unnest(${[...accountIds]}::text[]) as e(account_id)
    cross join lateral (
      select a.rep_id, a.at from assignments a
      where a.connection_id = ${connectionId} and a.account_id = e.account_id and a.stage <> ${stageWithoutLock}
      order by a.at desc, a.decision_id limit 1
    ) as last
    order by e.account_id collate "C"
  `.execute(db);
  return Object.fromEntries(rows.map(({ accountId, repId, at }) => [accountId, { repId, at }]));
}

/** The assignments of accounts that were merged away are those of the survivor. */
export async function moveAssignments(
  db: Query,
  connectionId: string,
  { from, into }: { from: readonly string[]; into: string },
): Promise<void> {
  await sql`
    update assignments set account_id = ${into} where connection_id = ${connectionId} and account_id = any(${[...from]})
  `.execute(db);
}

/** Longer than any policy may look back (`policy-schema.ts`), and as long as facts are kept (design.md 2). */
const keptDays = 400;

/** Forgets those that nothing looks back to any more. */
export async function pruneAssignments(db: Query, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptDays * 86_400_000).toISOString();
  await sql`delete from assignments where at < ${before}`.execute(db);
}

/** What a rep was given on a day of theirs and in its week up to then, and when the last of it. */
export type AssignmentCount = Omit<Selectable<AssignmentCountsTable>, "workspaceId">;

/** With their T1 leads of after some instant: how many, and when the first of them was given (null: none). */
export type RecentCount = AssignmentCount & { t1: number; t1OldestAt: string | null };

/** By rep id; T1 leads of after `t1Since` are counted beside. */
export async function readAssignmentCounts(db: Query, workspaceId: string, t1Since: string): Promise<RecentCount[]> {
  const { rows } = await sql<RecentCount>`
    select c.rep_id, c.day, c.in_day, c.in_week, c.last_at, coalesce(t.given, 0)::int as t1, t.oldest_at as t1_oldest_at
    from assignment_counts c
    left join (
      select rep_id, count(*) as given, min(at) as oldest_at from assignments
      where workspace_id = ${workspaceId} and tier = 'T1' and at > ${t1Since} group by rep_id
    ) as t on t.rep_id = c.rep_id
    where c.workspace_id = ${workspaceId} order by c.rep_id collate "C"
  `.execute(db);
  return rows;
}

/** A part of a statement that stores what these reps have been given by now. Read them under the lock of the ledgers. */
export function upsertAssignmentCounts(workspaceId: string, counts: readonly AssignmentCount[]) {
  return sql`
    insert into assignment_counts as c (workspace_id, rep_id, day, in_day, in_week, last_at)
    select ${workspaceId}, "repId", day, "inDay", "inWeek", "lastAt"
    from json_to_recordset(${toJson(counts)}::json)
      as e("repId" text, day int, "inDay" int, "inWeek" int, "lastAt" timestamptz)
    on conflict (workspace_id, rep_id) do update set day = greatest(c.day, excluded.day), in_day = excluded.in_day,
      in_week = excluded.in_week, last_at = greatest(c.last_at, excluded.last_at)
  `;
}
