import type { Base } from "./base.ts";
import { pairsOf } from "./bearers.ts";
import { keysOfDomain } from "./domain-forms.ts";
import { hashOrNone } from "./hash.ts";
import type { LeadForms } from "./lead-forms.ts";
import type { NameForms } from "./name-forms.ts";
import { runKey, sortedMeanings, soundKeys, startsOf, wordSoundKey } from "./name-keys.ts";
import { rarity } from "./rarity.ts";

/** What a word of a lead's name may be in the base's vocabulary: itself, or what was meant by a slip. */
export type Reading = { meaning: number; word: number; edits: number };

/** What accounts of a base have in common with a lead, by how much that tells. */
export type Found = {
  base: Base;
  scores: ReadonlyMap<number, number>;
  /** The highest of them; 0: there are none. */
  most: number;
  /** Of each word of the lead's name. */
  readings: readonly (readonly Reading[])[];
};

/** Positions in a base, the likeliest first. */
export type Candidates = Pick<Found, "base" | "readings"> & { accounts: readonly number[] };

const budget = 32;
/** Of what the likeliest has in common with the lead: with its domain or its whole name nobody is looked at for a word. */
const leastShare = 0.06;
/** Entries of lists that are read at most. */
const mostRead = 3_000;

const strong = 1_000;

/** Accounts that have a key in common with the lead, of each of some bases; none of those that another has far more. */
export function candidatesOf(lead: LeadForms, bases: readonly Base[]): Candidates[] {
  const found = bases.map((base) => findAccounts(lead, base));
  const most = found.reduce((highest, each) => Math.max(highest, each.most), 0);
  return found.map(({ base, scores, readings }) => ({ base, readings, accounts: likeliest(scores, base, most) }));
}

function findAccounts(lead: LeadForms, base: Base): Found {
  const scores = new Map<number, number>();
  const add = (account: number, by: number): void => {
    scores.set(account, (scores.get(account) ?? 0) + by);
  };
  const addAll = (key: string, by: number): void => base.keys.each(key, (account) => add(account, by));

  for (const domain of [lead.mail, lead.site]) {
    if (domain === null) continue;
    const by = domain.kind === "business" ? strong : 1;
    for (const key of keysOfDomain(domain)) addAll(key, key.startsWith("l:") ? by / 4 : by);
    for (const parent of parentsOf(domain.host)) addAll(`h:${parent}`, by / 8);
    if (domain.kind === "business" && domain.label.length > 3) addAll(`j:${domain.label}`, strong / 4);
  }
  if (lead.place.phone !== null) addAll(`p:${lead.place.phone}`, 20);
  if (lead.place.phoneStem !== null) addAll(`q:${lead.place.phoneStem}`, 8);

  const { name } = lead;
  const country = hashOrNone(lead.place.country, base.seed[0]);
  const readings: Reading[][] = [];
  if (name !== null) {
    addAll(`j:${name.joined}`, strong / 2);
    addAll(`s:${sortedMeanings(name)}`, strong / 2);
    if (name.joined.length >= 3) addAll(`l:${name.joined}`, strong / 8);
    if (name.joined.length <= 8)
      base.keys.each(`a:${name.joined}`, (account) => add(account, base.places.country[account] === country ? 70 : 12));
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
  let most = 0;
  for (const [account, score] of scores) if (score > most && !base.isGone(account)) most = score;
  return { base, scores, most, readings };
}

/** A sound that more accounts have says nothing. */
const mostOfSound = 24;

/** Words that no account of any spelling bears, by their sound; and initials of some of an account's words. */
function addInCountry(
  { words }: NameForms,
  country: string | null,
  {
    base,
    add,
    readings,
  }: { base: Base; add: (account: number, by: number) => void; readings: readonly (readonly Reading[])[] },
): void {
  if (country === null) return;
  for (const [at, word] of words.entries()) {
    if (word.text.length <= 6) base.keys.each(runKey(word.text, country), (account) => add(account, 8));
    const isKnown = (readings[at]?.length ?? 0) > 0;
    const key = isKnown ? null : wordSoundKey(word, country);
    if (key === null) continue;
    const found: number[] = [];
    base.keys.each(key, (account) => found.push(account));
    if (found.length <= mostOfSound) for (const account of found) add(account, 7);
  }
}

function likeliest(scores: ReadonlyMap<number, number>, { compareIds, isGone }: Base, most: number): number[] {
  const least = Math.max(most * leastShare, leastOfFirst(scores, isGone));
  const likely: [account: number, score: number][] = [];
  for (const [account, score] of scores) if (score >= least && !isGone(account)) likely.push([account, score]);
  return likely
    .sort((a, b) => b[1] - a[1] || compareIds(a[0], b[0]))
    .slice(0, budget)
    .map(([account]) => account);
}

/** The score of the last that the budget is enough for: most are below, and need not be sorted one by one. */
function leastOfFirst(scores: ReadonlyMap<number, number>, isGone: Base["isGone"]): number {
  const present = Float64Array.from([...scores].filter(([account]) => !isGone(account)).map(([, score]) => score));
  return present.length <= budget ? 0 : (present.sort().at(-budget) ?? 0);
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
function addByWords(
  readings: readonly (readonly Reading[])[],
  base: Base,
  add: (account: number, by: number) => void,
): void {
  const { vocabulary, bearerStarts, bearers } = base;
  const all = readings.flat().sort((a, b) => vocabulary.bearersOf(a.meaning) - vocabulary.bearersOf(b.meaning));
  let read = 0;
  for (const { meaning, edits } of all) {
    const from = bearerStarts[meaning] ?? 0;
    const to = bearerStarts[meaning + 1] ?? 0;
    if (read + to - from > mostRead) continue;
    read += to - from;
    const by = rarity(vocabulary.bearersOf(meaning), base.population) / (1 + edits);
    for (let at = from; at < to; at += 1) add(bearers[at] ?? 0, by);
  }
  const first = readings.flatMap((each) => each.slice(0, 2).map(({ meaning }) => meaning));
  for (const key of pairsOf(first, vocabulary)) base.keys.each(key, (account) => add(account, 6));
}

function parentsOf(host: string): string[] {
  const labels = host.split(".");
  return labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join("."));
}
