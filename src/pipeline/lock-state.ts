import { repCalendar } from "../engine/rep-settings.ts";
import type { LeadFacts, RecentWork, Shared, State } from "../engine/snapshot.ts";
import { localDay, weekOfDay, zoneOf } from "../engine/zone.ts";
import { type AssignmentCount, lastAssignments, type RecentCount, readAssignmentCounts } from "../store/assignments.ts";
import type { Tx } from "../store/db.ts";
import { lockLedgers } from "../store/ledgers.ts";
import { readLoads } from "../store/open-work.ts";
import type { Link } from "./workspace.ts";

const hourMs = 3_600_000;

/** What the next batch of a workspace moves, as it stands now; nobody else moves it before the transaction ends. */
export async function lockState(
  tx: Tx,
  { connection }: Pick<Link, "connection">,
  { shared, facts }: { shared: Shared; facts: readonly LeadFacts[] },
): Promise<State> {
  const { workspaceId } = connection;
  const poolIds = shared.policy.pools.map((pool) => pool.name);
  const ledgers = await lockLedgers(tx, { workspaceId, poolIds, at: shared.now });
  const accountIds = new Set(facts.flatMap(({ match }) => (match === null ? [] : [match.account.id])));
  const t1Since = new Date(Date.parse(shared.now) - hourMs).toISOString();
  return {
    ...ledgers,
    load: await readLoads(tx, workspaceId),
    accounts: await lastAssignments(tx, connection.id, [...accountIds]),
    recent: recentOf(shared, await readAssignmentCounts(tx, workspaceId, t1Since)),
  };
}

function recentOf(shared: Shared, counts: readonly RecentCount[]): Record<string, RecentWork> {
  const days = daysOf(shared);
  const recent = counts.flatMap(({ repId, day: counted, inDay, inWeek, lastAt, t1, t1OldestAt }) => {
    const day = days.get(repId);
    if (day === undefined) return [];
    // A batch may be a moment older than the one before it: then the day that has begun meanwhile counts.
    const today = counted >= day ? inDay : 0;
    const thisWeek = weekOfDay(counted) >= weekOfDay(day) ? inWeek : 0;
    return [
      [repId, { lastAt, today, thisWeek, t1ThisHour: t1, ...(t1OldestAt === null ? {} : { t1OldestAt }) }] as const,
    ];
  });
  return Object.fromEntries(recent);
}

/** What the reps whom a batch gave something have been given since, to be stored. */
export function countsAfter(shared: Shared, { before, after }: { before: State; after: State }): AssignmentCount[] {
  const days = daysOf(shared);
  return Object.entries(after.recent ?? {}).flatMap(([repId, { lastAt, today, thisWeek }]) => {
    const day = days.get(repId);
    if (day === undefined || before.recent?.[repId]?.thisWeek === thisWeek) return [];
    return [{ repId, day, inDay: today, inWeek: thisWeek, lastAt }];
  });
}

/** Of each active rep their own date at the `now` of the batch, in days since the epoch. */
function daysOf(shared: Shared): Map<string, number> {
  const now = Date.parse(shared.now);
  const active = shared.reps.filter((rep) => rep.active);
  return new Map(
    active.flatMap((rep) => {
      const zone = zoneOf(repCalendar(shared, rep).timeZone);
      return zone === null ? [] : [[rep.id, localDay(zone, now)] as const];
    }),
  );
}
