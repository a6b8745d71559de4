import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { EventChange } from "../../src/model/event.ts";
import { takeIn } from "../../src/pipeline/intake.ts";
import { redriveParked } from "../../src/pipeline/redrive.ts";
import { takeOver } from "../../src/pipeline/take-over.ts";
import { longestTurnMs, quietMs } from "../../src/pipeline/take-suspects.ts";
import { createTurnstile, type Turnstile } from "../../src/pipeline/turnstile.ts";
import type { Head, Link, PublishedPolicy, Workspace } from "../../src/pipeline/workspace.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, releaseClaims, settleInbox } from "../../src/store/inbox.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, anEvent, now, takeLease } from "../store/records.ts";
import { idleStation } from "./idle-station.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
let clock: ManualClock;
let deps: Deps;
let lives: number;
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock(now);
  deps = { ...clock, db, log: silentLog, metrics: createMetrics() } as Partial<Deps> as Deps;
  lives = 0;
});
afterAll(() => db.close());

const mql: EventChange = { kind: "lead-changed", field: "stage", value: "mql" };
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** One event for each, of the workspace's only connection. */
function add(workspaceId: string, leadIds: readonly string[], change: EventChange = mql): Promise<number> {
  const receivedAt = clock.now().toISOString();
  return addEvents(
    db.query,
    leadIds.map((id) =>
      anEvent(`${change.kind} ${id}`, {
        workspaceId,
        connectionId: `c-${workspaceId}`,
        subjectId: id,
        change,
        receivedAt,
      }),
    ),
  );
}

type Station = { workspace: Workspace; link: Link; inHand: Head[] };

/** A workspace as this process runs it, whose leads wait in `inHand` to be decided. */
async function open(workspaceId: string, turnstile: Turnstile): Promise<Station> {
  const inHand: Head[] = [];
  const connection = aConnection({ id: `c-${workspaceId}`, workspaceId });
  const link = {
    connection,
    people: null,
    heads: new Map(),
    owed: [],
    refresh: () => undefined,
    leads: idleStation<Head>((heads) => inHand.push(...heads)),
  } as Partial<Link> as Link;
  const lease = await takeLease(db.query, { workspaceId, holder: `life-${lives}`, now: clock.now().toISOString() });
  const workspace = {
    lease,
    links: new Map([[connection.id, link]]),
    readPolicy: async () => ({ version: 1, policy: { qualifyingStage: "mql" } }) as Partial<PublishedPolicy>,
    claims: { last: 0, unanswered: new Map() },
    suspects: await takeOver(deps, { lease, turnstile, wake: () => undefined }),
  } as Partial<Workspace> as Workspace;
  return { workspace, link, inHand };
}

async function beginLife(...workspaceIds: string[]): Promise<Station[]> {
  lives += 1;
  clock.advance(60_000);
  const turnstile = createTurnstile(clock, longestTurnMs);
  return Promise.all(workspaceIds.map((id) => open(id, turnstile)));
}

async function decide({ workspace, link, inHand }: Station): Promise<void> {
  const heads = inHand.splice(0);
  await settleInbox(db.query, workspace.lease, { done: heads.flatMap(({ rows, late }) => [...rows, ...late]) });
  for (const { leadId } of heads) link.heads.delete(leadId);
}

/** Works until nothing waits, or until a killer is in hand of any workspace: then all is lost that is in hand. */
async function live(killers: readonly string[], ...workspaceIds: string[]): Promise<"died" | "idle"> {
  const stations = await beginLife(...workspaceIds);
  for (let looks = 0; looks < 1_000; looks += 1) {
    for (const { workspace } of stations) await takeIn(deps, workspace);
    const inHand = stations.flatMap((station) => station.inHand);
    if (inHand.some(({ leadId }) => killers.includes(leadId))) return "died";
    if (inHand.length === 0 && stations.every(({ workspace }) => !workspace.suspects.any)) return "idle";
    for (const station of stations) await decide(station);
    if (inHand.length === 0) clock.advance(1_000);
  }
  throw new Error("It comes to no end.");
}

/** Looks once more when so much time went by. */
async function take({ workspace }: Station, ms: number): Promise<void> {
  await takeIn(deps, workspace);
  clock.advance(ms);
  await takeIn(deps, workspace);
}

const states = async () => {
  const rows = await db.query.selectFrom("inbox").select(["subjectId", "state", "because"]).execute();
  return Map.groupBy(rows, ({ state }) => state);
};
const parked = async () => ((await states()).get("parked") ?? []).map(({ subjectId }) => subjectId).sort();

test("one lead that kills costs three deaths, whoever else is in hand, and nobody but it is parked", async () => {
  await add("w1", [...names("a", 130), "killer", ...names("b", 130)]);
  await add("w2", names("c", 130));
  const died = [];
  for (let each = 0; each < 4; each += 1) {
    // There is always somebody new in hand.
    await add("w1", names(`new-${each}-`, 5));
    died.push(await live(["killer"], "w1", "w2"));
  }

  expect(died).toEqual(["died", "died", "died", "idle"]);
  expect(await parked()).toEqual(["killer"]);
  expect((await states()).get("done")).toHaveLength(130 + 130 + 130 + 4 * 5);
  expect(await openAlertsOfAll(db.query, 10)).toMatchObject([
    { kind: "poison", subjectId: "killer", message: expect.stringContaining("3 times when Baton's process died") },
  ]);
});

test("several that kill are all found, one of them each death from the third on", async () => {
  await add("w1", [...names("a", 20), "k1", ...names("b", 20), "k2", ...names("c", 20)]);
  await add("w2", [...names("d", 20), "k3"]);
  const died = [];
  do died.push(await live(["k1", "k2", "k3"], "w1", "w2"));
  while (died.at(-1) === "died" && died.length < 10);

  expect(await parked()).toEqual(["k1", "k2", "k3"]);
  expect((await states()).get("done")).toHaveLength(80);
  expect(died.length).toBeLessThanOrEqual(8);
});

test("a lead whose decision kills is not decided for another event either, until it is re-driven", async () => {
  await add("w1", ["killer"]);
  for (let each = 0; each < 3; each += 1) expect(await live(["killer"], "w1")).toBe("died");
  await add("w1", ["killer"], { kind: "lead-found", qualifiedAt: now });
  await add("w1", ["killer"], { kind: "unused" });
  expect(await live(["killer"], "w1")).toBe("idle");
  expect((await states()).get("ignored")).toHaveLength(1);
  expect(await parked()).toEqual(["killer", "killer"]);

  expect(await redriveParked(db, { workspaceId: null, at: now })).toEqual({ events: 2, tasks: 0 });
  expect(await openAlertsOfAll(db.query, 10)).toEqual([]);
  expect(await live([], "w1")).toBe("idle");
  expect((await states()).get("done")).toHaveLength(2);
});

test("what was in hand when a process died goes by the hundred, and after its second death alone", async () => {
  await add("w1", names("a", 250));
  const sizes: number[] = [];
  for (let each = 0; each < 3; each += 1) {
    const [station] = await beginLife("w1");
    if (station === undefined) throw new Error("No workspace.");
    await take(station, quietMs);
    sizes.push(station.inHand.length);
  }
  expect(sizes).toEqual([250, 100, 100]);
  const deaths = await db.query.selectFrom("inbox").select("deaths").where("deaths", ">", 1).execute();
  expect(deaths).toHaveLength(100);
});

test("processes that are killed one after the other by somebody else park nobody", async () => {
  await add("w1", ["a"]);
  for (let each = 0; each < 5; each += 1) {
    const [station] = await beginLife("w1");
    if (station === undefined) throw new Error("No workspace.");
    await take(station, quietMs - 1);
    expect(station.inHand).toHaveLength(each < 2 ? 1 : 0);
  }
  expect(await live([], "w1")).toBe("idle");
  expect((await states()).get("done")).toHaveLength(1);
});

test("a group that waits for its CRM lets others go after a while, and one that is through at once", async () => {
  await add("w1", names("a", 150));
  await add("w2", names("b", 10));
  await beginLife("w1", "w2").then(async (stations) => {
    for (const { workspace } of stations) await takeIn(deps, workspace);
  });
  const [one, two] = await beginLife("w1", "w2");
  if (one === undefined || two === undefined) throw new Error("No workspace.");
  const inHand = async () => {
    for (const { workspace } of [one, two, one]) await takeIn(deps, workspace);
    return [one.inHand.length, two.inHand.length];
  };

  expect(await inHand()).toEqual([100, 0]);
  clock.advance(longestTurnMs);
  expect(await inHand()).toEqual([100, 10]);
  await decide(two);
  expect(await inHand()).toEqual([150, 0]);
});

test("a process that stops in order leaves no suspects", async () => {
  await add("w1", names("a", 10));
  const [station] = await beginLife("w1");
  if (station === undefined) throw new Error("No workspace.");
  await takeIn(deps, station.workspace);
  await releaseClaims(db.query, station.workspace.lease);
  const [next] = await beginLife("w1");
  await takeIn(deps, next?.workspace ?? station.workspace);
  expect(next?.inHand).toHaveLength(10);
  expect(next?.workspace.suspects.any).toBe(false);
});
