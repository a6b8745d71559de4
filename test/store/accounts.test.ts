import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Account, Opportunity } from "../../src/model/account.ts";
import {
  accountsAfter,
  accountsByDomain,
  accountsById,
  changedAccounts,
  countAccounts,
  removeAccounts,
  upsertAccounts,
} from "../../src/store/accounts.ts";
import type { Db } from "../../src/store/db.ts";
import { openOpportunitiesOf, removeOpportunities, upsertOpportunities } from "../../src/store/opportunities.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, connectionId, now, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

function anAccount(id: string, account: Partial<Account> = {}): Account {
  const empty = { ownerId: null, country: null, state: null, postalCode: null, employees: null, lastActivityAt: null };
  return { id, name: `Account ${id}`, domains: [], ...empty, isCustomer: false, isCompetitor: false, ...account };
}

function anOpportunity(id: string, opportunity: Partial<Opportunity> = {}): Opportunity {
  const empty = { ownerId: null, stage: null, lastActivityAt: null };
  return { id, name: `Deal ${id}`, accountIds: ["1"], isOpen: true, stageOrder: 1, ...empty, ...opportunity };
}

const of = { workspaceId, connectionId };
const syncAt = (readAt: string, ...accounts: Account[]) =>
  db.transaction((tx) => upsertAccounts(tx, { ...of, accounts, readAt, at: after(600) }));
const sync = (...accounts: Account[]) => syncAt(now, ...accounts);
const removeAt = (readAt: string, ...ids: string[]) =>
  db.transaction((tx) => removeAccounts(tx, { ...of, ids, readAt, at: after(600), toRead: false }));
/** Its name, by id and by the domain a.com. */
const known = async (id: string) => {
  const byDomain = await accountsByDomain(db.query, connectionId, ["a.com"]);
  const [one, other] = [
    (await accountsById(db.query, connectionId, [id])).get(id)?.name,
    byDomain.get("a.com")?.find((account) => account.id === id)?.name,
  ];
  expect(other).toBe(one);
  return one ?? null;
};
const syncDealsAt = (readAt: string, ...opportunities: Opportunity[]) =>
  db.transaction((tx) => upsertOpportunities(tx, { ...of, opportunities, readAt, at: after(600) }));
const syncDeals = (...opportunities: Opportunity[]) => syncDealsAt(now, ...opportunities);
const removeDealAt = (readAt: string, id: string) =>
  db.transaction((tx) => removeOpportunities(tx, { ...of, ids: [id], readAt, at: after(600), toRead: false }));

test("accounts are found by id and by each of their domains", async () => {
  const [one, two] = [anAccount("1", { domains: ["a.com", "b.com"] }), anAccount("2", { domains: ["b.com"] })];
  await sync(two, one);
  expect(await accountsById(db.query, connectionId, ["1", "9"])).toEqual(new Map([["1", one]]));
  expect(await accountsByDomain(db.query, connectionId, ["a.com", "b.com", "c.com"])).toEqual(
    new Map([
      ["a.com", [one]],
      ["b.com", [one, two]],
    ]),
  );
  expect(await accountsByDomain(db.query, "c2", ["a.com"])).toEqual(new Map());
});

test("an account that changed is found by its new domains only", async () => {
  await sync(anAccount("1", { domains: ["old.com", "both.com"] }));
  const changed = anAccount("1", { domains: ["both.com", "new.com"], ownerId: "rep-a" });
  await sync(changed);
  expect(await accountsByDomain(db.query, connectionId, ["old.com", "both.com", "new.com"])).toEqual(
    new Map([
      ["both.com", [changed]],
      ["new.com", [changed]],
    ]),
  );
});

test("a removed account is found no more, nor counted or listed; who asks what changed hears of it", async () => {
  await sync(anAccount("1", { domains: ["a.com"] }), anAccount("2"));
  await removeAt(after(1), "1");
  expect(await known("1")).toBeNull();
  expect(await countAccounts(db.query, connectionId)).toBe(1);
  expect((await accountsAfter(db.query, connectionId, { after: "", limit: 9 })).map(({ id }) => id)).toEqual(["2"]);
  const changed = { after: "", limit: 9 };
  expect(await changedAccounts(db.query, connectionId, { ...changed, since: after(600) })).toEqual(["1", "2"]);
  expect(await changedAccounts(db.query, connectionId, { ...changed, since: after(601) })).toEqual([]);
});

test("an account that was asked for before it was removed does not come back; one that was asked for after does", async () => {
  const account = anAccount("1", { name: "Back", domains: ["a.com"] });
  for (const before of [[account], []]) {
    await emptyTables(db);
    await syncAt(now, ...before);
    await removeAt(after(2), "1");
    for (const readAt of [after(1), after(2)]) {
      expect(await syncAt(readAt, account)).toEqual(new Set());
      expect(await known("1")).toBeNull();
    }
    expect(await syncAt(after(3), account)).toEqual(new Set(["1"]));
    expect(await known("1")).toBe("Back");
    await removeAt(after(2), "1");
    expect(await known("1")).toBe("Back");
  }
});

test("of two readings the newer wins, whichever is stored last", async () => {
  const named = (name: string, domain: string) => anAccount("1", { name, domains: [domain] });
  await syncAt(after(2), named("New", "a.com"));
  expect(await syncAt(after(1), named("Old", "old.com"), anAccount("2"))).toEqual(new Set(["2"]));
  expect(await known("1")).toBe("New");
  expect(await accountsByDomain(db.query, connectionId, ["old.com"])).toEqual(new Map());
  await syncAt(after(2), named("Same moment", "a.com"));
  expect(await known("1")).toBe("Same moment");
});

test("a reading by a clock that was put back since holds nothing up", async () => {
  await syncAt(after(3_600), anAccount("1", { name: "Ahead", domains: ["a.com"] }));
  await syncAt(after(1), anAccount("1", { name: "Now", domains: ["a.com"] }));
  expect(await known("1")).toBe("Now");
  await removeAt(after(3_600), "1");
  await syncAt(after(2), anAccount("1", { name: "Now", domains: ["a.com"] }));
  expect(await known("1")).toBe("Now");
});

test("of two processes that store at once the later reading leaves no domain of the earlier, and none waits for ever", async () => {
  const older = Array.from({ length: 200 }, (_, n) => anAccount(`${n}`, { domains: [`old${n}.com`] }));
  const newer = older.map((account) => ({ ...account, domains: [`new${account.id}.com`] })).reverse();
  for (let round = 0; round < 10; round += 1) {
    const stored = await Promise.allSettled([
      syncAt(after(2 * round), ...older),
      syncAt(after(2 * round + 1), ...newer),
    ]);
    expect(stored.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    const { rows } = await sql`select domain from account_domains where domain not like 'new%'`.execute(db.query);
    expect(rows).toEqual([]);
  }
});

test("of a deletion and an older reading that are stored at once, the deletion counts", async () => {
  const account = anAccount("1", { domains: ["a.com"] });
  for (let round = 0; round < 10; round += 1) {
    await emptyTables(db);
    await Promise.all([syncAt(after(1), account), removeAt(after(2), "1")]);
    expect(await known("1")).toBeNull();
  }
});

test("what was stored since an instant is found by an index", async () => {
  const { rows } = await sql<{ indexdef: string }>`
    select indexdef from pg_indexes where tablename = 'accounts' and schemaname = current_schema()
  `.execute(db.query);
  expect(rows.map(({ indexdef }) => indexdef)).toContainEqual(expect.stringMatching(/\(connection_id, synced_at\)$/));
});

test("open opportunities come by account, the most recently active first", async () => {
  const quiet = anOpportunity("10");
  const older = anOpportunity("11", { lastActivityAt: now });
  const newer = anOpportunity("12", { lastActivityAt: after(60), accountIds: ["1", "2"] });
  await syncDeals(quiet, older, newer, anOpportunity("13", { isOpen: false }));
  expect(await openOpportunitiesOf(db.query, connectionId, ["1", "2", "3"])).toEqual(
    new Map([
      ["1", [newer, older, quiet]],
      ["2", [newer]],
    ]),
  );
});

test("an opportunity that closed, moved or went is not found where it was", async () => {
  await syncDeals(anOpportunity("10"), anOpportunity("11"), anOpportunity("12"));
  await syncDeals(anOpportunity("10", { isOpen: false }), anOpportunity("11", { accountIds: ["2"] }));
  await removeDealAt(now, "12");
  const found = await openOpportunitiesOf(db.query, connectionId, ["1", "2"]);
  expect([...found.keys()]).toEqual(["2"]);
});

test("an opportunity that closed or went comes back by what was read later only", async () => {
  const open = [anOpportunity("10"), anOpportunity("11")];
  await syncDealsAt(after(2), anOpportunity("10", { isOpen: false }));
  expect(await removeDealAt(after(2), "11")).toEqual(["11"]);
  for (const readAt of [after(1), after(2)])
    expect(await syncDealsAt(readAt, anOpportunity("11"), anOpportunity("12"))).toEqual(new Set(["12"]));
  expect(await syncDealsAt(after(1), ...open)).toEqual(new Set());
  expect(await syncDealsAt(after(3), ...open)).toEqual(new Set(["10", "11"]));
  expect(await removeDealAt(after(2), "11")).toEqual([]);
  const found = await openOpportunitiesOf(db.query, connectionId, ["1"]);
  expect(found.get("1")?.map(({ id }) => id)).toEqual(["10", "11", "12"]);
});

test("of an account that is gone no row is left for a release from before, which knows none without an account", async () => {
  await sync(anAccount("1"), anAccount("2"));
  await removeAt(after(1), "1");
  const { rows } = await sql`select id from accounts where body is null or id = '1'`.execute(db.query);
  expect(rows).toEqual([]);
});
