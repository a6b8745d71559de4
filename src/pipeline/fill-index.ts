import type { Restoring } from "../account-index/fillings.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Account } from "../model/account.ts";
import type { Connection } from "../model/connection.ts";
import { learnedSince } from "../store/account-hints.ts";
import { accountsAfter, changedAccounts, countAccounts } from "../store/accounts.ts";
import { indexAccounts, toEntries } from "./store-accounts.ts";

/** Rows of one read: some 20 ms of the embedded database's time. */
const pageSize = 1_000;
/** As many are taken in at once; for more nobody waits. */
export const fewAccounts = 2_000;

type Needed = Pick<Deps, "db" | "accountIndex" | "now">;
type Matching = Pick<Policy, "matching">;

/**
 * Takes the accounts of a connection into the index, from our own tables, page by page, or from the edition that was kept
 * with what has changed since; unless they are in it, had to make room and nobody asked for them, or are more than `atMost`.
 */
export function fillIndex(
  deps: Needed,
  { id }: Pick<Connection, "id">,
  policy: Matching,
  { atMost = Number.POSITIVE_INFINITY }: { atMost?: number } = {},
): Promise<void> {
  return deps.accountIndex.once(id, () => fill(deps, id, policy, atMost));
}

async function fill(deps: Needed, id: string, { matching }: Matching, atMost: number): Promise<void> {
  const { db, accountIndex, now } = deps;
  const readAs = JSON.stringify(matching.otherNames);
  const state = accountIndex.state(id, readAs);
  if (state === "warm" || state === "evicted") return;
  const expected = await countAccounts(db.query, id);
  if (expected > atMost) return;
  const kept = state === "cold" && expected > fewAccounts ? await accountIndex.restore(id, { readAs }) : null;
  if (kept !== null) return bringUpToDate(deps, id, { matching, kept });
  const filling = accountIndex.fill(id, { expected, asOf: now().toISOString(), readAs });
  try {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const accounts: Account[] = await accountsAfter(db.query, id, { after, limit: pageSize });
      await filling.add(await toEntries(deps, id, accounts, matching.otherNames));
      after = accounts.at(-1)?.id;
    }
    await filling.seal();
  } catch (error) {
    await filling.abandon();
    throw error;
  }
}

async function bringUpToDate(
  deps: Needed,
  id: string,
  { matching, kept }: Matching & { kept: Restoring },
): Promise<void> {
  try {
    await takeChanges(deps, id, { matching, since: kept.asOf });
    await kept.seal(await countAccounts(deps.db.query, id));
  } catch (error) {
    kept.abandon();
    throw error;
  }
}

/** Clocks of processes differ by less. */
const overlapMs = 60_000;

/** What was stored or learned since an instant, and what is gone since. */
async function takeChanges(
  deps: Needed,
  id: string,
  { matching: { otherNames }, since }: Matching & { since: Restoring["asOf"] },
): Promise<void> {
  const { query } = deps.db;
  const from = new Date(Date.parse(since) - overlapMs).toISOString();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const ids: string[] = await changedAccounts(query, id, { since: from, after, limit: pageSize });
    await indexAccounts(deps, id, { ids, otherNames });
    after = ids.at(-1);
  }
  const learned = await learnedSince(query, id, from);
  await indexAccounts(deps, id, { ids: [...new Set(learned.map(({ accountId }) => accountId))], otherNames });
}
