import type { Deps } from "../deps.ts";
import { learnedSince } from "../store/account-hints.ts";
import { accountsById } from "../store/accounts.ts";
import { eachLink } from "./each-link.ts";
import { fillIndex } from "./fill-index.ts";
import { createLoop, type Loop } from "./loop.ts";
import { indexAccounts } from "./store-accounts.ts";
import { listAll, refreshRecords } from "./sync-accounts.ts";
import type { Link, Workspace } from "./workspace.ts";

/** A changed account is found by the next lead but a second later. */
const refreshEveryMs = 500;
const listEveryMs = 5_000;
const indexEveryMs = 5_000;

/** What keeps accounts and opportunities as the CRM has them, and the index as they are. */
export function accountLoops(deps: Deps, workspace: Workspace): Loop[] {
  const each = (run: (link: Link) => Promise<unknown>) => () => eachLink(workspace.links, run);
  return [
    createLoop(deps, {
      name: "refresh",
      everyMs: refreshEveryMs,
      run: each((link) => refreshStale(deps, workspace, link)),
    }),
    createLoop(deps, {
      name: "listing",
      everyMs: listEveryMs,
      run: each((link) => listAll(deps, workspace, link, { lane: "backfill" })),
    }),
    createLoop(deps, {
      name: "account hints",
      everyMs: refreshEveryMs,
      run: each((link) => takeHints(deps, workspace, link)),
    }),
    createLoop(deps, {
      name: "account index",
      everyMs: indexEveryMs,
      run: each(async ({ connection }) => fillIndex(deps, connection, (await workspace.readPolicy()).policy)),
    }),
  ];
}

async function refreshStale(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const accountIds = [...link.stale.accountIds];
  const opportunityIds = [...link.stale.opportunityIds];
  link.stale.accountIds.clear();
  link.stale.opportunityIds.clear();
  try {
    await refreshRecords(deps, workspace, link, { accountIds, opportunityIds });
  } catch (error) {
    link.refresh({ accountIds, opportunityIds });
    throw error;
  }
}

/** What reviewers taught since the last look, in whatever process, is found by the next lead. */
async function takeHints(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { id } = link.connection;
  const learned = await learnedSince(deps.db.query, id, link.hintsSince);
  if (learned === null) return;
  const accounts = await accountsById(deps.db.query, id, learned.accountIds);
  const { otherNames } = (await workspace.readPolicy()).policy.matching;
  await indexAccounts(deps, id, { accounts: [...accounts.values()], otherNames });
  link.hintsSince = learned.last;
}
