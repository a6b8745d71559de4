import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { CrmError } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import type { EventRow } from "../../src/pipeline/event-row.ts";
import { follow } from "../../src/pipeline/follow.ts";
import { meetOpportunities } from "../../src/pipeline/meet-opportunities.ts";
import { listAll, refreshRecords, storeOpportunities } from "../../src/pipeline/sync-accounts.ts";
import type { Link, MetOpportunities, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { readLoads } from "../../src/store/open-work.ts";
import { openOpportunitiesOf } from "../../src/store/opportunities.ts";
import { anOpportunity, aPolicy } from "../builders.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, now } from "../store/records.ts";

// What the CRM was asked for may be stored after something newer of it was.

const policy = aPolicy();
const connection = aConnection();
const parts = { accountIds: ["7"], ownerId: "rep-a", isOpen: true };
const open = ["d1", "d2", "d3"].map((id) => anOpportunity({ ...parts, id }));

let db: Db;
let clock: ManualClock;
let deps: Deps;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock(now);
  deps = { ...clock, db, log: silentLog } as Partial<Deps> as Deps;
});
afterAll(() => db.close());

const workspace = { readPolicy: async () => ({ policy, version: 1 }) } as Partial<Workspace> as Workspace;

/** All are open when the CRM is asked; `meanwhile` runs before its answer comes. */
function aLink(meanwhile: () => Promise<unknown>): Link {
  const answer = async () => {
    clock.advance(1_000);
    await meanwhile();
    return open;
  };
  return {
    connection,
    listedWith: null,
    heads: new Map(),
    client: {
      maxBatch: 100,
      listAccounts: async () => ({ items: [], next: null }),
      listOpportunities: async () => ({ items: await answer(), next: null }),
      readOpportunities: answer,
      findOpportunities: answer,
    } as Partial<Link["client"]> as Link["client"],
  } as Partial<Link> as Link;
}

const never = async () => undefined;

const noneMet = (): MetOpportunities => ({ accountIds: new Set(), restUntil: 0 });
const meet = (link: Link, metOpportunities: MetOpportunities) =>
  meetOpportunities(deps, { ...link, metOpportunities }, { accountIds: ["7"], policy });

/** Those of account 7 that are open, and for how many their owner is at work. */
async function known(): Promise<{ ids: string[]; loads: Record<string, number> }> {
  const found = await openOpportunitiesOf(db.query, connection.id, ["7"]);
  return {
    ids: (found.get("7") ?? []).map(({ id }) => id),
    loads: await readLoads(db.query, connection.workspaceId),
  };
}

/** The CRM tells that d1 is deleted, and shows that d2 is closed. */
async function endSome(): Promise<ReadonlySet<string>> {
  const refresh = { accountIds: new Set<string>(), opportunityIds: new Set<string>() };
  const row = { subjectId: "d1", change: { kind: "opportunity-deleted" } } as Partial<EventRow> as EventRow;
  await follow(deps, workspace, aLink(never), { row, lead: null, refresh });
  const read = [anOpportunity({ ...parts, id: "d2", isOpen: false })];
  await storeOpportunities(deps, { connection }, { read, readAt: clock.now(), policy });
  return refresh.opportunityIds;
}

test.each<[string, (link: Link) => Promise<unknown>]>([
  ["the listing", (link) => listAll(deps, workspace, link, { lane: "backfill" })],
  [
    "a refresh",
    (link) => refreshRecords(deps, workspace, link, { accountIds: [], opportunityIds: open.map(({ id }) => id) }),
  ],
  ["a lead of their account", (link) => meet(link, noneMet())],
])("%s does not bring back what ended since it asked, but what the CRM shows later", async (_, read) => {
  await read(aLink(endSome));
  const one = await known();
  expect(one.ids).toEqual(["d3"]);
  clock.advance(1_000);
  await db.query.deleteFrom("syncCursors").execute();
  await read(aLink(never));
  const points = one.loads["rep-a"] ?? 0;
  expect(points).toBeGreaterThan(0);
  expect(await known()).toEqual({ ids: ["d1", "d2", "d3"], loads: { "rep-a": 3 * points } });
});

test("an opportunity that is deleted is read again: the event may be late, and it restored since", async () => {
  expect([...(await endSome())]).toEqual(["d1"]);
});

test("a CRM that does not tell the opportunities is left alone for a minute, and leads do not wait for it", async () => {
  let asked = 0;
  let isDown = true;
  const link = aLink(async () => {
    asked += 1;
    if (isDown) throw new CrmError("unavailable", "503");
  });
  const met = noneMet();
  await meet(link, met);
  await meet(link, met);
  expect([asked, (await known()).ids]).toEqual([1, []]);
  clock.advance(60_000);
  isDown = false;
  await meet(link, met);
  await meet(link, met);
  expect([asked, (await known()).ids]).toEqual([2, ["d1", "d2", "d3"]]);
});
