import type { AccountEntry, LeadEntry } from "../../src/engine/match/entries.ts";
import { registrableDomain, websiteHost } from "../../src/engine/normalise/domain.ts";
import { foldedWords } from "../../src/engine/normalise/folded-words.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { createLaw, type FrequencyLaw } from "./frequency-law.ts";
import { createLeadMaker } from "./match-world-leads.ts";

/** As many accounts as are asked for, made after given ones: the n-th is always the same, and none is kept. */
export type MatchWorld = {
  accountAt(index: number): AccountEntry;
  /** A lead of one of the first so many accounts, or of none of them; `accountId` null: of none. */
  leadAt(index: number, accounts: number): { lead: LeadEntry; accountId: string | null; kind: string };
};

type Random = () => number;

/** A given account, with what is kept when others are made after it. */
type Template = {
  entry: AccountEntry;
  name: NameTemplate | null;
  otherNames: readonly NameTemplate[];
  form: LabelForm;
  domain: string | null;
  ending: string;
  /** Before and behind the domain. */
  address: readonly [before: string, behind: string];
  sharers: number;
};

/** A name's words; those that are kept stay where they are. */
type NameTemplate = { words: readonly string[]; isKept: readonly boolean[]; isCapitals: boolean };

/** What of the name the label of its domain is. */
type LabelForm = "whole" | "two" | "first" | "initials" | "other";

/** Words as common as these hold names together, as "University of" does, and stay where they are. */
const keptWords = 50;
const keptCities = 300;
/** Of words that follow a common one, how many are drawn from those that do so. */
const shareOfPairs = 0.5;

type Model = { templates: readonly Template[]; words: FrequencyLaw; cities: FrequencyLaw; followers: Followers };
type Followers = ReadonlyMap<string, readonly string[]>;

export function createMatchWorld(given: readonly AccountEntry[], seed: number): MatchWorld {
  const model = learn(given);
  const accountAt = (index: number): AccountEntry => makeAccount(index, seed, model);
  return { accountAt, leadAt: createLeadMaker(accountAt, seed) };
}

function learn(given: readonly AccountEntry[]): Model {
  const names = given.map(({ name }) => wordsOf(name));
  const sharers = Map.groupBy(given.map(domainOf), (domain) => domain ?? "");
  const words = createLaw(names.flat());
  return {
    templates: given.map((entry) => templateOf(entry, words, sharers.get(domainOf(entry) ?? "")?.length ?? 0)),
    words,
    cities: createLaw(given.flatMap(({ city }) => city ?? [])),
    followers: followersIn(names, words),
  };
}

/** What follows each word; rare and very common ones, which are drawn or kept anyway, as "". */
function followersIn(names: readonly (readonly string[])[], { rankOf, counted }: FrequencyLaw): Followers {
  const followers = new Map<string, string[]>();
  for (const words of names)
    for (const [at, word] of words.slice(0, -1).entries()) {
      const next = words[at + 1] ?? "";
      const rank = rankOf(next);
      const isDrawn = rank < keptWords || (counted[rank]?.[1] ?? 0) < 2;
      const known = followers.get(word) ?? [];
      known.push(isDrawn ? "" : next);
      followers.set(word, known);
    }
  return followers;
}

export const wordsOf = (name: string | null): string[] => (name ?? "").split(/\s+/).filter((word) => word !== "");

/** Letters and digits alone, as labels have them. */
const lettersOf = (name: string): string[] => foldedWords(name).map((word) => word.replace(/[^a-z0-9]/g, ""));

function domainOf({ website }: AccountEntry): string | null {
  const host = websiteHost(website);
  return host === null ? null : registrableDomain(host);
}

function nameTemplate(name: string, { rankOf }: FrequencyLaw): NameTemplate {
  const words = wordsOf(name);
  const isKept = words.map((word) => rankOf(word) !== -1 && rankOf(word) < keptWords);
  return { words, isKept, isCapitals: name === name.toUpperCase() };
}

function templateOf(entry: AccountEntry, words: FrequencyLaw, sharers: number): Template {
  const domain = domainOf(entry);
  const label = domain?.split(".")[0] ?? "";
  const letters = lettersOf(entry.name ?? "");
  const form = (["whole", "two", "first", "initials"] as const).find((each) => labelOf(letters, each) === label);
  const [before = "", ...behind] = (entry.website ?? "").toLowerCase().split(domain ?? " ");
  return {
    entry,
    name: entry.name === null ? null : nameTemplate(entry.name, words),
    otherNames: entry.otherNames.map((name) => nameTemplate(name, words)),
    form: form ?? "other",
    domain,
    ending: domain?.slice(label.length) ?? "",
    address: [before, behind.join(domain ?? "")],
    sharers,
  };
}

function labelOf(letters: readonly string[], form: Exclude<LabelForm, "other">): string {
  if (form === "initials") return letters.map((word) => word[0] ?? "").join("");
  const count = { whole: letters.length, two: 2, first: 1 }[form];
  return letters.slice(0, count).join("");
}

/** Ids as HubSpot gives them. */
const firstId = 10_000_000_000;
export const idAt = (index: number): string => String(firstId + index);

function makeAccount(index: number, seed: number, model: Model): AccountEntry {
  const random = createRandom((seed * 1_000_003 + index) ^ 0x51ed270b);
  random();
  const template = model.templates[Math.floor(random() * model.templates.length)] as Template;
  const { entry } = template;
  const name = template.name === null ? null : makeName(template.name, random, model);
  const domain = makeDomain(template, { index, name, random, model });
  const [before, behind] = template.address;
  return {
    id: idAt(index),
    name,
    otherNames: template.otherNames.map((other) => makeName(other, random, model)),
    website: domain === null ? null : before + domain + behind,
    otherDomains: entry.otherDomains.map(() => `${model.words.draw(random, keptWords).toLowerCase()}.com`),
    phone: withOtherDigits(entry.phone, 6, random),
    country: entry.country,
    state: entry.state,
    city: entry.city === null ? null : makeCity(entry.city, random, model),
    postalCode: withOtherDigits(entry.postalCode, 2, random),
    parentId: entry.parentId === null || index === 0 ? null : idAt(Math.floor(random() * index)),
  };
}

function makeName({ words: given, isKept, isCapitals }: NameTemplate, random: Random, model: Model): string {
  const { words, followers } = model;
  // A name of common words alone would come a thousand times.
  const another = isKept.includes(false) ? -1 : Math.floor(random() * given.length);
  let before = "";
  let name = "";
  for (const [at, word] of given.entries()) {
    const after = isKept[at] && at !== another ? undefined : followers.get(before);
    const pair = after !== undefined && random() < shareOfPairs ? after[Math.floor(random() * after.length)] : "";
    before = isKept[at] && at !== another ? word : pair || words.draw(random, keptWords);
    name += at === 0 ? before : ` ${before}`;
  }
  return isCapitals ? name.toUpperCase() : name;
}

const makeCity = (city: string, random: Random, { cities }: Model): string =>
  cities.rankOf(city) < keptCities ? city : cities.draw(random, keptCities);

type ForDomain = { index: number; name: string | null; random: Random; model: Model };

function makeDomain({ domain, ending, form, sharers }: Template, { index, name, random, model }: ForDomain) {
  if (domain === null) return null;
  if (sharers > 1) {
    // As many share it as among those given: of one block, those that are made after the same.
    const block = Math.floor(index / model.templates.length);
    return `${model.words.textAt(hashOf(domain, block)).toLowerCase()}${ending}`;
  }
  const letters = lettersOf(name ?? "");
  const label = form === "other" ? "" : labelOf(letters, form);
  const drawn = (): string => lettersOf(model.words.draw(random, keptWords)).join("");
  if (label.length < 2) return `${drawn()}${drawn().slice(0, 4)}x${ending}`;
  // What many are called is taken already: the others have something behind it.
  const isTaken = form === "initials" || letters.length === 1 || form === "first";
  return `${label}${isTaken ? drawn().slice(0, 4) : ""}${ending}`;
}

/** A rank that no word was counted at. */
function hashOf(text: string, block: number): number {
  let hash = block + 1;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 2_147_483_647;
  return 1_000_000 + hash;
}

/** The same signs, but other digits after the first few signs. */
const withOtherDigits = (text: string | null, kept: number, random: Random): string | null =>
  text === null ? null : text.slice(0, kept) + text.slice(kept).replace(/\d/g, () => String(Math.floor(random() * 10)));
