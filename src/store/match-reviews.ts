import { sql } from "kysely";
import type { Question, ReviewAnswer } from "../engine/review-in-words.ts";
import type { LeadFacts, MatchedAccount } from "../engine/snapshot.ts";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";

/** A lead whose account is not certain, by the decision that says so; `accountId` null: it is no question any more. */
export type Doubted = { leadId: string; decisionId: string; qualifiedAt: string; accountId: string | null };

type OfBatch = { workspaceId: string; connectionId: string; leads: readonly Doubted[]; at: string };

/** A new decision asks anew: about another account, or about none any more. What was answered stays. */
export async function askReviews(tx: Tx, { workspaceId, connectionId, leads, at }: OfBatch): Promise<void> {
  if (leads.length === 0) return;
  await sql`
    with given as (
      select "leadId" as lead_id, "decisionId" as decision_id, "qualifiedAt"::timestamptz as qualified_at,
        "accountId" as account_id
      from json_to_recordset(${toJson([...leads])}::json)
        as e("leadId" text, "decisionId" text, "qualifiedAt" text, "accountId" text)
    ), settled as (
      delete from match_reviews r using given g
      where r.connection_id = ${connectionId} and r.lead_id = g.lead_id and g.account_id is null and r.answer is null
    )
    insert into match_reviews (connection_id, lead_id, workspace_id, decision_id, qualified_at, account_id, asked_at)
    select ${connectionId}, lead_id, ${workspaceId}, decision_id, qualified_at, account_id, ${at}::timestamptz
    from given where account_id is not null
    on conflict (connection_id, lead_id) do update set decision_id = excluded.decision_id,
      qualified_at = excluded.qualified_at, account_id = excluded.account_id, asked_at = excluded.asked_at,
      answer = null, answered_with = null, answered_by = null, answered_at = null
    where match_reviews.account_id <> excluded.account_id or match_reviews.answer is null
  `.execute(tx);
}

/** With what the decision knew; `facts` null: the lead was erased. */
export type MatchReview = Question & {
  workspaceId: string;
  connectionId: string;
  decisionId: string;
  /** Null: nobody has answered. */
  answer: ReviewAnswer | null;
};

type Row = Omit<MatchReview, "answer"> & {
  answer: "yes" | "no" | "other" | null;
  answeredWith: string | null;
  answeredBy: string;
  answeredAt: string;
};

const toReview = ({ answer, answeredWith: belongsTo, answeredBy: by, answeredAt: at, ...row }: Row): MatchReview => ({
  ...row,
  answer: answer === null ? null : { asked: row.asked, belongsTo, by, at },
});

/** `workspaceId` null: of all; `leadId` null: of all leads; `isAnswered` null: answered or not. */
type Wanted = {
  workspaceId: string | null;
  leadIds: readonly string[] | null;
  isAnswered: boolean | null;
  limit: number;
};

const selectReviews = ({ workspaceId, leadIds, isAnswered, limit }: Wanted) => sql<Row>`
  select r.workspace_id, r.connection_id, r.lead_id, r.decision_id, r.account_id as asked, r.asked_at, d.facts, r.answer,
    r.answered_with, r.answered_by, r.answered_at
  from match_reviews r left join decisions d on d.id = r.decision_id and d.qualified_at = r.qualified_at
  where ${isAnswered === null ? sql`true` : sql`(r.answer is not null) = ${isAnswered}`}
    and ${workspaceId === null ? sql`true` : sql`r.workspace_id = ${workspaceId}`}
    and ${leadIds === null ? sql`true` : sql`r.lead_id = any(${[...leadIds]})`}
  order by r.asked_at, r.connection_id, r.lead_id limit ${limit}
`;

/** The oldest question first. */
export async function matchReviews(db: Query, wanted: Wanted): Promise<MatchReview[]> {
  const { rows } = await selectReviews(wanted).execute(db);
  return rows.map(toReview);
}

/** As `matchReviews`, answered or not; until the transaction ends nobody else answers them or asks anew. */
export async function lockReviews(tx: Tx, wanted: Omit<Wanted, "isAnswered">): Promise<MatchReview[]> {
  const { rows } = await sql<Row>`${selectReviews({ ...wanted, isAnswered: null })} for update of r`.execute(tx);
  return rows.map(toReview);
}

/** Of a question that this transaction has locked. Whatever was said before is overwritten. */
export async function answerReview(
  tx: Tx,
  { connectionId, leadId, answer }: { connectionId: string; leadId: string; answer: ReviewAnswer },
): Promise<void> {
  const { asked, belongsTo, by, at } = answer;
  const kind = belongsTo === null ? "no" : belongsTo === asked ? "yes" : "other";
  await sql`
    update match_reviews set answer = ${kind}, answered_with = ${belongsTo}, answered_by = ${by}, answered_at = ${at}
    where connection_id = ${connectionId} and lead_id = ${leadId}
  `.execute(tx);
}

/** How the accounts of a workspace's leads were found, by their latest decisions; `none`: they have none. */
export async function countMatches(
  db: Query,
): Promise<ReadonlyMap<MatchedAccount["by"] | "in-review" | "none", number>> {
  const { rows } = await sql<{ how: MatchedAccount["by"] | "in-review" | "none"; count: string }>`
    select coalesce(facts->'match'->>'by', case when facts->'suggested' is null then 'none' else 'in-review' end) as how,
      count(*) as count
    from (select distinct on (connection_id, lead_id) facts from decisions where facts is not null
      order by connection_id, lead_id, decided_at desc) as latest
    group by 1
  `.execute(db);
  return new Map(rows.map(({ how, count }) => [how, Number(count)]));
}

/** Leads whose account is in another CRM than they, by their latest decisions. */
export async function countAccountsElsewhere(db: Query): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from (select distinct on (connection_id, lead_id) facts from decisions where facts is not null
      order by connection_id, lead_id, decided_at desc) as latest
    where facts->'match'->>'crm' is not null
  `.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/**
 * Facts of leads whose account was found by likeness (`likeness`), is in question (`in-review`), or was found in another CRM,
 * which names none itself (`elsewhere`); by lead id.
 */
export async function matchExamples(
  db: Query,
  how: "likeness" | "in-review" | "elsewhere",
  limit: number,
): Promise<{ leadId: string; facts: LeadFacts }[]> {
  const { rows } = await sql<{ leadId: string; facts: LeadFacts }>`
    select lead_id, facts from (select distinct on (connection_id, lead_id) lead_id, facts from decisions
      where facts is not null order by connection_id, lead_id, decided_at desc) as latest
    where case ${how}::text
      when 'in-review' then facts->'match'->>'by' is null and facts->'suggested' is not null
      when 'elsewhere' then facts->'match'->>'crm' is not null and facts->'match'->>'by' <> 'crm-association'
      else facts->'match'->>'by' = ${how}::text end
    order by lead_id limit ${limit}
  `.execute(db);
  return rows;
}

/** A lead of which a reviewer, or the CRM itself, says which account it belongs to; null: to none that is known. */
export type LabelledLead = {
  leadId: string;
  lead: LeadFacts["lead"];
  accountId: string | null;
  by: "reviewer" | "crm";
};

/** Those of a connection, by lead id, after one of them. */
export async function labelledLeads(
  db: Query,
  connectionId: string,
  { after, limit }: { after: string; limit: number },
): Promise<LabelledLead[]> {
  const { rows } = await sql<LabelledLead>`
    select l.lead_id, d.facts->'lead' as lead,
      case when r.answer is null then coalesce(d.facts->'match'->>'foundAs', d.facts->'match'->'account'->>'id') else r.answered_with end as account_id,
      case when r.answer is null then 'crm' else 'reviewer' end as by
    from leads l join decisions d on d.id = l.decision_id and d.qualified_at = l.qualified_at
      left join match_reviews r on r.connection_id = l.connection_id and r.lead_id = l.lead_id and r.answer is not null
    where l.connection_id = ${connectionId} and l.lead_id > ${after} and d.facts is not null
      and (r.answer is not null or d.facts->'match'->>'by' = 'crm-association')
    order by l.lead_id limit ${limit}
  `.execute(db);
  return rows;
}
