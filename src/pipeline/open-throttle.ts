import { crmOf } from "../crm/crm-of.ts";
import { countedMs, createDayPot, type DayPot, type Shares, type Spent } from "../crm/day-pot.ts";
import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { addSpentCalls, readSpentCalls } from "../store/spent-calls.ts";

/** A process that dies forgets the calls of this time. */
export const keepCountMs = 10_000;

export type Opened = { throttle: Throttle; pot: DayPot };

type Options = {
  /** Of the day that the account allows. */
  requests: Shares;
  /** Of the CRM's window, for calls beside a worker elsewhere. */
  share?: number;
};

/** A throttle of this connection that knows what was called in its name within a day, by whatever process. */
export async function openThrottle(
  deps: Pick<Deps, "crms" | "db" | "now" | "monotonic" | "setTimer" | "metrics">,
  connection: Connection,
  { requests, share = 1 }: Options,
): Promise<Opened> {
  const { crms, monotonic, setTimer, metrics, now } = deps;
  const pot = createDayPot({ now: () => now().getTime(), shares: requests });
  pot.stored([], await callsOf(deps, connection));
  const crm = crmOf(crms, connection.crm);
  return { throttle: crm.createThrottle({ monotonic, setTimer, onCall: metrics.called, share, pot }), pot };
}

/**
 * Stores what was called since the last time, and learns what other processes did; nothing where the CRM tells of no limit. When no
 * answer comes of the database, what was stored all the same is counted twice: less is called then, never more.
 */
export async function keepCount(deps: Kept, connection: Called, pot: DayPot): Promise<void> {
  if (pot.state() === null) return;
  const { id: connectionId, workspaceId } = connection;
  const fresh = pot.fresh();
  const spent = fresh.map(({ from, calls }) => ({ at: new Date(from).toISOString(), calls }));
  await addSpentCalls(deps.db.query, { workspaceId, connectionId }, { spent, since: aDayAgo(deps) });
  pot.stored(fresh, await callsOf(deps, connection));
}

type Kept = Pick<Deps, "db" | "now">;
type Called = Pick<Connection, "id" | "workspaceId">;

const aDayAgo = ({ now }: Kept): string => new Date(now().getTime() - countedMs).toISOString();

async function callsOf(deps: Kept, { id }: Called): Promise<Spent[]> {
  const all = await readSpentCalls(deps.db.query, id, aDayAgo(deps));
  return all.map(({ at, calls }) => ({ from: Date.parse(at), calls }));
}
