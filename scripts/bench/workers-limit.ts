import { sql } from "kysely";
import type { RealDatabase } from "../chaos/real-database.ts";
import { rounded } from "./measure.ts";
import type { Batons } from "./workers-baton.ts";
import type { Crm } from "./workers-crm.ts";
import { cores, cpuSecondsOf, machineSeconds } from "./workers-proc.ts";

/** What the parts used while it was measured: cores busy (1 = one whole core), and shares of what there is. */
export type Usage = {
  workers: number;
  /** Of the busiest worker process: above 0.9 that process can do no more. */
  busiestWorker: number;
  web: number;
  database: number;
  crmSandbox: number;
  /** Cores that others on this machine used, this bench included. */
  others: number;
  /** Database sessions that waited for a lock or the disk, on average. */
  databaseWaits: number;
  /** Of the rate limit of all portals. */
  crmBudget: number;
};

export type Limit =
  | "CPU of this machine"
  | "one worker process"
  | "CRM sandbox"
  | "CRM budget"
  | "database"
  | "waiting";

const callsPerSecond = 11;

/** What holds it back: whoever can do no more, the scarcest thing first. */
export function limitOf(usage: Usage, workers: number): Limit {
  if (usage.crmBudget > 0.9) return "CRM budget";
  if (allOf(usage) > 0.9 * cores) return "CPU of this machine";
  if (usage.crmSandbox > 0.9) return "CRM sandbox";
  if (usage.busiestWorker > 0.9) return "one worker process";
  return usage.databaseWaits > workers / 2 ? "database" : "waiting";
}

const allOf = ({ workers, web, database, crmSandbox, others }: Usage): number =>
  workers + web + database + crmSandbox + others;

/** Measures from now until the answer is called. */
export async function startUsage(
  { web, workers, database }: Batons,
  crm: Crm,
  portals: number,
): Promise<() => Promise<Usage>> {
  const read = async () => ({
    at: performance.now() / 1_000,
    workers: workers.map((worker) => cpuSecondsOf(worker.pid())),
    web: cpuSecondsOf(web.pid()),
    crm: cpuSecondsOf(crm.pid),
    machine: machineSeconds(),
    calls: (await crm.countCalls()).calls,
    database: await databaseSeconds(database),
  });
  const before = await read();
  const waits: number[] = [];
  const sampling = setInterval(() => void countWaits(database).then((count) => waits.push(count)), 250);
  return async () => {
    clearInterval(sampling);
    const after = await read();
    const seconds = after.at - before.at;
    const perSecond = (to: number, from: number) => rounded((to - from) / seconds, 2);
    const each = after.workers.map((used, index) => perSecond(used, before.workers[index] ?? 0));
    const busy = after.machine - before.machine;
    const ours = {
      workers: rounded(sum(each), 2),
      busiestWorker: Math.max(0, ...each),
      web: perSecond(after.web, before.web),
      crmSandbox: perSecond(after.crm, before.crm),
      database: rounded(
        sum([...after.database].map(([pid, used]) => used - (before.database.get(pid) ?? 0))) / seconds,
        2,
      ),
    };
    return {
      ...ours,
      others: Math.max(0, rounded(busy / seconds - sum(Object.values(ours)) + ours.busiestWorker, 2)),
      databaseWaits: waits.length === 0 ? 0 : rounded(sum(waits) / waits.length, 1),
      crmBudget: rounded((after.calls - before.calls) / (seconds * callsPerSecond * portals), 2),
    };
  };
}

export function describeUsage(usage: Usage): string {
  const { workers, web, database, crmSandbox, others, databaseWaits, crmBudget } = usage;
  const parts = `workers ${workers}, web ${web}, database ${database}, CRM sandbox ${crmSandbox}, others ${others}`;
  const rest = `${databaseWaits} sessions waiting, ${percent(crmBudget)} of the CRM's budget`;
  return `of ${cores} cores: ${parts}; ${rest}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** By process of the server, where it runs on this machine. */
async function databaseSeconds(database: RealDatabase): Promise<Map<number, number>> {
  const pids = await database.read(async ({ query }) => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database()
    `.execute(query);
    return rows.map(({ pid }) => pid);
  });
  return new Map(pids.map((pid) => [pid, cpuSecondsOf(pid)]));
}

async function countWaits(database: RealDatabase): Promise<number> {
  return database.read(async ({ query }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and state <> 'idle' and wait_event_type in ('Lock', 'LWLock', 'IO')
    `.execute(query);
    return rows[0]?.count ?? 0;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
