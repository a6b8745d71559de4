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
type Template = { entry: AccountEntry; form: LabelForm; domain: string | null; ending: string; sharers: number };

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
  const followers = new Map<string, string[]>();
  for (const words of names)
    for (const [at, word] of words.slice(0, -1).entries())
      followers.set(word, [...(followers.get(word) ?? []), words[at + 1] ?? ""]);
  return {
    templates: given.map((entry) => templateOf(entry, sharers.get(domainOf(entry) ?? "")?.length ?? 0)),
    words: createLaw(names.flat()),
    cities: createLaw(given.flatMap(({ city }) => city ?? [])),
    followers,
  };
}

export const wordsOf = (name: string | null): string[] => (name ?? "").split(/\s+/).filter((word) => word !== "");

/** Letters and digits alone, as labels have them. */
const lettersOf = (name: string): string[] => foldedWords(name).map((word) => word.replace(/[^a-z0-9]/g, ""));

function domainOf({ website }: AccountEntry): string | null {
  const host = websiteHost(website);
  return host === null ? null : registrableDomain(host);
}

function templateOf(entry: AccountEntry, sharers: number): Template {
  const domain = domainOf(entry);
  const label = domain?.split(".")[0] ?? "";
  const letters = lettersOf(entry.name ?? "");
  const form = (["whole", "two", "first", "initials"] as const).find((each) => labelOf(letters, each) === label);
  return { entry, domain, ending: domain?.slice(label.length) ?? "", form: form ?? "other", sharers };
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
  const name = entry.name === null ? null : makeName(entry.name, random, model);
  const domain = makeDomain(template, { index, name, random, model });
  const website = domain === null ? null : (entry.website ?? "").toLowerCase().replace(template.domain ?? "", domain);
  return {
    id: idAt(index),
    name,
    otherNames: entry.otherNames.map((other) => makeName(other, random, model)),
    website,
    otherDomains: entry.otherDomains.map(() => `${model.words.draw(random, keptWords).toLowerCase()}.com`),
    phone: withOtherDigits(entry.phone, 6, random),
    country: entry.country,
    state: entry.state,
    city: entry.city === null ? null : makeCity(entry.city, random, model),
    postalCode: withOtherDigits(entry.postalCode, 2, random),
    parentId: entry.parentId === null || index === 0 ? null : idAt(Math.floor(random() * index)),
  };
}

function makeName(name: string, random: Random, { words, followers }: Model): string {
  const given = wordsOf(name);
  const isKept = given.map((word) => {
    const rank = words.rankOf(word);
    return rank !== -1 && rank < keptWords;
  });
  // A name of common words alone would come a thousand times.
  if (!isKept.includes(false)) isKept[Math.floor(random() * given.length)] = false;
  let before = "";
  const made = given.map((word, at) => {
    const after = followers.get(before) ?? [];
    const pair = random() < shareOfPairs ? after[Math.floor(random() * after.length)] : undefined;
    const isCommon =
      pair !== undefined && words.rankOf(pair) >= keptWords && (words.counted[words.rankOf(pair)]?.[1] ?? 0) > 1;
    before = isKept[at] ? word : isCommon && pair !== undefined ? pair : words.draw(random, keptWords);
    return before;
  });
  return name === name.toUpperCase() ? made.join(" ").toUpperCase() : made.join(" ");
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
  const rare = model.words
    .draw(random, keptWords)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "x");
  if (label.length < 2) return `${rare}${ending}`;
  // What many are called is taken already: the others have something behind it.
  const isTaken = form === "initials" || letters.length === 1 || form === "first";
  return `${label}${isTaken ? rare.slice(0, 4) : ""}${ending}`;
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
