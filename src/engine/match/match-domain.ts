import type { Account } from "../../model/account.ts";
import { emailDomain, websiteDomain, websiteHost } from "../normalise/domain.ts";
import type { MatchedAccount } from "../snapshot.ts";
import { byId } from "./by-id.ts";

export type MatchInput = {
  email: string | null;
  website: string | null;
  /** The CRM's primary account of the lead, when it names one. */
  crmAccount: Account | null;
  /** Accounts that bear this registrable domain. */
  accountsByDomain: (domain: string) => readonly Account[];
  isFreeMail: (domain: string) => boolean;
  isDisposable: (domain: string) => boolean;
  /** Hosts (or parents of hosts) where the path names the company, not the host: networks, site builders. */
  isPlatform: (host: string) => boolean;
};

export type NoMatch = "no-domain" | "free-mail" | "disposable" | "platform" | "unknown-domain";

export type MatchResult = { match: MatchedAccount; noMatchBecause: null } | { match: null; noMatchBecause: NoMatch };

/** The account of a lead: the CRM's own association first, then the domain of its e-mail, then of its website. */
export function matchAccount(input: MatchInput): MatchResult {
  if (input.crmAccount !== null) {
    const evidence = `associated in the CRM`;
    return found({ account: input.crmAccount, by: "crm-association", evidence, rivals: [] });
  }
  const mail = tryDomain(input, emailDomain(input.email).domain);
  if (mail.accounts.length > 0) return found(choose(mail.accounts, "email-domain", mail.domain));
  const site = tryWebsite(input);
  if (site.accounts.length > 0) return found(choose(site.accounts, "website-domain", site.domain));
  return { match: null, noMatchBecause: mail.because === "no-domain" ? site.because : mail.because };
}

const found = (match: MatchedAccount): MatchResult => ({ match, noMatchBecause: null });

type Tried = { domain: string; accounts: readonly Account[]; because: NoMatch };

function tryDomain(input: MatchInput, domain: string | null): Tried {
  if (domain === null) return { domain: "", accounts: [], because: "no-domain" };
  if (input.isDisposable(domain)) return { domain, accounts: [], because: "disposable" };
  if (input.isFreeMail(domain)) return { domain, accounts: [], because: "free-mail" };
  return { domain, accounts: input.accountsByDomain(domain), because: "unknown-domain" };
}

function tryWebsite(input: MatchInput): Tried {
  const host = websiteHost(input.website);
  if (host !== null && input.isPlatform(host)) return { domain: host, accounts: [], because: "platform" };
  return tryDomain(input, websiteDomain(input.website).domain);
}

function choose(accounts: readonly Account[], by: MatchedAccount["by"], domain: string): MatchedAccount {
  const [account, ...rivals] = [...accounts].sort((a, b) => byTieBreaker(a, b).order);
  if (account === undefined) throw new RangeError("choose needs an account");
  return {
    account,
    by,
    evidence: domain,
    rivals: rivals.map((rival) => ({ accountId: rival.id, because: byTieBreaker(account, rival).because })),
  };
}

/** Account tie-breakers in order; `because` says why the first of the two came out ahead. */
function byTieBreaker(a: Account, b: Account): { order: number; because: string } {
  const owned = Number(b.ownerId !== null) - Number(a.ownerId !== null);
  if (owned !== 0) return { order: owned, because: "has-no-owner" };
  const active = instant(b.lastActivityAt) - instant(a.lastActivityAt);
  if (active !== 0) return { order: active, because: "less-recent-activity" };
  return { order: byId(a.id, b.id), because: "higher-id" };
}

const instant = (at: string | null): number => {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? 0 : ms;
};
