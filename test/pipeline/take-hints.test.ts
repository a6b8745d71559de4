import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type AccountIndex, createAccountIndex } from "../../src/account-index/account-index.ts";
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import type { Deps } from "../../src/deps.ts";
import { learnedFrom } from "../../src/engine/match/learned.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { silentLog } from "../../src/log.ts";
import { takeHints } from "../../src/pipeline/account-loops.ts";
import { fewAccounts, fillIndex } from "../../src/pipeline/fill-index.ts";
import type { Link, Workspace } from "../../src/pipeline/workspace.ts";
import { saveHints } from "../../src/store/account-hints.ts";
import { upsertAccounts } from "../../src/store/accounts.ts";
import type { Db } from "../../src/store/db.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { anAccount, aPolicy } from "../builders.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { aLeadEntry } from "../match-entries.ts";
import { openTestDatabase } from "../store/database.ts";
import { aConnection, now } from "../store/records.ts";

// What reviewers withdrew is not found any more, in the running index and in the edition that the next start finds.

const policy = aPolicy();
const connection = aConnection();
const { id: connectionId, workspaceId } = connection;
const workspace = { readPolicy: async () => ({ policy, version: 1 }) } as Partial<Workspace> as Workspace;
const lead = aLeadEntry({ email: "kim@kestrel.example", company: "Kestrel" });
const hourMs = 3_600_000;

let db: Db;
let clock: ManualClock;
let directory: string;
let index: AccountIndex;
let link: Link;
beforeEach(async () => {
  db = await openTestDatabase();
  clock = createManualClock(now);
  directory = mkdtempSync(join(tmpdir(), "baton-hints-"));
  const accounts = Array.from({ length: fewAccounts + 1 }, (_, at) =>
    anAccount({ id: `${at}`, name: `Zed${at} Qux${at * 7}`, domains: [`zed${at}.example`] }),
  );
  await db.transaction((tx) => upsertAccounts(tx, { workspaceId, connectionId, accounts, readAt: now, at: now }));
  await say("1");
  // The edition that is kept has what was said, and what was stored so long before is not read again.
  clock.advance(hourMs);
  await start();
  await index.close();
  clock.advance(hourMs);
  await start();
  expect(await found()).toEqual(["1"]);
}, 60_000);
afterEach(async () => {
  await index.close();
  rmSync(directory, { recursive: true, force: true });
  await db.close();
});

const deps = (): Deps => ({ ...clock, db, accountIndex: index, log: silentLog }) as Partial<Deps> as Deps;

async function start(): Promise<void> {
  index = createAccountIndex({
    ...{ classes: loadMailDomains(), weights: shippedWeights, log: silentLog, monotonic: clock.monotonic },
    ...{ mostBytes: 1e9, threadFrom: fewAccounts, directory, madeBy: "1" },
  });
  link = { connection, hintsTaken: new Map() } as Partial<Link> as Link;
  await fillIndex(deps(), connection, policy);
}

/** Which account a reviewer says the lead belongs to; null: not to the one in question. */
const say = (belongsTo: string | null, leadId = "L1") =>
  saveHints(db.query, {
    ...{ workspaceId, connectionId, leadId, by: "Rita", at: clock.now().toISOString() },
    hints: learnedFrom(lead, { asked: "7", belongsTo }),
  });
/** The accounts that come into question, the likeliest first. */
async function found(): Promise<string[]> {
  const [matched] = (await index.match(connectionId, [lead])) ?? [];
  return [matched?.best ?? [], ...(matched?.runnersUp ?? [])].flat().map(({ accountId }) => accountId);
}

const erase = () =>
  db.transaction((tx) => eraseLead(tx, { workspaceId, connectionId, leadId: "L1", at: clock.now().toISOString() }));

test.each<[string, string[], () => Promise<unknown>]>([
  ["an answer about the same lead", [], () => say(null)],
  ["an answer about another lead", ["2"], () => say("2", "L2")],
  ["an erasure", [], erase],
])(
  "what %s ends is not found, nor after a start with the edition that was kept before",
  async (_, then, end) => {
    await takeHints(deps(), workspace, link);
    await end();
    await takeHints(deps(), workspace, link);
    expect(await found()).toEqual(then);

    await index.close();
    clock.advance(hourMs / 2);
    await start();
    expect(await found()).toEqual(then);
  },
  60_000,
);
