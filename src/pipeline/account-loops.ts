import type { Deps } from "../deps.ts";
import { type AccountHint, learnedSince } from "../store/account-hints.ts";
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

/** So long what was learned may come after what was learned later: of a slow recording, or by another clock. */
const hintsOverlapMs = 60_000;

/** What was learned lately, in whatever process, is found by the next lead, and what was withdrawn is not. */
export async function takeHints(deps: Deps, workspace: Workspace, link: Link): Promise<void> {
  const { id } = link.connection;
  const { hintsTaken } = link;
  const since = new Date(deps.now().getTime() - hintsOverlapMs).toISOString();
  const learned = await learnedSince(deps.db.query, id, since);
  const fresh = learned.filter((each) => hintsTaken.get(nameOf(each)) !== each.at);
  if (fresh.length > 0) {
    const { otherNames } = (await workspace.readPolicy()).policy.matching;
    await indexAccounts(deps, id, { ids: [...new Set(fresh.map(({ accountId }) => accountId))], otherNames });
  }
  hintsTaken.clear();
  for (const each of learned) hintsTaken.set(nameOf(each), each.at);
}

const nameOf = ({ kind, value, accountId }: AccountHint): string => JSON.stringify([kind, value, accountId]);
