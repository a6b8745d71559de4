import { sql } from "kysely";
import type { Connection, ConnectionMode } from "../model/connection.ts";
import type { Query, Tx } from "./db.ts";
import { toJson } from "./json.ts";
import type { DecisionsTable } from "./schema.ts";

type ModeChange = { connection: Pick<Connection, "id" | "workspaceId">; mode: ConnectionMode; by: string; at: string };

/** Switches a connection and notes who did it. False: it is in this mode already, and nothing is noted. */
export async function setMode(tx: Tx, { connection, mode, by, at }: ModeChange): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with changed as (
      update connections set mode = ${mode} where id = ${connection.id} and mode <> ${mode} returning id
    )
    insert into mode_changes (connection_id, workspace_id, at, mode, by)
    select id, ${connection.workspaceId}, ${at}::timestamptz, ${mode}, ${by} from changed
  `.execute(tx);
  return numAffectedRows === 1n;
}

/** The connection was switched to or from shadow since it was opened: it is opened anew before its leads are decided. */
export class ModeChanged extends Error {
  override name = "ModeChanged";
}

/**
 * Before a decision is recorded. Nobody can switch the connection before the transaction ends: whoever was told that it
 * is switched sees no decision of the other mode any more. Throws `ModeChanged`.
 */
export async function requireMode(tx: Tx, { id, mode }: Pick<Connection, "id" | "mode">): Promise<void> {
  const { rows } = await sql<{ mode: string }>`select mode from connections where id = ${id} for share`.execute(tx);
  if (rows[0] !== undefined && rows[0].mode !== mode)
    throw new ModeChanged(`Connection ${id} is not ${mode} any more.`);
}

/** Oldest first. */
export async function modeChanges(
  db: Query,
  connectionId: string,
): Promise<{ at: string; mode: ConnectionMode; by: string }[]> {
  return db
    .selectFrom("modeChanges")
    .select(["at", "mode", "by"])
    .where("connectionId", "=", connectionId)
    .orderBy("at")
    .execute();
}

/**
 * Ends all that a connection would still write to its CRM: writes that are not settled, clocks, follow-ups. Leads that a
 * list holds go on waiting, for that ends in a decision. Tells how many writes were dropped.
 */
export async function endWriting(tx: Tx, connectionId: string, at: string): Promise<number> {
  const { rows } = await sql<{ dropped: number }>`
    with dropped as (
      update operations set state = 'cancelled', settled_at = ${at}
      where connection_id = ${connectionId} and settled_at is null returning 1
    ), clocks as (
      update timers set state = 'cancelled', settled_at = ${at}
      where connection_id = ${connectionId} and state = 'armed' and kind <> 'wait'
    ), ended as (
      update follow_ups set state = 'closed' where connection_id = ${connectionId} and state in ('open', 'touched')
    )
    select count(*)::int as dropped from dropped
  `.execute(tx);
  return rows[0]?.dropped ?? 0;
}

/** `ownerId`: whom the CRM had as the owner when the lead was decided. */
export type ShadowDecision = {
  leadId: string;
  qualifiedAt: string;
  decisionId: string;
  decidedAt: string;
  ownerId: string | null;
};

/**
 * Notes decisions whose leads' owners are to be compared with them. A later decision of the same qualification takes
 * the place of the one before as long as nobody has the lead.
 */
export async function noteShadowDecisions(
  tx: Tx,
  { id, workspaceId }: Pick<Connection, "id" | "workspaceId">,
  decided: readonly ShadowDecision[],
): Promise<void> {
  if (decided.length === 0) return;
  await sql`
    insert into shadow_outcomes as o (connection_id, lead_id, qualified_at, workspace_id, decision_id, decided_at,
      owner_id, owner_at)
    select ${id}, e."leadId", e."qualifiedAt", ${workspaceId}, e."decisionId", e."decidedAt", e."ownerId",
      case when e."ownerId" is not null then e."decidedAt" end
    from json_to_recordset(${toJson(decided)}::json) as e("leadId" text, "qualifiedAt" timestamptz, "decisionId" text,
      "decidedAt" timestamptz, "ownerId" text)
    on conflict (connection_id, lead_id, qualified_at) do update set decision_id = excluded.decision_id
    where o.owner_id is null and excluded.owner_id is null and o.settled_at is null
  `.execute(tx);
}

/** Somebody set the owner of a lead: of its latest qualification that is not settled, and unless a later change was heard. */
export async function noteShadowOwner(
  tx: Tx,
  connectionId: string,
  { leadId, ownerId, at }: { leadId: string; ownerId: string | null; at: string },
): Promise<void> {
  await sql`
    update shadow_outcomes set owner_id = ${ownerId}, owner_at = ${at}
    where connection_id = ${connectionId} and lead_id = ${leadId} and settled_at is null and decided_at < ${at}
      and (owner_at is null or owner_at <= ${at})
      and qualified_at = (select max(qualified_at) from shadow_outcomes
        where connection_id = ${connectionId} and lead_id = ${leadId})
  `.execute(tx);
}

export type OutcomeName = { leadId: string; qualifiedAt: string };

/** Those decided before `before` that nobody has looked up, the oldest first. */
export async function outcomesToRead(
  db: Query,
  connectionId: string,
  { before, limit }: { before: string; limit: number },
): Promise<OutcomeName[]> {
  return db
    .selectFrom("shadowOutcomes")
    .select(["leadId", "qualifiedAt"])
    .where("connectionId", "=", connectionId)
    .where("settledAt", "is", null)
    .where("decidedAt", "<=", before)
    .orderBy("decidedAt")
    .orderBy("leadId")
    .limit(limit)
    .execute();
}

/** `ownerId` undefined: the CRM did not tell, and what was heard stands. */
export async function settleOutcomes(
  db: Query,
  connectionId: string,
  { read, at }: { read: readonly (OutcomeName & { ownerId: string | null | undefined })[]; at: string },
): Promise<void> {
  const rows = read.map(({ ownerId, ...name }) => ({
    ...name,
    ownerId: ownerId ?? null,
    known: ownerId !== undefined,
  }));
  await sql`
    update shadow_outcomes o set settled_at = ${at},
      owner_id = case when e.known then e."ownerId" else o.owner_id end,
      owner_at = case when e.known and e."ownerId" is distinct from o.owner_id then ${at} else o.owner_at end
    from json_to_recordset(${toJson(rows)}::json) as e("leadId" text, "qualifiedAt" timestamptz, "ownerId" text,
      known boolean)
    where o.connection_id = ${connectionId} and o.lead_id = e."leadId" and o.qualified_at = e."qualifiedAt"
      and o.settled_at is null
  `.execute(db);
}

/** `repId`: whom the decision names; `ownerId`: whom the CRM has, as far as is known. */
export type ShadowOutcome = Pick<DecisionsTable, "repId" | "outcomeKind"> & {
  leadId: string;
  decisionId: string;
  decidedAt: string;
  ownerId: string | null;
  settledAt: string | null;
};

/** What was decided in shadow since then, oldest first. */
export async function shadowOutcomes(
  db: Query,
  { connectionId, since }: { connectionId: string; since: string },
): Promise<ShadowOutcome[]> {
  const { rows } = await sql<ShadowOutcome>`
    select o.lead_id, o.decision_id, o.decided_at, o.owner_id, o.settled_at, d.rep_id, d.outcome_kind
    from shadow_outcomes o
    join decisions d on d.id = o.decision_id and d.workspace_id = o.workspace_id and d.qualified_at = o.qualified_at
    where o.connection_id = ${connectionId} and o.decided_at >= ${since}
    order by o.decided_at, o.lead_id
  `.execute(db);
  return rows;
}
