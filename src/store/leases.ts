import { sql } from "kysely";
import type { Query, Tx } from "./db.ts";

/**
 * The right to work on one workspace. `token` grows with each new holder and fences off the ones before.
 * `previousHolder` had it before this token and was lost with it; empty when nobody had, gave it back in order, or lives.
 */
export type Lease = { workspaceId: string; holder: string; token: number; until: string; previousHolder: string };

/** Another process has taken the workspace over: nothing may be recorded or sent under this lease any more. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

type Wanted = { workspaceId: string; holder: string; now: string; leaseMs: number };

/**
 * Null when another holder's lease is still running, and while a holder whose lease ran out has it locked in a recording:
 * that one may hang, and nobody waits for it. Asking again while one's own runs extends it, token unchanged.
 */
export async function acquireLease(db: Query, wanted: Wanted): Promise<Lease | null> {
  const { workspaceId, holder, now } = wanted;
  const { rows } = await sql<Lease>`
    with unlocked as (
      select workspace_id from leases where workspace_id = ${workspaceId} for update skip locked
    )
    insert into leases as held (workspace_id, holder, token, until)
    select ${workspaceId}, ${holder}, 1, ${endOf(wanted)}::timestamptz
    where exists (select from unlocked) or not exists (select from leases where workspace_id = ${workspaceId})
    on conflict (workspace_id) do update set
      holder = excluded.holder,
      until = excluded.until,
      token = held.token + case when ${isExtended(now)} then 0 else 1 end,
      previous_holder = case when ${isExtended(now)} then held.previous_holder
        when exists (select from workers w where w.holder = held.holder and w.until > ${now}) then ''
        else held.holder end
    where held.holder = excluded.holder or held.until <= ${now}
    returning workspace_id, holder, token, until, previous_holder
  `.execute(db);
  return rows[0] ?? null;
}

/**
 * Null when the lease is lost. One that ran out and that nobody took is renewed: its token still fences. Waits for no
 * recording, however long one hangs: the keys of a lease stay as they are.
 */
export async function renewLease(
  db: Query,
  lease: Lease,
  { now, leaseMs }: { now: string; leaseMs: number },
): Promise<Lease | null> {
  const { rows } = await sql<Lease>`
    update leases set until = ${endOf({ now, leaseMs })}
    where workspace_id = ${lease.workspaceId} and holder = ${lease.holder} and token = ${lease.token}
    returning workspace_id, holder, token, until, previous_holder
  `.execute(db);
  return rows[0] ?? null;
}

/**
 * Ends every lease at once. For whoever opens the embedded database: its directory has one process at a time, so all
 * that ever held a lease are gone, and none of them takes a share of the workspaces.
 */
export async function endLeases(db: Query): Promise<void> {
  await sql`
    with gone as (delete from workers)
    update leases set until = to_timestamp(0) where until > to_timestamp(0)
  `.execute(db);
}

/** Others may take the workspace at once. Does nothing when the lease is lost already. */
export async function releaseLease(db: Query, lease: Lease): Promise<void> {
  await sql`
    update leases set holder = '', until = to_timestamp(0)
    where workspace_id = ${lease.workspaceId} and holder = ${lease.holder} and token = ${lease.token}
  `.execute(db);
}

/**
 * First statement of every recording transaction; nobody can take the workspace over before it ends, for that asks for
 * the row itself. Throws `LeaseLost`.
 */
export async function requireLease(tx: Tx, lease: Lease): Promise<void> {
  const { rows } = await sql`
    select 1 from leases
    where workspace_id = ${lease.workspaceId} and holder = ${lease.holder} and token = ${lease.token}
    for key share
  `.execute(tx);
  if (rows.length === 0) {
    throw new LeaseLost(
      `The lease ${lease.token} on workspace ${lease.workspaceId} was taken over by another process.`,
    );
  }
}

/** The database's own clock: the one that all processes share, whatever became of theirs. */
export async function databaseTime(db: Query): Promise<Date> {
  const { rows } = await sql<{ now: string }>`select clock_timestamp() as now`.execute(db);
  if (rows[0] === undefined) throw new Error("The database does not tell its time.");
  return new Date(rows[0].now);
}

/** Workspaces that no lease covers at `now`. */
export async function claimableWorkspaces(db: Query, now: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select w.id from workspaces w left join leases l on l.workspace_id = w.id
    where l.until is null or l.until <= ${now}
    order by w.id
  `.execute(db);
  return rows.map(({ id }) => id);
}

/** Its own holder asks again while the lease runs. */
function isExtended(now: string) {
  return sql`held.holder = excluded.holder and held.until > ${now}`;
}

function endOf({ now, leaseMs }: { now: string; leaseMs: number }): string {
  return new Date(Date.parse(now) + leaseMs).toISOString();
}
