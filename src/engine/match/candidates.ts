import type { Base } from "./base.ts";
import { pairsOf } from "./bearers.ts";
import { eachKeyOfDomain } from "./domain-forms.ts";
import { hashOrNone } from "./hash.ts";
import type { LeadForms } from "./lead-forms.ts";
import type { NameForms } from "./name-forms.ts";
import { runKey, sortedMeanings, soundKeys, startsOf, wordSoundKey } from "./name-keys.ts";
import { rarity } from "./rarity.ts";
import { createScores, type Scores } from "./scores.ts";
import { placeOf } from "./sections.ts";

/** What a word of a lead's name may be in the base's vocabulary: itself, or what was meant by a slip. */
export type Reading = { meaning: number; word: number; edits: number };

/** Of one base. */
export type Candidates = {
  base: Base;
  /** Positions, the likeliest first. */
  accounts: readonly number[];
  /** Of each word of the lead's name. */
  readings: readonly (readonly Reading[])[];
};

type Add = Scores["add"];

const budget = 32;
/** Of what the likeliest has in common with the lead: with its domain or its whole name nobody is looked at for a word. */
const leastShare = 0.06;
/** Entries of lists that are read at most. */
const mostRead = 3_000;
/** What so many accounts have in common with the lead tells nothing of which of them it is. */
const mostAlike = 1_000;

const strong = 1_000;
/** What a whole name is worth abroad: however much another account has in common with the lead, it is looked at. */
const elsewhere = strong / 8;
/** With no more than this a key is one of many that speak for an account. */
const weak = 20;

/** Of each of some bases beside each other, kept from lead to lead. */
const kept: Scores[] = [];

function scoresAt(place: number): Scores {
  const scores = kept[place] ?? createScores();
  kept[place] = scores;
  scores.clear();
  return scores;
}

/** Accounts that have a key in common with the lead, of each of some bases; none of those that another has far more. */
export function candidatesOf(lead: LeadForms, bases: readonly Base[]): Candidates[] {
  const found = bases.map((base, place) => {
    const scores = scoresAt(place);
    return { base, scores, readings: findAccounts(lead, base, scores.add) };
  });
  const highest = found.reduce((most, { scores }) => Math.max(most, scores.highest()), 0);
  return found.map(({ base, scores, readings }) => {
    const least = Math.min(highest * leastShare, elsewhere);
    return { base, readings, accounts: scores.best(budget, least, base.compareIds) };
  });
}

/** Calls `add` with what accounts have in common with the lead, by how much that tells; how its name may be read. */
function findAccounts(lead: LeadForms, base: Base, add: Add): Reading[][] {
  const addAll = (key: string, by: number): void =>
    base.keys.each(key, (account) => add(account, by), by > weak ? undefined : mostAlike);

  for (const domain of [lead.mail, lead.site]) {
    if (domain === null) continue;
    const by = domain.kind === "business" ? strong : 1;
    eachKeyOfDomain(domain, (key) => addAll(key, key.startsWith("l:") ? by / 4 : by));
    for (const parent of parentsOf(domain.host)) addAll(`h:${parent}`, by / 8);
    if (domain.kind === "business" && domain.label.length > 3) addAll(`j:${domain.label}`, strong / 4);
  }
  if (lead.place.phone !== null) addAll(`p:${lead.place.phone}`, 20);
  if (lead.place.phoneStem !== null) addAll(`q:${lead.place.phoneStem}`, 8);

  const { name } = lead;
  const country = hashOrNone(lead.place.country, base.seed[0]);
  const readings: Reading[][] = [];
  if (name !== null) {
    // A namesake elsewhere leaves room for those who are called nearly so and are here.
    const inPlace = (account: number): number => {
      const theirs = placeOf(base.places, account, "country");
      return country === 0 || theirs === 0 || theirs === country ? strong / 2 : elsewhere;
    };
    for (const key of [`j:${name.joined}`, `s:${sortedMeanings(name)}`])
      base.keys.each(key, (account) => add(account, inPlace(account)));
    if (name.joined.length >= 2) addAll(`l:${name.joined}`, strong / 8);
    if (name.joined.length <= 8)
      base.keys.each(
        `a:${name.joined}`,
        (account) => add(account, placeOf(base.places, account, "country") === country ? 70 : 12),
        mostAlike,
      );
    for (const acronym of name.initials) {
      addAll(`j:${acronym}`, 12);
      addAll(`l:${acronym}`, 12);
    }
    for (const start of startsOf(name)) addAll(`l:${start}`, 10);
    for (const key of soundKeys(name, lead.place.country)) addAll(key, 9);
    for (const word of name.words) readings.push(readingsOf(word, base));
    addInCountry(name, lead.place.country, { base, add, readings });
    addByWords(readings, base, add);
  }
  return readings;
}

/** A sound that more accounts have says nothing. */
const mostOfSound = 24;

/** Words that no account of any spelling bears, by their sound; and initials of some of an account's words. */
function addInCountry(
  { words }: NameForms,
  country: string | null,
  { base, add, readings }: { base: Base; add: Add; readings: readonly (readonly Reading[])[] },
): void {
  if (country === null) return;
  for (const [at, word] of words.entries()) {
    if (word.text.length <= 6) base.keys.each(runKey(word.text, country), (account) => add(account, 8), mostAlike);
    const isKnown = (readings[at]?.length ?? 0) > 0;
    const key = isKnown ? null : wordSoundKey(word, country);
    if (key !== null) base.keys.each(key, (account) => add(account, 7), mostOfSound);
  }
}

function readingsOf({ text, meaning }: { text: string; meaning: string }, { vocabulary }: Base): Reading[] {
  const known = vocabulary.meaningNamed(meaning);
  const readings: Reading[] = known === -1 ? [] : [{ meaning: known, word: vocabulary.wordOf(text), edits: 0 }];
  if (vocabulary.wordOf(text) !== -1) return readings;
  for (const { word, edits } of vocabulary.near(text)) {
    const near = vocabulary.meaningOf(word);
    if (!readings.some((each) => each.meaning === near)) readings.push({ meaning: near, word, edits });
  }
  return readings;
}

/** The rarest words first, until enough was read; then pairs of common ones. */
function addByWords(readings: readonly (readonly Reading[])[], base: Base, add: Add): void {
  const { vocabulary, bearerStarts, bearers } = base;
  const all = readings.flat().sort((a, b) => vocabulary.bearersOf(a.meaning) - vocabulary.bearersOf(b.meaning));
  let read = 0;
  for (const { meaning, edits } of all) {
    const from = bearerStarts[meaning] ?? 0;
    const to = bearerStarts[meaning + 1] ?? 0;
    if (read + to - from > mostRead) continue;
    read += to - from;
    const by = rarity(vocabulary.bearersOf(meaning), base.population) / (1 + edits);
    for (let at = from; at < to; at += 1) {
      const account = bearers[at] ?? 0;
      if (!base.isGone(account)) add(account, by);
    }
  }
  const first = readings.flatMap((each) => each.slice(0, 2).map(({ meaning }) => meaning));
  for (const key of pairsOf(first, vocabulary)) base.keys.each(key, (account) => add(account, 6), mostAlike);
}

function parentsOf(host: string): string[] {
  const labels = host.split(".");
  return labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join("."));
}
