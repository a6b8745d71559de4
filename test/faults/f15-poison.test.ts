import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { checkout } from "../../scripts/baton-process.ts";
import { copyWithPatch, type PatchedCopy } from "../../scripts/patched-copy.ts";
import { redriveParked } from "../../src/pipeline/redrive.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { Db } from "../../src/store/db.ts";
import type { InboxRow } from "../../src/store/inbox.ts";
import { testServer } from "../store/database.ts";
import { isRouted, type PoisonWorld, qualify, startPoisonWorld } from "./poison-world.ts";
import { isWhole, scale } from "./scale.ts";

// F15 (reliability.md §3.11): an item that throws, loops for ever, allocates 2 GB, crashes the process. Parked within
// 5 minutes, and the others are decided as if nothing were.

const parkedWithinMs = 5 * 60_000;
const siblings = scale(8, 60);
/** The watchdog waits for a lease of five seconds, of processor time; more on a machine that has other things to do. */
const loopEndsWithinMs = 30_000;

let poisoned: PatchedCopy;
let world: PoisonWorld | null = null;
beforeAll(async () => {
  poisoned = await copyWithPatch(join(import.meta.dirname, "poison.patch"));
}, 60_000);
afterEach(async () => {
  await world?.stop();
  world = null;
}, 60_000);
afterAll(() => poisoned.remove());

type Kind = { kind: string; deaths: number; because: string; alert: string; nodeOptions?: string };
const lethal = { deaths: 3, because: "killed-its-process", alert: "poison" };
const kinds: readonly Kind[] = [
  { kind: "crashes", ...lethal },
  { kind: "loops", ...lethal },
  // A machine with little memory: it shall not take this one down.
  { kind: "allocates", ...lethal, nodeOptions: "--max-old-space-size=256" },
  { kind: "throws", deaths: 0, because: "failed", alert: "leads-parked" },
];
// Whole, on both where a server is named.
const servers = (isWhole && testServer !== undefined ? [null, testServer] : [testServer ?? null]).map((server) => ({
  server,
  name: server === null ? "the embedded database" : "PostgreSQL",
}));

describe.each(servers)("on $name", ({ server }) => {
  test.each(isWhole ? kinds : kinds.slice(0, 1))(
    "a lead that $kind is parked, and its siblings are decided",
    async ({ kind, deaths, because, alert, nodeOptions = "" }) => {
      world = await startPoisonWorld({ server, code: poisoned.directory, nodeOptions });
      const { portals, database } = world;
      const [portal] = portals;
      if (portal === undefined) throw new Error("There is no portal.");
      const others: Lead[] = portals.map((each) => ({ portal: each, id: qualify(each, "Ada") }));
      await until("every connection is open", () => allRouted(others));

      for (let each = 0; each < siblings; each += 1) others.push({ portal, id: qualify(portal, "Ada") });
      const startedAt = Date.now();
      const poison = qualify(portal, `poison: ${kind}`);
      for (let each = 0; each < siblings; each += 1)
        for (const one of portals) others.push({ portal: one, id: qualify(one, "Ada") });
      const { metric, deaths: died } = world;
      await until("it is parked", async () => {
        for (const one of portals) others.push({ portal: one, id: qualify(one, "Ada") });
        await pause(1_000);
        return deaths > 0 ? died().length >= deaths : (await metric(new RegExp(`^baton_alerts_open.*"${alert}"`))) > 0;
      });
      // Whoever turns MQL now finds a process that lives.
      for (const one of portals) others.push({ portal: one, id: qualify(one, "Ada") });
      await until("all the others are decided", () => allRouted(others));
      await world.halt();

      const found = await database.read((db) => readEnd(db, poison));
      expect(found.parked).toEqual([poison]);
      expect(found.rows).toMatchObject([{ because, change: { kind: "lead-changed", field: "stage" } }]);
      expect(found.alert).toMatchObject({ kind: alert });
      expect(Date.parse(found.alert?.raisedAt ?? "") - startedAt).toBeLessThan(parkedWithinMs);
      expect(found.pending).toBe(0);
      expect(found.twice).toBe(0);
      expect(died()).toHaveLength(deaths);

      // The bug is mended, and what was parked goes its way.
      await database.read((db) => redriveParked(db, { workspaceId: null, at: new Date().toISOString() }));
      await world.goOn(checkout);
      await until("the parked lead is decided", () => allRouted([{ portal, id: poison }]));
      expect(died()).toHaveLength(deaths);
    },
    scale(300_000, 900_000),
  );
});

// Whole, this is the first part of what is shown above.
const onlyShort = isWhole ? test.skip : test;
onlyShort(
  "a lead that loops ends its process, so that it is started again and others have their turn",
  async () => {
    world = await startPoisonWorld({ server: testServer ?? null, code: poisoned.directory, nodeOptions: "" });
    const { portals, deaths } = world;
    const [portal] = portals;
    if (portal === undefined) throw new Error("There is no portal.");
    const startedAt = Date.now();
    qualify(portal, "poison: loops");
    await until("the process is ended", () => deaths().length > 0 || Date.now() - startedAt > loopEndsWithinMs);

    expect(deaths()).toHaveLength(1);
  },
  90_000,
);

type Lead = { portal: Portal; id: string };
const allRouted = (leads: readonly Lead[]) => leads.every(({ portal, id }) => isRouted(portal, id));

async function readEnd(db: Db, leadId: string) {
  const parked = await sql<InboxRow>`select * from inbox where state = 'parked' order by occurred_at`.execute(db.query);
  const alerts = await sql<{ kind: string; raisedAt: string }>`
    select kind, raised_at from alerts where resolved_at is null and kind in ('poison', 'leads-parked')
  `.execute(db.query);
  const counts = await sql<{ pending: number; twice: number }>`
    select (select count(*) from inbox where state = 'pending' and change->>'field' = 'stage') as pending,
      (select count(*) from (select 1 from decisions where round = 0 group by lead_id, connection_id having count(*) > 1) t)
        as twice
  `.execute(db.query);
  return {
    parked: [...new Set(parked.rows.map(({ subjectId }) => subjectId))],
    rows: parked.rows.filter(({ subjectId, change }) => subjectId === leadId && "field" in change),
    alert: alerts.rows[0],
    pending: counts.rows[0]?.pending,
    twice: counts.rows[0]?.twice,
  };
}

/** Real time passes for real processes. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + parkedWithinMs;
  while (!(await condition())) {
    if (world === null || Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.`);
    await pause(50);
  }
}
