import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { hintsOf } from "../store/account-hints.ts";
import { accountsAfter, countAccounts } from "../store/accounts.ts";
import { toAccountEntry } from "./account-entries.ts";

/** Rows of one read: some 20 ms of the embedded database's time. */
const pageSize = 1_000;

/** As many are taken in at once; for more nobody waits. */
export const fewAccounts = 2_000;

/**
 * Takes the accounts of a connection into the index, from our own tables, page by page; unless they are in it, or there
 * are more than `atMost`.
 */
export async function fillIndex(
  deps: Pick<Deps, "db" | "accountIndex">,
  { id }: Pick<Connection, "id">,
  { matching }: Pick<Policy, "matching">,
  { atMost = Number.POSITIVE_INFINITY }: { atMost?: number } = {},
): Promise<void> {
  const { query } = deps.db;
  if (deps.accountIndex.state(id) === "warm") return;
  const expected = await countAccounts(query, id);
  if (expected > atMost) return;
  const filling = deps.accountIndex.fill(id, { expected });
  let after = "";
  for (;;) {
    const accounts = await accountsAfter(query, id, { after, limit: pageSize });
    const last = accounts.at(-1);
    if (last === undefined) break;
    const hints = await hintsOf(
      query,
      id,
      accounts.map((account) => account.id),
    );
    await filling.add(
      accounts.map((account) =>
        toAccountEntry(account, { hints: hints.get(account.id) ?? [], otherNames: matching.otherNames }),
      ),
    );
    after = last.id;
  }
  await filling.seal();
}
