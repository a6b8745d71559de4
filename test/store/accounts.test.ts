import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Account, Opportunity } from "../../src/model/account.ts";
import { accountsByDomain, accountsById, removeAccounts, upsertAccounts } from "../../src/store/accounts.ts";
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

const sync = (...accounts: Account[]) => upsertAccounts(db.query, { workspaceId, connectionId, accounts, at: now });
const syncDeals = (...opportunities: Opportunity[]) =>
  upsertOpportunities(db.query, { workspaceId, connectionId, opportunities, at: now });

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

test("a removed account is found no more", async () => {
  await sync(anAccount("1", { domains: ["a.com"] }));
  await removeAccounts(db.query, connectionId, ["1"]);
  expect(await accountsById(db.query, connectionId, ["1"])).toEqual(new Map());
  expect(await accountsByDomain(db.query, connectionId, ["a.com"])).toEqual(new Map());
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
  await removeOpportunities(db.query, connectionId, ["12"]);
  const found = await openOpportunitiesOf(db.query, connectionId, ["1", "2"]);
  expect([...found.keys()]).toEqual(["2"]);
});
