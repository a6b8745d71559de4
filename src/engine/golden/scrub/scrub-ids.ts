import type { Snapshot } from "../../snapshot.ts";
import type { PolicyWords } from "./policy-words.ts";

type Ids = ReadonlyMap<string, string>;

export type WithoutIds = {
  snapshot: Snapshot;
  /** By what a trace calls them: old → new. */
  ids: Readonly<Record<"account" | "opportunity" | "lead", Ids>>;
};

/**
 * Numbers in place of the ids of accounts, deals and earlier leads, in the order of the old ones: ties between them stay
 * as they were. Accounts that the policy names keep theirs, and so do reps.
 */
export function withoutIds(snapshot: Snapshot, words: PolicyWords): WithoutIds {
  const { facts, state } = snapshot;
  const { lead, match, opportunities, earlierLeads = [] } = facts;
  const accounts = numbered("account", words, [
    ...(lead.accountId === null ? [] : [lead.accountId]),
    ...(match === null ? [] : [match.account.id, ...match.rivals.map(({ accountId }) => accountId)]),
    ...opportunities.flatMap(({ accountIds }) => accountIds),
  ]);
  const deals = numbered(
    "deal",
    words,
    opportunities.map(({ id }) => id),
  );
  const leads = numbered(
    "earlier-lead",
    words,
    earlierLeads.map(({ leadId }) => leadId),
  );
  const of = (ids: Ids, id: string): string => ids.get(id) ?? id;
  const account = (id: string): string => of(accounts, id);
  return {
    ids: { account: accounts, opportunity: deals, lead: leads },
    snapshot: {
      ...snapshot,
      facts: {
        ...facts,
        lead: { ...lead, accountId: lead.accountId === null ? null : account(lead.accountId) },
        match:
          match === null
            ? null
            : {
                ...match,
                account: { ...match.account, id: account(match.account.id) },
                rivals: match.rivals.map((rival) => ({ ...rival, accountId: account(rival.accountId) })),
              },
        opportunities: opportunities.map((deal) => ({
          ...deal,
          id: of(deals, deal.id),
          name: deal.name === null ? null : `Deal ${of(deals, deal.id)}`,
          accountIds: deal.accountIds.map(account),
        })),
        earlierLeads: earlierLeads.map(({ leadId, by }) => ({ leadId: of(leads, leadId), by })),
      },
      state: {
        ...state,
        // Of accounts and leads that this one has nothing to do with nothing is told.
        accounts: renamed(state.accounts ?? {}, accounts),
        leads: renamed(state.leads ?? {}, leads),
      },
    },
  };
}

/** Shorter first, as the numbers that they mostly are. What the policy names keeps its id. */
function numbered(noun: string, words: PolicyWords, ids: readonly string[]): Ids {
  const sorted = [...new Set(ids)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const digits = String(sorted.length).length;
  return new Map(
    sorted.map((id, at) => [id, words.names(id) ? id : `${noun}-${String(at + 1).padStart(digits, "0")}`]),
  );
}

const renamed = <T>(parts: Readonly<Record<string, T>>, ids: Ids): Record<string, T> =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([id, part]) => {
      const name = ids.get(id);
      return name === undefined ? [] : [[name, part]];
    }),
  );
