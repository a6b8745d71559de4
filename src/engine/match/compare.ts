import type { Base } from "./base.ts";
import type { Candidates } from "./candidates.ts";
import type { DomainForms } from "./domain-forms.ts";
import { hashOrNone } from "./hash.ts";
import type { LeadForms } from "./lead-forms.ts";
import { type LeadName, leadName } from "./lead-name.ts";
import { startsOf } from "./name-keys.ts";
import { matchNames, type NameMatch } from "./name-match.ts";
import { rarity } from "./rarity.ts";
import { type PlacePart, placeParts } from "./sections.ts";
import type { Sign, Signs } from "./signs.ts";

type Put = (sign: Sign, value?: number) => void;

/** A candidate with what was seen of it. */
export type Compared = { base: Base; account: number; found: Signs };

/** A lead made ready to be compared with accounts of one base. */
type Side = { base: Base; accounts: readonly number[]; name: LeadName | null; domains: LeadDomains };

/** What is known of the accounts that have one of the lead's business domains: how many, and how much of their name agrees at most. */
type Owners = { count: number; part: number };

/** A lead beside its candidates of all bases. */
export function compareAll(lead: LeadForms, candidates: readonly Candidates[]): Compared[] {
  const sides = candidates
    .filter(({ accounts }) => accounts.length > 0)
    .map(({ base, accounts, readings }): Side => {
      const name = lead.name === null ? null : leadName(lead.name, readings, base);
      return { base, accounts, name, domains: leadDomains(lead, base) };
    });
  const owners = ownersIn(sides);
  return sides.flatMap((side) => {
    const compare = compareWith(lead, side, owners);
    return side.accounts.map((account) => ({ base: side.base, account, found: compare(account) }));
  });
}

function ownersIn(sides: readonly Side[]): Owners {
  const owners = { count: 0, part: 0 };
  for (const { base, accounts, name, domains } of sides) {
    owners.count += domains.owners.size;
    if (domains.owners.size === 0) continue;
    for (const account of accounts)
      if (domains.owners.has(account))
        owners.part = Math.max(owners.part, shareOfBoth(matchNames(name, account, base)));
  }
  return owners;
}

function compareWith(lead: LeadForms, { base, name, domains }: Side, owners: Owners): (account: number) => Signs {
  const place = hashesOf(lead.place, base.seed[0]);
  const inCountry = rarity(base.placeBearers(lead.place.country), base.population) / 10;
  const inCity = rarity(base.placeBearers(lead.place.city), base.population) / 10;
  return (account) => {
    const found: [Sign, number][] = [];
    const put: Put = (sign, value = 1) => {
      if (value !== 0) found.push([sign, value]);
    };
    const match = matchNames(name, account, base);
    const places = relationsOf(place, base.places, account);
    const has = domainsOf(domains, account);
    if (has.isBusiness) {
      domainSigns(put, { owners, has, match, places, name, isTop: base.parentOf(account) === -1 });
      return found;
    }
    if (owners.count > 0) put(domains.owners.has(base.parentOf(account)) ? "domain-of-parent" : "domain-of-another");
    // Whose domain it is is called so, too: the name does not speak for anybody else.
    if (owners.count > 0 && owners.part >= shareOfBoth(match)) return found;
    strangerSigns(put, { domains, owners, has, match });
    if (name !== null) nameSigns(put, { name, match, places });
    put("size", Math.log(base.population) / 10);
    if (places.country === "same") put("country-rare", inCountry);
    if (places.city === "same") put("city-rare", inCity);
    placeSigns(put, { places, match });
    if (has.isStartLabel && !has.isNameLabel) put("start-is-label");
    if (has.isInitialsLabel) {
      put("initials-label");
      if (places.country === "same") put("initials-label-country");
    }
    if (match.isAcronym) acronymSigns(put, { places, joined: name?.joined ?? "", isLabel: has.isNameLabel });
    return found;
  };
}

type LeadDomains = {
  /** Who has the domain of the lead's e-mail, and of its website. */
  mail: ReadonlySet<number>;
  site: ReadonlySet<number>;
  isMailBusiness: boolean;
  isSiteBusiness: boolean;
  hasMail: boolean;
  /** Who has one of the lead's business domains. */
  owners: ReadonlySet<number>;
  /** Who has the label of such a domain under any ending, and the lead's name as a label. */
  sameLabel: ReadonlySet<number>;
  namedByLabel: ReadonlySet<number>;
  /** Whose label is the beginning of the lead's name, or its initials. */
  startByLabel: ReadonlySet<number>;
  initialsByLabel: ReadonlySet<number>;
};

const fewestOfLabel = 2;

const businessOf = ({ mail, site }: LeadForms): DomainForms[] =>
  [mail, site].filter((forms) => forms !== null).filter(({ kind }) => kind === "business");

function leadDomains(lead: LeadForms, { keys }: Base): LeadDomains {
  const { mail, site, name } = lead;
  const business = businessOf(lead);
  const bearers = (wanted: readonly string[]): ReadonlySet<number> => {
    const found = new Set<number>();
    for (const key of wanted) keys.each(key, (account) => found.add(account));
    return found;
  };
  const joined = name?.joined ?? "";
  return {
    mail: bearers(mail === null ? [] : [`d:${mail.domain}`]),
    site: bearers(site === null ? [] : [`d:${site.domain}`]),
    isMailBusiness: mail?.kind === "business",
    isSiteBusiness: site?.kind === "business",
    hasMail: mail !== null,
    owners: bearers(business.map(({ domain }) => `d:${domain}`)),
    sameLabel: bearers(business.filter(({ label }) => label.length >= fewestOfLabel).map(({ label }) => `l:${label}`)),
    namedByLabel: bearers(joined.length >= fewestOfLabel ? [`l:${joined}`] : []),
    startByLabel: bearers(name === null ? [] : startsOf(name).map((start) => `l:${start}`)),
    initialsByLabel: bearers(name === null ? [] : name.initials.map((initials) => `l:${initials}`)),
  };
}

/** Which of the lead's domains an account has. `isBusiness`: one that is a company's own. */
type Has = {
  isBusiness: boolean;
  both: boolean;
  isProvider: boolean;
  isLabel: boolean;
  isNameLabel: boolean;
  isStartLabel: boolean;
  isInitialsLabel: boolean;
};

function domainsOf(lead: LeadDomains, account: number): Has {
  const mail = lead.mail.has(account);
  const site = lead.site.has(account);
  const isBusiness = (mail && lead.isMailBusiness) || (site && lead.isSiteBusiness);
  return {
    isBusiness,
    both: mail && site && lead.isMailBusiness,
    isProvider: mail && !lead.isMailBusiness,
    isLabel: lead.sameLabel.has(account),
    isNameLabel: lead.namedByLabel.has(account),
    isStartLabel: lead.startByLabel.has(account),
    isInitialsLabel: lead.initialsByLabel.has(account),
  };
}

const shareOfBoth = ({ leadShare, accountShare }: NameMatch): number => leadShare * accountShare;

type OfDomain = {
  owners: Owners;
  has: Has;
  match: NameMatch;
  places: Relations;
  name: LeadName | null;
  isTop: boolean;
};

/** The domain tells who it is; name and place only which of several. */
function domainSigns(put: Put, { owners, has, match, places, name, isTop }: OfDomain): void {
  const isAlone = owners.count === 1;
  put(isAlone ? "domain-own" : "domain-shared");
  if (has.both) put("domain-both");
  if (name !== null && shareOfBoth(match) < 0.2 && !match.isAcronym) put("domain-other-name");
  if (isAlone) {
    if (match.isWhole || match.isJoined) put("domain-named");
    return;
  }
  if (match.isWhole) put("shared-name-whole");
  put("shared-name-part", shareOfBoth(match));
  if (match.isAcronym) put("shared-acronym");
  if (places.city === "same") put("shared-city");
  if (places.country === "same") put("shared-country");
  if (isTop) put("shared-top");
}

/** The lead's domains say little of this account, or that it is another. */
function strangerSigns(
  put: Put,
  { domains, owners, has, match }: Pick<OfDomain, "owners" | "has" | "match"> & { domains: LeadDomains },
): void {
  const part = shareOfBoth(match);
  if (has.isProvider && match.isWhole) put("provider-named");
  if (has.isLabel) {
    put("label");
    put("label-name", part);
  }
  if (has.isNameLabel) {
    put("name-is-label");
    put("name-is-label-name", part);
  }
  if ((domains.isMailBusiness || domains.isSiteBusiness) && owners.count === 0) {
    put("domain-unknown");
    if (match.isWhole) put("domain-unknown-whole");
    put("domain-unknown-part", part);
  }
  if (!domains.hasMail) put("mail-none");
  else if (!domains.isMailBusiness) put("mail-provider");
}

const nearly = 0.95;
/** Nats of a name that tells enough: three rare words. */
const enough = 8;

function nameSigns(put: Put, { name, match, places }: { name: LeadName; match: NameMatch; places: Relations }): void {
  const part = shareOfBoth(match);
  if (match.isWhole) put(match.isOther ? "whole-other" : "whole");
  if (match.isJoined) put("joined");
  put("lead-share", match.leadShare);
  put("account-share", match.accountShare);
  put("both-shares", part);
  if (part > 0.8) put("nearly-whole");
  const isLeadWithin = match.leadShare > nearly && match.accountShare <= nearly;
  if (isLeadWithin) put("lead-within");
  if (match.accountShare > nearly && match.leadShare <= nearly) put("account-within");
  put("common", match.common / 10);
  put("lead-only", match.leadOnly / 10);
  put("account-only", match.accountOnly / 10);
  if (match.startsAlike) put("starts-alike");
  if (!match.isWhole) {
    if (match.spelling > 0.8) put("spelling-80");
    if (match.spelling > 0.88) put("spelling-88");
    if (match.spelling > 0.94) put("spelling-94");
  }
  put("slips", match.slips);
  put("cut-short", match.cutShort);
  put("akin", match.akin);
  put("initials", match.initials);
  if (places.city === "same") put("initials-city-same", match.initials);
  if (match.numbersDiffer) put("numbers-differ");
  if (name.words.length === 1) put("one-word");
  if (match.isOther) put("other-name");
  if (name.nats < enough) put("weak-name", 1 - name.nats / enough);
  if (isLeadWithin && match.startsAlike) {
    put("start-only");
    put("start-only-rare", name.nats / 10);
    if (places.city === "same") put("start-city-same");
  }
}

function acronymSigns(
  put: Put,
  { places, joined, isLabel }: { places: Relations; joined: string; isLabel: boolean },
): void {
  put("acronym");
  if (places.city === "same") put("acronym-city");
  if (places.country === "same") put("acronym-country");
  if (isLabel) put("acronym-label");
  if (joined.length === 3) put("acronym-short");
}

function placeSigns(put: Put, { places, match }: { places: Relations; match: NameMatch }): void {
  const part = shareOfBoth(match);
  for (const [of, relation] of [
    ["country", places.country],
    ["city", places.city],
    ["postal", places.postalCode],
    ["state", places.state],
  ] as const)
    if (relation !== "unknown") put(`${of}-${relation}`);
  if (places.phone === "same") {
    put("phone-same");
    put("phone-name", part);
  } else if (places.phoneStem === "same") put("phone-stem");
  else if (places.phone === "differs") put("phone-differs");
  if (match.isWhole) {
    if (places.country === "differs") put("whole-country-differs");
    if (places.city === "same") put("whole-city-same");
    return;
  }
  if (places.city !== "unknown") put(`part-city-${places.city}`, part);
  put(`part-country-${places.country}`, part);
  if (places.city === "same") put("akin-city-same", match.akin);
  else if (places.country === "same") put("akin-country-same", match.akin);
}

type Relation = "same" | "differs" | "unknown";
type Relations = Record<PlacePart, Relation>;

/** In the order of `placeParts`; 0: unknown. */
const hashesOf = (place: LeadForms["place"], seed: number): readonly number[] =>
  placeParts.map((part) => hashOrNone(place[part], seed));

function relationsOf(lead: readonly number[], places: Uint32Array, account: number): Relations {
  const relations: Relations = { ...unknownPlace };
  for (const [at, part] of placeParts.entries()) {
    const theirs = places[account * placeParts.length + at] ?? 0;
    const own = lead[at] ?? 0;
    if (own !== 0 && theirs !== 0) relations[part] = own === theirs ? "same" : "differs";
  }
  return relations;
}

const unknownPlace: Relations = {
  country: "unknown",
  state: "unknown",
  city: "unknown",
  postalCode: "unknown",
  phone: "unknown",
  phoneStem: "unknown",
};
