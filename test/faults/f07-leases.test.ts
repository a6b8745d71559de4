import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { RealProcess } from "../../scripts/baton-process.ts";
import { readLeaseTokens, readWorkspaces } from "../../scripts/chaos/claim.ts";
import { type CallKind, callKind } from "../../scripts/chaos/points.ts";
import { heldBy } from "../../scripts/chaos/strikes.ts";
import { recordsNamed } from "../../src/sandbox/hubspot/partial.ts";
import type { RequestEntry } from "../../src/sandbox/hubspot/requests.ts";
import type { Db } from "../../src/store/db.ts";
import { type Rig, startRig } from "./baton-process.ts";
import { onlyWhere } from "./only-where.ts";
import { type OwnPostgres, startOwnPostgres, whyNoPostgres } from "./own-postgres.ts";
import { isWhole, scale } from "./scale.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.4, F7: a worker that stands still past its lease, and clocks that jump.

const leaseSeconds = 5;
const roles = { web: "web", "worker-1": "worker", "worker-2": "worker" } as const;
const workers = ["worker-1", "worker-2"] as const;
const hourMs = 3_600_000;
const needed = onlyWhere(whyNoPostgres({ small: false }));

let postgres: OwnPostgres | null = null;
let folder: string;
let rig: Rig | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-clocks-"));
});
afterEach(async () => {
  await rig?.stop();
  await postgres?.remove();
  rig = null;
  postgres = null;
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two workers whose wall clocks the test sets; calls take long enough to be stopped in the middle of one. */
async function start(): Promise<Rig> {
  postgres = await startOwnPostgres();
  const preload = pathToFileURL(join(import.meta.dirname, "children/jumping-clock.ts")).href;
  const clockOf = (name: string) => ({ NODE_OPTIONS: `--import=${preload}`, BATON_TEST_CLOCK: join(folder, name) });
  for (const name of workers) setClock(name, 0);
  rig = await startRig({
    database: { url: postgres.url },
    roles,
    leaseSeconds,
    latency: { readMs: [100, 200], writeMs: [200, 300] },
    env: (name) => (name === "web" ? {} : clockOf(name)),
  });
  return rig;
}

const setClock = (name: string, offMs: number) => writeFileSync(join(folder, name), String(offMs));

for (const kind of scale<CallKind[]>(["owner write"], ["read", "owner write", "task write"]))
  needed(
    `a worker stands still for twice its lease in the middle of a call (${kind}) while the other's clock jumps by hours: that one takes over, and late results are refused and counted (I2, I3)`,
    async () => {
      const own = await start();
      const holder = await holderOf(own);
      const other = own.process(workers.find((name) => name !== holder.name) ?? "");
      const before = await tokenOf(own);

      const stopped = stopInMid(own, kind, holder);
      for (let each = 0; each < 20; each += 1) own.qualify();
      const call = await stopped;
      const kept = kind === "owner write" ? await keepOpen(own, call) : null;
      await pause(1_000 * leaseSeconds);
      for (const offMs of [hourMs, 0, -hourMs, 0]) {
        setClock(other.name, offMs);
        for (let each = 0; each < 5; each += 1) own.qualify();
        await pause(250 * leaseSeconds);
      }
      const taken = await tokenOf(own);
      // Who holds what by now: under an older lease nothing may be recorded from here on.
      await own.violations();
      holder.goOn();

      expect(taken).toBeGreaterThan(before);
      // What a read gave may be dropped before anybody tries to record it. The answer to a write is one of a write:
      // other late work that is counted says nothing about it.
      const atLeast = kind === "read" ? 0 : 1;
      await until("the late answer is counted", async () => (await staleWrites(holder)) >= atLeast, {
        withinMs: 10_000,
      });
      if (kept !== null) {
        // Time for the old holder to go on with what follows that answer, if it could.
        await pause(1_000);
        expect(await own.read((db) => readWrites(db, kept.leadId))).toEqual(openWrites);
        kept.letGo();
      }
      expect(await own.violations({ withinMs: 30_000 })).toEqual([]);
    },
    90_000,
  );

const onlyWhole = isWhole ? needed : test.skip;
onlyWhole(
  "a worker dies with its clock an hour ahead: another takes over in time",
  async () => {
    const own = await start();
    const load = setInterval(() => own.qualify(), 100);
    const holder = await holderOf(own);
    setClock(holder.name, hourMs);
    // It renews every third of its lease.
    await pause((1_000 * leaseSeconds) / 3 + 500);
    const before = await tokenOf(own);
    holder.kill();
    const takenAfterMs = await until("another takes over", async () => (await tokenOf(own)) > before);
    clearInterval(load);
    await holder.gone();
    await holder.start();

    expect(takenAfterMs).toBeLessThanOrEqual(1_000 * (leaseSeconds + 2));
    expect(await own.violations({ withinMs: 40_000 })).toEqual([]);
  },
  120_000,
);

/** Resolves to the call of that kind that was on its way when the worker came to stand still. */
function stopInMid({ hubspot, portals }: Rig, kind: CallKind, worker: RealProcess): Promise<RequestEntry> {
  return new Promise((resolve) => {
    const unwatch = hubspot.requests.watch((entry, moment) => {
      if (moment !== "arrived" || entry.portalId !== portals[0].id || callKind(entry.route) !== kind) return;
      worker.stand();
      unwatch();
      resolve(entry);
    });
  });
}

/**
 * Once the write is done, the CRM answers nothing more about one of its leads: whoever takes over cannot find out what
 * became of it, so the old holder's answer, when it comes, is the only one.
 */
async function keepOpen({ hubspot }: Rig, call: RequestEntry): Promise<{ leadId: string; letGo(): void }> {
  await until("the write is done", () => call.applied);
  const [leadId = ""] = recordsNamed(call.body);
  const { id } = hubspot.faults.add({ route: "*", kind: "status-before", status: 503, record: leadId });
  return { leadId, letGo: () => void hubspot.faults.remove(id) };
}

/** The new holder's to resolve, and nothing of the old one's that came after. */
const openWrites = [
  { kind: "create-task", state: "planned" },
  { kind: "update-lead", state: "unknown" },
];

const readWrites = (db: Db, leadId: string) =>
  db.query.selectFrom("operations").select(["kind", "state"]).where("leadId", "=", leadId).orderBy("kind").execute();

/** The worker that has the first portal's workspace. */
async function holderOf(own: Rig): Promise<RealProcess> {
  const workspaceId = (await own.read(readWorkspaces)).get(String(own.portals[0].id)) ?? "";
  const found: RealProcess[] = [];
  await until("a worker has the workspace", async () => {
    for (const name of workers)
      if ((await heldBy(own.process(name).url)).includes(workspaceId)) found.push(own.process(name));
    return found.length > 0;
  });
  const [holder] = found;
  if (holder === undefined) throw new Error("Nobody has it.");
  return holder;
}

async function staleWrites({ url }: RealProcess): Promise<number> {
  const text = await fetch(`${url}/metrics`).then((answer) => answer.text());
  return Number(/^baton_stale_completions_total\{what="write"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function tokenOf(own: Rig): Promise<number> {
  return (await own.read(readLeaseTokens)).get(String(own.portals[0].id)) ?? 0;
}
