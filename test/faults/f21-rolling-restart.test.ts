import { afterAll, beforeAll, expect } from "@jest/globals";
import { sql } from "kysely";
import { readWorkspaces } from "../../scripts/chaos/claim.ts";
import { activePolicy, publishPolicy } from "../../src/store/policies.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { onlyWhere } from "./only-where.ts";
import { type OwnPostgres, startOwnPostgres, whyNoPostgres } from "./own-postgres.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged, type Post } from "./signed-load.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.15, F21: every process is restarted in turn while the CRM reports and a policy is published.

const roles = { web: "web", "worker-1": "worker", "worker-2": "worker" } as const;
const restarts = scale(["web", "worker-1", "worker-2"], Array.from({ length: 40 }, (_, at) => at).map(nameOf));
const betweenMs = scale(300, 12_000);
/** Beyond the time that the process itself takes to end and to start. */
const awayMs = 1_000;

function nameOf(at: number): string {
  return ["web", "worker-1", "worker-2"][at % 3] ?? "";
}

const whyNot = whyNoPostgres({ small: false });
let postgres: OwnPostgres | null = null;
let rig: Rig | null = null;
beforeAll(async () => {
  if (whyNot !== null) return;
  postgres = await startOwnPostgres();
  rig = await startRig({ database: { url: postgres.url }, roles, portalCount: 2 });
}, 60_000);
afterAll(async () => {
  await rig?.stop();
  await postgres?.remove();
}, 30_000);

onlyWhere(whyNot)(
  "a rolling restart under load answers nothing but 2xx, loses nothing, and each decision names one policy version (I1–I4, I9, I13)",
  async () => {
    if (rig === null) throw new Error("Nothing runs.");
    const own = rig;
    // 200 events a second on two connections, and the leads of the CRM's own sender beside them.
    const load = own.sender().load({ connections: 2, eventsPerPost: 20, everyMs: 200 });
    const leads = setInterval(() => own.qualify(), scale(50, 200));
    const publishing = startPublishing(own);
    const restartMs: number[] = [];
    for (const name of restarts) {
      await pause(betweenMs);
      const askedAt = performance.now();
      await own.process(name).stop();
      await own.process(name).start();
      restartMs.push(performance.now() - askedAt);
    }
    await pause(betweenMs);
    clearInterval(leads);
    const published = await publishing.stop();
    const posts = await load.stop();
    await until("the CRM's sender is through", () => isDelivered(own));

    expect(await own.violations({ withinMs: 40_000 })).toEqual([]);
    expect(posts.filter(({ status }) => status !== null && status !== 204)).toEqual([]);
    expect(statusesOf(own).filter((status) => status !== 204)).toEqual([]);
    expect(longestAwayMs(posts)).toBeLessThan(Math.max(...restartMs) + awayMs);
    const stored = await own.storedIds();
    const acknowledged = posts.filter(isAcknowledged).flatMap(({ ids }) => ids);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const versions = await versionsOf(own);
    expect(versions.mixedBatches).toBe(0);
    expect(versions.used.filter((version) => version < 1 || version > published)).toEqual([]);
    expect(versions.used.length).toBeGreaterThan(1);
  },
  isWhole ? 900_000 : 90_000,
);

/** A new version of each workspace's policy every second, as the console will publish one; answers the last version. */
function startPublishing(own: Rig): { stop(): Promise<number> } {
  let isOver = false;
  const published = own.read(async (db) => {
    let last = 1;
    while (!isOver) {
      for (const workspaceId of (await readWorkspaces(db)).values()) {
        const { text = "" } = (await activePolicy(db.query, workspaceId)) ?? {};
        const changed = `${text}\n# version ${last + 1}\n`;
        const at = new Date().toISOString();
        last = await db.transaction((tx) => publishPolicy(tx, { workspaceId, text: changed, at }));
      }
      await pause(scale(500, 1_000));
    }
    return last;
  });
  return {
    stop() {
      isOver = true;
      return published;
    },
  };
}

function isDelivered({ hubspot: { webhooks } }: Rig): boolean {
  const { ready, inFlight, held } = webhooks.pending();
  return ready + inFlight + held === 0;
}

/** What the CRM's sender was answered, where it was answered. */
const statusesOf = ({ hubspot }: Rig) =>
  hubspot.webhooks.deliveries.list().flatMap(({ status }) => (status === null ? [] : [status]));

/** The longest time in which no post was acknowledged. */
function longestAwayMs(posts: readonly Post[]): number {
  const times = posts.filter(isAcknowledged).map(({ at }) => at);
  return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

async function versionsOf(own: Rig): Promise<{ used: number[]; mixedBatches: number }> {
  return own.read(async ({ query }) => {
    const { rows: used } = await sql<{
      version: number;
    }>`select distinct policy_version as version from decisions`.execute(query);
    const { rows: mixed } = await sql`
      select batch_id from decisions group by batch_id having count(distinct policy_version) > 1
    `.execute(query);
    return { used: used.map(({ version }) => version), mixedBatches: mixed.length };
  });
}
