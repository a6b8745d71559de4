import type { Account } from "../../model/account.ts";
import { foldName } from "../normalise/normalised.ts";
import type { AccountSuggestion, Doubt, MatchedAccount, Rival } from "../snapshot.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { LeadEntry } from "./entries.ts";
import { businessDomains } from "./lead-key.ts";
import type { Matched, Ranked } from "./match.ts";
import type { Matching } from "./matching.ts";
import { nameForms } from "./name-forms.ts";
import { placeForms } from "./place-forms.ts";
import { type Evidence, pointsIn, worthOf } from "./points.ts";
import { byTieBreakers } from "./tie-breakers.ts";
import { isWholeName } from "./whole-name.ts";
import { type NoDomain, whyNoDomain } from "./why-no-domain.ts";

/** A lead with what was found of its account. */
export type FoundAccounts = {
  lead: LeadEntry;
  /** The CRM's primary account of the lead, when it names one. */
  crmAccount: Account | null;
  matched: Matched;
  /** By id, with all their parents where the policy asks for the top of a family; one that is gone is missing. */
  accounts: Pick<ReadonlyMap<string, Account>, "get" | "has">;
  /** Accounts with an open opportunity. */
  haveOpportunity: Pick<ReadonlySet<string>, "has">;
  /** What a reviewer said of such leads: which account they belong to (null: nothing), and which they do not. */
  said: { is: string | null; not: ReadonlySet<string> };
  isActive(ownerId: string): boolean;
  classes: DomainClasses;
};

export type NoMatch = NoDomain | "account-in-review";

export type SettledMatch = {
  match: MatchedAccount | null;
  noMatchBecause: NoMatch | null;
  /** For a reviewer, where no account is likely enough to be taken. */
  suggested: AccountSuggestion | null;
};

/**
 * The account of a lead, by the policy: the CRM's own association first, then what a reviewer said
 * of leads like it, else what is likely enough. Between accounts that
 * it may belong to alike (one domain, one company twice) the policy's tie-breakers decide; all that could have been meant
 * are named. Pure.
 */
export function settleMatch(found: FoundAccounts, matching: Matching): SettledMatch {
  if (found.crmAccount !== null) {
    const own = { account: found.crmAccount, by: "crm-association" as const, evidence: "associated in the CRM" };
    return taken(familyHead({ ...own, rivals: [] }, found, matching));
  }
  const said = found.said.is === null ? undefined : found.accounts.get(found.said.is);
  if (said !== undefined) {
    const own = { account: said, by: "reviewer" as const, evidence: "", rivals: [] };
    return taken(familyHead(own, found, matching));
  }
  const candidates = candidatesOf(found, matching);
  const [best] = candidates;
  if (best === undefined) return noneOf(found);
  const alike = candidates.filter((each) => isAlike(best, each, matching));
  const [chosen = best] = [...alike].sort((a, b) => orderOf(a, b, found, matching).order);
  const confidence = Math.min(
    1,
    alike.reduce((sum, each) => sum + each.confidence, 0),
  );
  const rivals = rivalsOf(chosen, { candidates, alike }, found, matching);
  const isShared = chosen.domain !== null && alike.length > 1;
  const isNamesake = isNamedAsAnother(chosen, candidates);
  const among = candidates.filter((each) => each.confidence >= best.confidence * nearlyAsLikely);
  const ofThem = among.reduce((sum, each) => sum + each.confidence, 0);
  const doubt = doubtIn(chosen, { confidence, ofThem, isShared, isNamesake }, matching);
  const told = { confidence: rounded(confidence), points: pointsIn(chosen.evidence), rivals };
  if (doubt === null) {
    const { account, by, domain } = chosen;
    const named = chosen.isOther || isNamesake ? { isOtherwiseNamed: true as const } : {};
    return taken(familyHead({ account, by, evidence: domain ?? "", ...told, ...named }, found, matching));
  }
  if (doubt === "none") return noneOf(found);
  const suggested = { accountId: chosen.account.id, name: chosen.account.name, doubt, ...told };
  return { match: null, noMatchBecause: "account-in-review", suggested };
}

const taken = (match: MatchedAccount): SettledMatch => ({ match, noMatchBecause: null, suggested: null });

type Candidate = {
  account: Account;
  confidence: number;
  evidence: readonly Evidence[];
  by: "email-domain" | "website-domain" | "likeness";
  /** The lead's business domain that is the account's. */
  domain: string | null;
  /** Is there more than a name: the domain, a place, a phone? */
  isProven: boolean;
  /** Does the lead name a company, and one that is called likewise? */
  isNamed: boolean;
  /** Is the lead's company called otherwise than the account that has its domain? */
  isOther: boolean;
  /** Is its domain not its own, and the lead's company called otherwise? */
  isDoubtful: boolean;
  /** Has it all of the lead's name? */
  hasWholeName: boolean;
  /** Do the names have no more in common than the one word that one of them is? */
  isOneWord: boolean;
  /** Is it in the same place, and has nothing else in common? */
  isPlaceAlone: boolean;
};

/** The likeliest first, or those with the lead's domain, where that is always enough. */
function candidatesOf(found: FoundAccounts, { domainOnly }: Matching): Candidate[] {
  const candidates = leftOf(found);
  if (domainOnly !== "always") return candidates;
  return candidates.sort((a, b) => Number(b.domain !== null) - Number(a.domain !== null));
}

/** Without those that are gone or ruled out, whose share goes to the others. */
function leftOf({ lead, matched, accounts, said, classes }: FoundAccounts): Candidate[] {
  const ranked = matched.best === null ? [] : [matched.best, ...matched.runnersUp];
  const isLeft = ({ accountId }: Ranked): boolean => accounts.has(accountId) && !said.not.has(accountId);
  const lost = ranked.filter((each) => !isLeft(each)).reduce((sum, { confidence }) => sum + confidence, 0);
  const domains = businessDomains(lead, classes);
  const taken = new Set(ranked.flatMap(({ accountId }) => accounts.get(accountId)?.domains ?? []));
  const hasName = nameForms(lead.company) !== null;
  return ranked.filter(isLeft).flatMap(({ accountId, confidence, evidence }) => {
    const account = accounts.get(accountId);
    if (account === undefined) return [];
    // A domain that a reviewer or contacts taught does not stand in the account.
    const hasDomain = evidence.some(({ sign }) => sign === "domain-own" || sign === "domain-shared");
    const own = domains.find(({ domain }) => account.domains.includes(domain));
    const other = domains.find(({ domain }) => !taken.has(domain)) ?? domains[0];
    const taught = hasDomain && own === undefined ? other : undefined;
    const found = own ?? taught;
    const by = found?.by ?? "likeness";
    const isProven = found !== undefined || isSamePlace(lead, account);
    const isOther = evidence.some(({ sign }) => sign === "domain-other-name");
    const isNamed = hasName && !isOther;
    // Contacts of an account may be of a firm that works for it.
    const isDoubtful = taught !== undefined && isOther;
    const names = sharedName(lead, account, evidence);
    const left = confidence / Math.max(1 - lost, confidence);
    return [
      {
        account,
        confidence: left,
        evidence,
        by,
        domain: found?.domain ?? null,
        isProven,
        isNamed,
        isOther,
        isDoubtful,
        ...names,
        isPlaceAlone:
          found === undefined && (["domain", "name", "phone"] as const).every((of) => worthOf(of, evidence) <= 0),
      },
    ];
  });
}

function sharedName(lead: LeadEntry, { name }: Account, evidence: readonly Evidence[]) {
  const hasWholeName = isWholeName(evidence.map(({ sign }) => sign));
  const isOne = [lead.company, name].some((text) => nameForms(text)?.words.length === 1);
  const isPart = evidence.some(({ sign }) => sign === "lead-within" || sign === "account-within");
  return { hasWholeName, isOneWord: isOne && isPart };
}

function isSamePlace(lead: LeadEntry, account: Account): boolean {
  const { country, state, city = null, postalCode, phone = null } = account;
  const own = placeForms(lead);
  const other = placeForms({ country, state, city, postalCode, phone });
  return (["country", "city", "postalCode", "phone", "phoneStem"] as const).some(
    (part) => own[part] !== null && own[part] === other[part],
  );
}

/** Of what the likeliest has: who has less is not as likely. */
const nearlyAsLikely = 0.7;

/** May the lead belong to either, for all that is known, and are they one company as far as routing goes? */
function isAlike(best: Candidate, other: Candidate, { domainOnly }: Matching): boolean {
  if (best === other) return true;
  const isShared = best.domain !== null && best.domain === other.domain;
  if (isShared && domainOnly === "always") return true;
  if (other.confidence < best.confidence * nearlyAsLikely) return false;
  return isShared || isTwin(best.account, other.account);
}

/** One company that stands in the CRM twice. */
function isTwin(a: Account, b: Account): boolean {
  if (a.domains.some((domain) => b.domains.includes(domain))) return true;
  const isSameName = a.name !== null && b.name !== null && foldName(a.name) === foldName(b.name);
  return isSameName && a.country !== null && a.country === b.country && a.city === b.city;
}

/** Is the domain its own, and the lead's name all another's? */
const isNamedAsAnother = ({ domain, hasWholeName }: Candidate, candidates: readonly Candidate[]): boolean =>
  domain !== null && !hasWholeName && candidates.some((each) => each.domain === null && each.hasWholeName);

/**
 * `none`: it is not worth a question; null: it is taken. `ofThem`: how likely it is that the lead belongs to this one or to one
 * that is nearly as likely.
 */
function doubtIn(
  { domain, isNamed, isProven, isOther, isDoubtful, isOneWord, isPlaceAlone }: Candidate,
  about: { confidence: number; ofThem: number; isShared: boolean; isNamesake: boolean },
  matching: Matching,
): Doubt | "none" | null {
  const { confidence, ofThem, isShared, isNamesake } = about;
  const { automatic, review, domainOnly, secondProof } = matching;
  if (domain !== null && domainOnly === "always") return null;
  if (isPlaceAlone || ofThem < review) return "none";
  if (confidence < review) return "one-of-several";
  // Whose domain it is is one company, which stands in the CRM more than once: the tie-breakers say for whom.
  const isLikely = confidence >= automatic || (isShared && !isOther);
  if (!isLikely) return "not-likely-enough";
  if (isDoubtful) return "domain-of-contacts";
  if (isNamesake) return "name-of-another";
  if (domain === null && isOneWord) return "one-word";
  if (domain === null) return secondProof && !isProven ? "name-alone" : null;
  return domainOnly === "off" && !isNamed ? "domain-alone" : null;
}

const orderOf = (a: Candidate, b: Candidate, found: FoundAccounts, { tieBreakers }: Matching) =>
  byTieBreakers(a.account, b.account, { ...found, tieBreakers });

const mostRivals = 3;

function rivalsOf(
  chosen: Candidate,
  { candidates, alike }: { candidates: readonly Candidate[]; alike: readonly Candidate[] },
  found: FoundAccounts,
  matching: Matching,
): Rival[] {
  const others = candidates.filter((each) => each !== chosen);
  const ranked = [...others].sort((a, b) => Number(alike.includes(b)) - Number(alike.includes(a)));
  return ranked.slice(0, mostRivals).map((rival) => ({
    accountId: rival.account.id,
    because: alike.includes(rival) ? orderOf(chosen, rival, found, matching).because : "less-likely",
    confidence: rounded(rival.confidence),
  }));
}

const rounded = (confidence: number): number => Math.round(confidence * 1_000) / 1_000;

const mostGenerations = 10;

/** With the account at the top of the family instead, where the policy asks for it. */
function familyHead(match: MatchedAccount, { accounts }: FoundAccounts, { hierarchy }: Matching): MatchedAccount {
  if (hierarchy === "own") return match;
  const seen = new Set([match.account.id]);
  let head = match.account;
  while (seen.size <= mostGenerations) {
    const parent = head.parentId === undefined ? undefined : accounts.get(head.parentId);
    if (parent === undefined || seen.has(parent.id)) break;
    seen.add(parent.id);
    head = parent;
  }
  return head === match.account ? match : { ...match, account: head, foundAs: match.account.id };
}

const noneOf = ({ lead, classes }: FoundAccounts): SettledMatch => ({
  match: null,
  noMatchBecause: whyNoDomain(lead, classes),
  suggested: null,
});
