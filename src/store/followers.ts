import { sql } from "kysely";
import type { Query } from "./db.ts";
import { ownerOf } from "./identities.ts";

/** A lead that follows another: what its next decision is made of. */
export type Follower = { leadId: string; qualifiedAt: string; round: number; breachedBy: readonly string[] };

/** As many as one transaction takes up; the sweep finds the rest. */
const atOnce = 1_000;

/** Those that follow one of these leads, the earliest first. */
export async function followersOf(db: Query, connectionId: string, leadIds: readonly string[]): Promise<Follower[]> {
  if (leadIds.length === 0) return [];
  const { rows } = await sql<Follower>`
    select ${follower} from leads l ${itsDecision}
    where l.connection_id = ${connectionId} and l.follows = any(${[...leadIds]}) and l.state = 'followed'
    order by l.number limit ${atOnce}
  `.execute(db);
  return rows;
}

/** Those of a connection that follow a lead which has an owner, was stopped or is gone. */
export async function followersInVain(db: Query, connectionId: string): Promise<Follower[]> {
  const { rows } = await sql<Follower>`
    select ${follower} from leads l ${itsDecision}
    left join leads e on e.connection_id = l.connection_id and e.lead_id = l.follows
    left join decisions ed on ed.id = e.decision_id and ed.qualified_at = e.qualified_at
    left join open_work o on o.workspace_id = l.workspace_id and o.item_kind = 'lead' and o.item_id = e.lead_id
    where l.connection_id = ${connectionId} and l.follows is not null and l.state = 'followed'
      and (e.lead_id is null or e.state in ('gone', 'stopped') or ${ownerOf("e", "ed", "o")} is not null)
    order by l.number limit ${atOnce}
  `.execute(db);
  return rows;
}

const follower = sql`l.lead_id, l.qualified_at, l.round, coalesce(d.facts #> '{trigger,breachedBy}', '[]') as breached_by`;

const itsDecision = sql`left join decisions d on d.id = l.decision_id and d.qualified_at = l.qualified_at`;
