import { Index } from "flexsearch";
import { token_sort_ratio } from "fuzzball";
import MiniSearch from "minisearch";
import type { AccountEntry } from "../../src/engine/match/entries.ts";
import type { LabelledLead } from "../../src/engine/match/learn.ts";
import type { Judged } from "../../src/engine/match/measure-matches.ts";
import { normaliseCompany } from "../../src/engine/normalise/company.ts";
import { emailDomain, websiteDomain } from "../../src/engine/normalise/domain.ts";

/** Reads accounts once and then answers with the id of a lead's account, or null, and how sure it is from 0 to 1. */
export type Rival = (accounts: readonly AccountEntry[]) => (lead: LabelledLead["lead"]) => Answer;
export type Answer = { found: string | null; confidence: number };

export type IsFreeMail = (domain: string) => boolean;

/** What can be had with packages, each in the form that its own documentation shows, after our own reading of names and domains. */
export const rivalsWith = (isFreeMail: IsFreeMail): Readonly<Record<string, Rival>> => ({
  "exact domain": (accounts) => byDomain(accounts, isFreeMail),
  "domain + fuzzball 0.85": fuzzy(isFreeMail, (named) => () => named),
  "domain + minisearch + 0.85": fuzzy(isFreeMail, searchWithMini),
  "domain + flexsearch + 0.85": fuzzy(isFreeMail, searchWithFlex),
});

const nobody: Answer = { found: null, confidence: 0 };
const nameOf = (text: string | null): string => normaliseCompany(text).value ?? "";

function byDomain(accounts: readonly AccountEntry[], isFreeMail: IsFreeMail) {
  const byName = new Map<string, string>();
  for (const { id, website, otherDomains } of accounts)
    for (const each of [website, ...otherDomains]) {
      const { domain } = websiteDomain(each);
      if (domain !== null && !isFreeMail(domain) && !byName.has(domain)) byName.set(domain, id);
    }
  return ({ email, website }: LabelledLead["lead"]): Answer => {
    for (const domain of [emailDomain(email).domain, websiteDomain(website).domain]) {
      const found = domain === null || isFreeMail(domain) ? undefined : byName.get(domain);
      if (found !== undefined) return { found, confidence: 1 };
    }
    return nobody;
  };
}

type Named = { id: string; name: string };
/** Names that may be meant by another. */
type Search = (named: readonly Named[]) => (name: string) => readonly Named[];

const leastLike = 85;

/** By domain; where that finds none, the name most like by fuzzball's token sort ratio, from 0.85 on. */
function fuzzy(isFreeMail: IsFreeMail, search: Search): Rival {
  return (accounts) => {
    const domain = byDomain(accounts, isFreeMail);
    const named = accounts.flatMap(({ id, name, otherNames }) =>
      [name, ...otherNames].map((each) => ({ id, name: nameOf(each) })).filter((each) => each.name !== ""),
    );
    const candidates = search(named);
    return (lead) => {
      const own = domain(lead);
      const name = nameOf(lead.company);
      if (own.found !== null || name === "") return own;
      let best = nobody;
      for (const each of candidates(name)) {
        // Names that differ so much in length cannot be as like as that.
        if (Math.abs(each.name.length - name.length) > 0.16 * (each.name.length + name.length)) continue;
        const likeness = token_sort_ratio(name, each.name, { full_process: false });
        if (likeness >= leastLike && likeness / 100 > best.confidence)
          best = { found: each.id, confidence: likeness / 100 };
      }
      return best;
    };
  };
}

const mostHits = 25;

function searchWithMini(named: readonly Named[]) {
  const index = new MiniSearch<Named & { key: number }>({ idField: "key", fields: ["name"] });
  index.addAll(named.map((each, key) => ({ ...each, key })));
  return (name: string): readonly Named[] =>
    index
      .search(name, { fuzzy: 0.2, prefix: true })
      .slice(0, mostHits)
      .flatMap(({ id }) => named[id] ?? []);
}

function searchWithFlex(named: readonly Named[]) {
  const index = new Index({ tokenize: "forward" });
  for (const [key, { name }] of named.entries()) index.add(key, name);
  return (name: string): readonly Named[] =>
    index.search(name, { limit: mostHits, suggest: true }).flatMap((key) => named[Number(key)] ?? []);
}

export const judgedBy =
  (answer: (lead: LabelledLead["lead"]) => Answer) =>
  ({ slice, accountId, lead }: LabelledLead): Judged => ({ slice, right: accountId, ...answer(lead) });
