import type { Deps } from "../deps.ts";
import type { AccountEntry, LeadEntry } from "../engine/match/entries.ts";
import { businessDomains, leadKey } from "../engine/match/lead-key.ts";
import type { Matched, Ranked } from "../engine/match/match.ts";
import { type FoundAccounts, type SettledMatch, settleMatch } from "../engine/match/settle-match.ts";
import type { Policy } from "../engine/policy.ts";
import type { Account } from "../model/account.ts";
import type { Connection } from "../model/connection.ts";
import type { Lead } from "../model/lead.ts";
import { type AccountHint, hintsOf, saidOf } from "../store/account-hints.ts";
import { accountsByDomain } from "../store/accounts.ts";
import { toAccountEntry, toLeadEntry } from "./account-entries.ts";

type Needed = Pick<Deps, "db" | "mailDomains" | "accountIndex">;
type Wanted = { leads: readonly Lead[]; policy: Policy };

/** What is known of accounts, as they are or were when a lead is decided. */
export type KnownAccounts = Pick<FoundAccounts, "accounts" | "haveOpportunity" | "isActive">;

export type FoundLeads = {
  /** Accounts that the leads may belong to, whatever the CRM says of them. */
  ids: readonly string[];
  /** Those of them that the index told. */
  indexed: ReadonlySet<string>;
  /** By the policy, one of the leads' account. */
  settle(lead: Lead, known: KnownAccounts): SettledMatch;
};

/**
 * Finds which accounts leads may belong to: in the index of the connection or, while that is cold, among the accounts that
 * have their domain.
 */
export async function findAccounts(
  deps: Needed,
  { id: connectionId }: Pick<Connection, "id">,
  { leads, policy }: Wanted,
): Promise<FoundLeads> {
  const classes = deps.mailDomains;
  const entries = leads.map(toLeadEntry);
  const keys = entries.map((entry) => leadKey(entry, classes));
  const [found, said] = await Promise.all([
    look(deps, connectionId, { entries, policy }),
    saidOf(
      deps.db.query,
      connectionId,
      keys.filter((key) => key !== null),
    ),
  ]);
  const byLead = new Map(
    leads.map((lead, at) => {
      const of = said.filter(({ value }) => value === keys[at]);
      const idsOf = (wanted: AccountHint["kind"]) =>
        of.filter(({ kind }) => kind === wanted).map(({ accountId }) => accountId);
      const matched = found[at] ?? nothing;
      return [lead.id, { matched, said: { is: idsOf("is")[0] ?? null, not: new Set(idsOf("not")) } }];
    }),
  );
  const ranked = found.flatMap(({ best, runnersUp }) => (best === null ? [] : [best, ...runnersUp]));
  return {
    ids: [...new Set([...said.map(idOf), ...ranked.map(idOf)])],
    indexed: new Set(ranked.map(idOf)),
    settle(lead, known) {
      const crmAccount = lead.accountId === null ? null : (known.accounts.get(lead.accountId) ?? null);
      const about = byLead.get(lead.id) ?? { matched: nothing, said: { is: null, not: new Set<string>() } };
      return settleMatch({ ...known, ...about, lead: toLeadEntry(lead), crmAccount, classes }, policy.matching);
    },
  };
}

const nothing: Matched = { best: null, runnersUp: [] };
const idOf = ({ accountId }: Pick<Ranked, "accountId">): string => accountId;

type ReadAccounts = (ids: readonly string[]) => Promise<ReadonlyMap<string, Account>>;

const mostGenerations = 10;

/** Accounts by id, with all their forebears where the policy asks for the head of a family. */
export async function withForebears(
  ids: readonly string[],
  read: ReadAccounts,
  { matching }: Pick<Policy, "matching">,
): Promise<ReadonlyMap<string, Account>> {
  const accounts = await read(ids);
  if (matching.hierarchy === "own") return accounts;
  const all = new Map(accounts);
  for (let generation = 0; generation < mostGenerations; generation += 1) {
    const parents = [...all.values()].flatMap(({ parentId }) => parentId ?? []);
    const unread = [...new Set(parents)].filter((id) => !all.has(id));
    const found = unread.length === 0 ? null : await read(unread);
    if (found === null || found.size === 0) break;
    for (const [id, account] of found) all.set(id, account);
  }
  return all;
}

type Look = { entries: readonly LeadEntry[]; policy: Policy };

async function look(deps: Needed, connectionId: string, { entries, policy }: Look): Promise<readonly Matched[]> {
  if (entries.length === 0) return [];
  const found = await deps.accountIndex.match(connectionId, entries);
  return found ?? lookByDomain(deps, connectionId, { entries, policy });
}

/** By the domains of the leads alone, which our tables find without an index. */
async function lookByDomain(
  { db, accountIndex, mailDomains }: Needed,
  connectionId: string,
  { entries, policy }: Look,
): Promise<readonly Matched[]> {
  const domains = entries.flatMap((entry) => businessDomains(entry, mailDomains).map(({ domain }) => domain));
  const known = await accountsByDomain(db.query, connectionId, [...new Set(domains)]);
  const accounts = new Map([...known.values()].flat().map((account) => [account.id, account]));
  const hints = await hintsOf(db.query, connectionId, [...accounts.keys()]);
  const { otherNames } = policy.matching;
  const rows: AccountEntry[] = [...accounts.values()].map((account) =>
    toAccountEntry(account, { hints: hints.get(account.id) ?? [], otherNames }),
  );
  return accountIndex.matchAmong(rows, entries);
}
