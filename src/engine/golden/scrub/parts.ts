import { getPublicSuffix } from "tldts";
import { loadMailDomains } from "../../../data/mail-domains.ts";
import type { Account } from "../../../model/account.ts";
import type { Rep } from "../../../model/rep.ts";
import { normaliseCompany } from "../../normalise/company.ts";
import { normaliseCountry } from "../../normalise/country.ts";
import { emailDomain, emailParts, websiteDomain } from "../../normalise/domain.ts";
import type { Policy } from "../../policy.ts";
import type { Snapshot } from "../../snapshot.ts";
import { folded, type PolicyWords } from "./policy-words.ts";
import { ofCompany, ofField, ofFreeText, ofPostalCode, type StandIns } from "./stand-ins.ts";

/** Something of a snapshot that tells of somebody, and what may stand there instead. */
export type Part = { what: string; standIns: StandIns; put(snapshot: Snapshot, standIn: string): Snapshot };

/** All of a snapshot, in the order in which they are replaced. */
export function partsOf(snapshot: Snapshot, words: PolicyWords): Part[] {
  return [
    ...domainsOf(snapshot).map((domain, at) => aDomain(domain, at + 1, words)),
    ...emailOf(snapshot, words),
    ...companiesOf(snapshot).map((name, at) => aCompany(name, at + 1, words)),
    ...fieldsOf(snapshot, words),
    ...accountPartsOf(snapshot, words),
  ];
}

const withField = (snapshot: Snapshot, name: string, text: string | null): Snapshot => {
  const { lead } = snapshot.facts;
  return { ...snapshot, facts: { ...snapshot.facts, lead: { ...lead, fields: { ...lead.fields, [name]: text } } } };
};

const withAccount = (snapshot: Snapshot, change: (account: Account) => Account): Snapshot => {
  const { match } = snapshot.facts;
  if (match === null) return snapshot;
  return { ...snapshot, facts: { ...snapshot.facts, match: { ...match, account: change(match.account) } } };
};

const textsOf = ({ facts }: Snapshot): [string, string][] =>
  Object.entries(facts.lead.fields).flatMap(([name, text]) => (text === null || text === "" ? [] : [[name, text]]));

function domainsOf({ facts: { lead, match } }: Snapshot): string[] {
  const own = [emailDomain(lead.fields.email).domain, websiteDomain(lead.fields.website).domain];
  return [...new Set([...own, ...(match?.account.domains ?? []), ...(match === null ? [] : evidenceOf(match))])].filter(
    (domain) => domain !== null,
  );
}

const evidenceOf = ({ by, evidence }: { by: string; evidence: string }): string[] =>
  by === "crm-association" || evidence === "" ? [] : [evidence];

/** One domain is the same everywhere; addresses at it lose what else stands in them. */
function aDomain(domain: string, number: number, words: PolicyWords): Part {
  const renamed = (one: string, to: string): string => (one === domain ? to : one);
  return {
    what: "a domain",
    standIns: ofDomain(domain, number, words),
    put(snapshot, to) {
      const { email, website } = snapshot.facts.lead.fields;
      let put = snapshot;
      if (emailDomain(email).domain === domain) put = withField(put, "email", `${emailParts(email)?.local}@${to}`);
      if (websiteDomain(website).domain === domain) put = withField(put, "website", `https://${to}/`);
      const { match } = put.facts;
      if (match === null) return put;
      const account = { ...match.account, domains: match.account.domains.map((one) => renamed(one, to)) };
      const evidence = match.by === "crm-association" ? "associated in the CRM" : renamed(match.evidence, to);
      return { ...put, facts: { ...put.facts, match: { ...match, account, evidence } } };
    },
  };
}

/** Free mail, thrown-away addresses and platforms stay: half the world has them. */
function ofDomain(domain: string, number: number, words: PolicyWords): StandIns {
  const { isFreeMail, isDisposable, isPlatform } = loadMailDomains();
  const suffix = getPublicSuffix(domain, { allowPrivateDomains: true });
  const isPlatformItself = isPlatform(domain) && (suffix === null || !isPlatform(suffix));
  if (isFreeMail(domain) || isDisposable(domain) || isPlatformItself || words.names(domain)) return [domain];
  const name = `sample-${number}`;
  const looked = words.foundIn(domain, ["lead.emailDomain", "lead.email", "lead.website"]).map(hostOf);
  return [
    ...(isPlatform(domain) ? [] : [`${name}.example`]),
    ...(suffix === null ? [] : [`${name}.${suffix}`]),
    ...looked.flatMap((word) => [`${word}-${name}.example`, `${name}-${word}`, `${name}${word}`]),
  ];
}

const hostOf = (word: string): string => word.replace(/^@/, "");

function emailOf({ facts: { lead } }: Snapshot, words: PolicyWords): Part[] {
  const { email } = lead.fields;
  if (email === null || email === undefined || email === "") return [];
  const put = (snapshot: Snapshot, local: string): Snapshot => {
    const host = emailDomain(snapshot.facts.lead.fields.email).domain;
    return withField(snapshot, "email", host === null ? local : `${local}@${host}`);
  };
  const found = words.foundIn(email, ["lead.email"]);
  const locals = found
    .flatMap((word) => [word, `sample.${word}`, `${word}.sample`])
    .filter((word) => !word.includes("@"));
  const whole = emailDomain(email).domain === null ? [...found, "sample@", "sample@sample@sample"] : [];
  return [{ what: "lead.email", standIns: ["sample", ...locals, ...whole], put }];
}

/** Spellings of one name are one. */
function companiesOf({ facts: { lead, match } }: Snapshot): string[] {
  const names = [lead.fields.company ?? "", match?.account.name ?? ""].filter((name) => name !== "");
  return names.filter((name, at) => names.findIndex((other) => isSameCompany(name, other)) === at);
}

const isSameCompany = (a: string, b: string): boolean =>
  folded(a) === folded(b) ||
  (normaliseCompany(a).value !== null && normaliseCompany(a).value === normaliseCompany(b).value);

function aCompany(name: string, number: number, words: PolicyWords): Part {
  const found = words.foundIn(name, ["lead.company", "lead.companyName", "account.name"]);
  return {
    what: "the company's name",
    standIns: ofCompany(name, number, found),
    put(snapshot, to) {
      const { company } = snapshot.facts.lead.fields;
      const put = company && isSameCompany(company, name) ? withField(snapshot, "company", to) : snapshot;
      return withAccount(put, (account) =>
        account.name !== null && isSameCompany(account.name, name) ? { ...account, name: to } : account,
      );
    },
  };
}

const derivedFrom: Readonly<Record<string, readonly string[]>> = {
  industry: ["lead.industryName"],
  phone: ["lead.phoneNumber"],
  country: ["lead.countryCode"],
};

/** The lead's own texts but for those above. */
function fieldsOf(snapshot: Snapshot, words: PolicyWords): Part[] {
  const { policy, reps } = snapshot.shared;
  const country = normaliseCountry(snapshot.facts.lead.fields.country).value;
  return textsOf(snapshot)
    .filter(
      ([name, text]) => !["email", "company"].includes(name) && !(name === "website" && websiteDomain(text).domain),
    )
    .map(([name, text]) => {
      const found = words.foundIn(text, [`lead.${name}`, ...(derivedFrom[name] ?? [])]);
      const put = (into: Snapshot, to: string): Snapshot => withField(into, name, to);
      const standIns = name.startsWith("crm.")
        ? ofCrmText(text, found, { reps, consent: policy.consent, words })
        : ofField(name, text, { policy, country, words: found });
      return { what: `lead.${name}`, standIns, put };
    });
}

type Around = { reps: readonly Rep[]; consent: Policy["consent"]; words: PolicyWords };

/** Who stands there by name is meant as well by their id; where the policy says the name, by that. */
function ofCrmText(text: string, found: readonly string[], { reps, consent, words }: Around): StandIns {
  const isMeant = ({ id, name }: Rep): boolean => id === text.trim() || folded(name) === folded(text);
  const meant = reps
    .filter(isMeant)
    .flatMap(({ id, name }) => [id, ...(words.names(name) || name === `Rep ${id}` ? [name] : [])]);
  const said = [...(consent?.granted ?? []), ...(consent?.refused ?? [])].filter((word) =>
    folded(text).includes(folded(word)),
  );
  // An owner who is no rep any more.
  const left = /^\S*\d+$/.test(text) && text.length <= 20 ? [text] : [];
  return [...meant, ...said, ...ofFreeText(text, found), ...left];
}

function accountPartsOf(snapshot: Snapshot, words: PolicyWords): Part[] {
  const account = snapshot.facts.match?.account;
  if (account === undefined) return [];
  const { policy, reps } = snapshot.shared;
  const country = normaliseCountry(account.country).value;
  const own = (["country", "state", "employees", "postalCode"] as const).flatMap((name): Part[] => {
    const text = account[name];
    if (text === null || text === "") return [];
    const found = words.foundIn(text, [`account.${name}`]);
    const standIns =
      name === "postalCode" ? [...ofPostalCode(text), "-"] : ofField(name, text, { policy, country, words: found });
    return [
      { what: `account.${name}`, standIns, put: (into, to) => withAccount(into, (one) => ({ ...one, [name]: to })) },
    ];
  });
  const theirs = Object.entries(account.crm ?? {}).flatMap(([name, text]): Part[] => {
    if (text === null || text === "") return [];
    const standIns = ofCrmText(text, words.foundIn(text, [`account.crm.${name}`]), {
      reps,
      consent: policy.consent,
      words,
    });
    const put = (into: Snapshot, to: string): Snapshot =>
      withAccount(into, (one) => ({ ...one, crm: { ...one.crm, [name]: to } }));
    return [{ what: `account.crm.${name}`, standIns, put }];
  });
  return [...own, ...theirs];
}
