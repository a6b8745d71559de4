import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type AccountIndex, createAccountIndex } from "../../src/account-index/account-index.ts";
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import type { Deps } from "../../src/deps.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { silentLog } from "../../src/log.ts";
import type { Account } from "../../src/model/account.ts";
import type { EventChange } from "../../src/model/event.ts";
import { withNamedFields } from "../../src/pipeline/account-fields.ts";
import type { EventRow } from "../../src/pipeline/event-row.ts";
import { gatherFacts } from "../../src/pipeline/facts.ts";
import { fillIndex } from "../../src/pipeline/fill-index.ts";
import { follow } from "../../src/pipeline/follow.ts";
import { meetAccounts } from "../../src/pipeline/meet-accounts.ts";
import { dropAccounts, indexAccounts, storeAccounts } from "../../src/pipeline/store-accounts.ts";
import { findChanged, listAll, refreshRecords } from "../../src/pipeline/sync-accounts.ts";
import type { Head, Link, Workspace } from "../../src/pipeline/workspace.ts";
import { accountsById } from "../../src/store/accounts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { aLead, anAccount, aPolicy } from "../builders.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { aLeadEntry } from "../match-entries.ts";
import { emptyTables, openTestDatabase } from "../store/database.ts";
import { aConnection, now } from "../store/records.ts";

// What the CRM was asked for may be stored after something newer of it was.

const policy = aPolicy();
const { otherNames } = policy.matching;
const connection = aConnection();
const account = anAccount({ id: "7", name: "Zurax Pumps", domains: ["zurax.example"] });

let db: Db;
let clock: ManualClock;
let deps: Deps;
let index: AccountIndex;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  clock = createManualClock(now);
  const mailDomains = loadMailDomains();
  index = createAccountIndex({
    ...{ classes: mailDomains, weights: shippedWeights, log: silentLog, monotonic: clock.monotonic },
    ...{ mostBytes: 1e9, threadFrom: 1e9, directory: null, madeBy: "1" },
  });
  deps = { ...clock, db, mailDomains, accountIndex: index, log: silentLog } as Partial<Deps> as Deps;
  await fillIndex(deps, connection, policy);
});
afterEach(() => index.close());
afterAll(() => db.close());

const workspace = {
  lease: { workspaceId: connection.workspaceId },
  readPolicy: async () => ({ policy, version: 1 }),
} as Partial<Workspace> as Workspace;

/** The CRM has the account when it is asked; `meanwhile` runs before its answer comes. */
function aLink(meanwhile: () => Promise<unknown>): Link {
  const answer = async () => {
    clock.advance(1_000);
    await meanwhile();
    return [account];
  };
  return {
    connection,
    listedWith: "[]",
    roster: { reps: [], stages: [] },
    missedDomains: new Map(),
    heads: new Map(),
    client: {
      maxBatch: 100,
      maxHistoryBatch: 50,
      readLeads: async () => [aLead({ id: "101", accountId: "7", ownerId: null })],
      readAccounts: answer,
      listAccounts: async () => ({ items: await answer(), next: null }),
      listOpportunities: async () => ({ items: [], next: null }),
      findAccountsByDomain: async () => [account.id],
    } as Partial<Link["client"]> as Link["client"],
  } as Partial<Link> as Link;
}

const head = {
  leadId: "101",
  round: 0,
  cause: "qualified",
  qualifiedAt: now,
  breachedBy: [],
  known: null,
} as Partial<Head> as Head;

const ways: Record<string, (link: Link) => Promise<unknown>> = {
  "the listing": (link) => listAll(deps, workspace, { ...link, listedWith: null }, { lane: "backfill" }),
  "a refresh": (link) => refreshRecords(deps, workspace, link, { accountIds: ["7"], opportunityIds: [] }),
  "a lead whose domain it has": (link) => {
    const lead = aLead({ accountId: null, fields: { email: "kim@zurax.example" } });
    return meetAccounts(deps, link, { leads: [lead], crmFields: [], otherNames });
  },
  "a lead that names it": (link) => gatherFacts(deps, workspace, link, { heads: [head] }),
  "a field that it was never read with": (link) =>
    withNamedFields(deps, link, { accounts: [account], crmFields: ["size"], otherNames, keep: true }),
};

/** Its name, where the database and the index agree on it. */
async function known(): Promise<string | null> {
  const stored = (await accountsById(db.query, connection.id, ["7"])).get("7") ?? null;
  for (const domain of ["zurax.example", "newer.example"]) {
    const matched = await index.match(connection.id, [aLeadEntry({ email: `kim@${domain}` })]);
    const expected = stored?.domains.includes(domain) === true ? "7" : null;
    expect([domain, matched?.[0]?.best?.accountId ?? null]).toEqual([domain, expected]);
  }
  return stored?.name ?? null;
}

const hear = (change: EventChange) => {
  const row = { subjectId: "7", change, occurredAt: clock.now().toISOString() } as Partial<EventRow> as EventRow;
  const refresh = { accountIds: new Set<string>(), opportunityIds: new Set<string>() };
  return follow(deps, workspace, aLink(never), { row, lead: null, refresh }).then(() => refresh);
};
const never = async () => undefined;

describe.each(Object.entries(ways))("%s", (_, read) => {
  test.each([
    { kind: "account-deleted" },
    { kind: "account-merged", into: "8", from: ["7"] },
  ] as const)("does not bring back what is gone since it asked ($kind), but what the CRM shows later", async (change) => {
    await read(aLink(() => hear(change)));
    expect(await known()).toBeNull();
    clock.advance(1_000);
    await emptyCursors();
    await read(aLink(never));
    expect(await known()).toBe("Zurax Pumps");
    await hear(change);
    expect(await known()).toBeNull();
  });

  test("does not put an older reading in the place of a newer one", async () => {
    const newer = { ...account, name: "Newer", domains: ["newer.example"] };
    const store = () => storeAccounts(deps, { connection }, { read: [newer], readAt: clock.now(), otherNames });
    await read(aLink(store));
    expect(await known()).toBe("Newer");
  });
});

const emptyCursors = () => db.query.deleteFrom("syncCursors").execute();

test("a company that is deleted is read again: the event may be late, and the company restored since", async () => {
  expect([...(await hear({ kind: "account-deleted" })).accountIds]).toEqual(["7"]);
});

test("what a process was to read again after a deletion is read by the next one, once", async () => {
  await hear({ kind: "account-deleted" });
  const asked: string[] = [];
  const link = {
    ...aLink(never),
    refresh: ({ accountIds }) => void asked.push(...accountIds),
  } as Partial<Link> as Link;
  const nothing = async () => ({ items: [], next: null });
  Object.assign(link.client, { findChangedAccounts: nothing, findChangedOpportunities: nothing });
  await linkConnection(db.query, connection, now);
  await findChanged(deps, link, 0);
  expect(asked).toEqual(["7"]);
  clock.advance(1_000);
  await refreshRecords(deps, workspace, link, { accountIds: ["7"], opportunityIds: [] });
  expect(await known()).toBe("Zurax Pumps");
  await findChanged(deps, link, 0);
  expect(asked).toEqual(["7"]);
  await hear({ kind: "account-deleted" });
  clock.advance(1_000);
  link.client.readAccounts = async () => [];
  await refreshRecords(deps, workspace, link, { accountIds: ["7"], opportunityIds: [] });
  await findChanged(deps, link, 0);
  expect(asked).toEqual(["7"]);
});

test("who stores accounts is answered what is stored then, and nothing of what is gone", async () => {
  const store = (readAt: Date, ...read: Account[]) =>
    storeAccounts(deps, { connection }, { read, readAt, otherNames }).then((kept) => kept.map(({ name }) => name));
  const earlier = clock.now();
  clock.advance(1_000);
  expect(await store(clock.now(), { ...account, name: "Newer" })).toEqual(["Newer"]);
  await dropAccounts(deps, { connection }, { gone: ["8"], readAt: clock.now(), toRead: false });
  const [gone, fresh] = [anAccount({ id: "8", name: "Gone" }), anAccount({ id: "9", name: "Fresh" })];
  expect(await store(earlier, account, gone, fresh)).toEqual(["Fresh", "Newer"]);
});

test("a lead is decided by what is stored of its account, when that is newer than what was read for it", async () => {
  const newer = { ...account, name: "Newer" };
  const store = () => storeAccounts(deps, { connection }, { read: [newer], readAt: clock.now(), otherNames });
  const { ready } = await gatherFacts(deps, workspace, aLink(store), { heads: [head] });
  expect(ready.map(({ facts }) => facts.match?.account.name)).toEqual(["Newer"]);
});

test("what stores accounts and tells the index of them takes its turn, so that what is told last is the newest", async () => {
  const store = (name: string) =>
    storeAccounts(deps, { connection }, { read: [{ ...account, name }], readAt: clock.now(), otherNames });
  const held = Promise.withResolvers<void>();
  const ended: string[] = [];
  const note = (what: string) => () => void ended.push(what);
  const before = index.inTurn(connection.id, () => held.promise).then(note("held"));
  const stored = store("Zurax").then(note("stored"));
  const dropped = dropAccounts(deps, { connection }, { gone: ["7"], readAt: clock.now(), toRead: false }).then(
    note("dropped"),
  );
  const indexed = indexAccounts(deps, connection.id, { ids: ["7"], otherNames }).then(note("indexed"));
  await index.inTurn("other", async () => undefined);
  for (let look = 0; look < 5; look += 1) expect(await known()).toBeNull();
  held.resolve();
  await Promise.all([before, stored, dropped, indexed]);
  expect(ended).toEqual(["held", "stored", "dropped", "indexed"]);
  expect(await known()).toBeNull();
});

test("a turn that fails is told to whoever took it, and the next one is taken", async () => {
  const failed = index.inTurn(connection.id, () => Promise.reject(new Error("no room")));
  const next = index.inTurn(connection.id, async () => "taken");
  await expect(failed).rejects.toThrow("no room");
  expect(await next).toBe("taken");
});
