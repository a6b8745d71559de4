import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";
import { type InboxRow, isDue } from "./inbox.ts";
import type { Lease } from "./leases.ts";

/** Why a row is parked that was in hand at too many deaths. */
export const killedItsProcess = "killed-its-process";

/**
 * A new holder lets go of what the ones before had claimed. Where the last of them was another process, each of these
 * rows was in hand when it was lost: that is counted here, before anybody works on the row again, and once, since a row
 * that is let go is nobody's. At `mostDeaths` it is parked. Answers what was parked.
 */
export async function takeOverClaims(tx: Tx, lease: Lease, mostDeaths: number): Promise<InboxRow[]> {
  // Who lost a lease for a while and lives, as all do after an outage of the database, has in hand still what it had: it
  // may claim it again at once, and should it kill before that, the next holder has to see whose death it was.
  if (lease.previousHolder === lease.holder) return [];
  const deaths = sql`i.deaths + ${lease.previousHolder === "" ? 0 : 1}::smallint`;
  const isParked = sql`${deaths} >= ${mostDeaths}::smallint`;
  const { rows } = await sql<InboxRow>`
    with let_go as (
      update inbox i set claim_token = null, deaths = ${deaths},
        state = case when ${isParked} then 'parked' else i.state end,
        because = case when ${isParked} then ${killedItsProcess} else i.because end
      where i.workspace_id = ${lease.workspaceId} and i.state = 'pending' and i.claim_token < ${lease.token}
      returning i.*
    )
    select * from let_go where state = 'parked' order by received_at
  `.execute(tx);
  return rows;
}

/** Waiting rows that were in hand when a process was lost. */
export type Suspects = {
  waiting: number;
  /** Of those that this claim of the lease took, and whose connection is open. */
  inHand: number;
  /** The fewest deaths among those that may be claimed now; null when none may. */
  nextDeaths: number | null;
};

export async function readSuspects(
  db: Query,
  lease: Lease,
  { connectionIds, now, claim }: { connectionIds: readonly string[]; now: string; claim: number },
): Promise<Suspects> {
  const isOpen = sql`connection_id = any(${[...connectionIds]})`;
  const { rows } = await sql<Suspects>`
    select count(*) as waiting,
      count(*) filter (where claim_token = ${lease.token} and claim_number = ${claim} and ${isOpen}) as in_hand,
      min(deaths) filter (where claim_token is distinct from ${lease.token} and ${isOpen}
        and ${isDue(now)}) as next_deaths
    from inbox where workspace_id = ${lease.workspaceId} and state = 'pending' and deaths > 0
  `.execute(db);
  return rows[0] ?? { waiting: 0, inHand: 0, nextDeaths: null };
}

/** Parked rows of these subjects, or of all, that killed their process; at most `limit`. */
export async function readKillers(
  db: Query,
  workspaceId: string,
  { subjectIds, limit }: { subjectIds?: readonly string[]; limit: number },
): Promise<InboxRow[]> {
  const mine = subjectIds === undefined ? sql`true` : sql`subject_id = any(${[...subjectIds]})`;
  const { rows } = await sql<InboxRow>`
    select * from inbox where workspace_id = ${workspaceId} and state = 'parked' and because = ${killedItsProcess}
      and ${mine}
    limit ${limit}
  `.execute(db);
  return rows;
}
