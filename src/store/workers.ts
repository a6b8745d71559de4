import { sql } from "kysely";
import type { Query } from "./db.ts";

type Beat = { holder: string; now: string; leaseMs: number };

/** A worker process says that it lives, for as long as a lease lasts; one that was counted out begins anew. */
export async function beat(db: Query, { holder, now, leaseMs }: Beat): Promise<void> {
  const until = new Date(Date.parse(now) + leaseMs).toISOString();
  await sql`
    with dead as (
      select holder from workers where until <= ${now} and holder <> ${holder} for update skip locked
    ), buried as (delete from workers w using dead d where w.holder = d.holder)
    insert into workers as known (holder, since, until) values (${holder}, ${now}, ${until})
    on conflict (holder) do update set
      until = excluded.until,
      since = case when known.until > ${now} then known.since else excluded.since end
  `.execute(db);
}

/** From now on the others reckon without this worker. */
export async function bowOut(db: Query, holder: string): Promise<void> {
  await sql`delete from workers where holder = ${holder}`.execute(db);
}

export type Headcount = {
  workspaces: number;
  /** Workers that live. */
  living: number;
  /** Those of them that have lived for a while already. */
  settled: number;
};

export async function headcount(
  db: Query,
  { now, settledSince }: { now: string; settledSince: string },
): Promise<Headcount> {
  const { rows } = await sql<Headcount>`
    select (select count(*) from workspaces) as workspaces, count(*) as living,
      count(*) filter (where since <= ${settledSince}) as settled
    from workers where until > ${now}
  `.execute(db);
  return rows[0] ?? { workspaces: 0, living: 0, settled: 0 };
}
