import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { bucketOf } from "../../../src/engine/match/buckets.ts";
import { byId } from "../../../src/engine/match/by-id.ts";
import { editsBetween } from "../../../src/engine/match/edits.ts";
import { hashOrNone } from "../../../src/engine/match/hash.ts";
import { createKeyTable, openKeyTable } from "../../../src/engine/match/key-table.ts";
import { countPlaces, openPlaceCounts } from "../../../src/engine/match/place-counts.ts";
import { createScores } from "../../../src/engine/match/scores.ts";
import { placeParts } from "../../../src/engine/match/sections.ts";
import { createTextPool, openTextPool } from "../../../src/engine/match/text-pool.ts";
import { createVocabulary, openVocabulary } from "../../../src/engine/match/vocabulary.ts";

// The flat tables that a base is made of, each beside the plain way to do the same.

const seed = [20261130, 7] as const;
const runs = { numRuns: 500, seed: 20261130 };

test("buckets are taken in the order of hashes, none beyond the last", () => {
  const hash = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(hash, hash, fc.integer({ min: 1, max: 0x7fffffff }), (a, b, buckets) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(bucketOf(low, buckets)).toBeLessThanOrEqual(bucketOf(high, buckets));
      expect(bucketOf(0xffffffff, buckets)).toBeLessThan(buckets);
    }),
    runs,
  );
});

test("a key that more bear than are asked for gives none, and a key that an account is given twice is one", () => {
  const table = createKeyTable(seed);
  for (let account = 0; account < 50; account += 1) {
    table.add("d:many.example", account);
    table.add("l:other", account);
    table.add("d:many.example", account);
  }
  const keys = openKeyTable(table.done(), seed);
  const bearers = (most?: number) => {
    const found: number[] = [];
    keys.each("d:many.example", (account) => found.push(account), most);
    return found.length;
  };
  expect([bearers(), bearers(50), bearers(49)]).toEqual([50, 50, 0]);
});

test("the best scores are those of a plain table that is sorted", () => {
  const scores = createScores();
  const added = fc.array(fc.tuple(fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 1, max: 9 })), {
    maxLength: 9_000,
    size: "max",
  });
  fc.assert(
    fc.property(added, fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 0.3, 1), (pairs, most, share) => {
      const plain = new Map<number, number>();
      scores.clear();
      for (const [account, by] of pairs) {
        scores.add(account, by);
        plain.set(account, (plain.get(account) ?? 0) + by);
      }
      const highest = Math.max(0, ...plain.values());
      const least = highest * share;
      const sorted = [...plain].filter(([, score]) => score >= least).sort((a, b) => b[1] - a[1] || b[0] - a[0]);
      expect(scores.highest()).toBe(highest);
      expect(scores.best(most, least, (a, b) => b - a)).toEqual(sorted.slice(0, most).map(([account]) => account));
    }),
    { ...runs, numRuns: 60 },
  );
});

test("ids are ordered as they are as texts", () => {
  const id = fc.string({ unit: fc.constantFrom(..."019aB-"), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(id, id, (a, b) => {
      const builder = createTextPool(seed);
      const [first, second] = [builder.add(a), builder.add(b)];
      const { compare } = openTextPool(builder.done(), seed);
      expect(Math.sign(compare(first, second))).toBe(Math.sign(byId(a, b)));
    }),
    runs,
  );
});

const withoutOne = (text: string): string[] => Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1));

test("words by slips are those that share what is left without a letter, without two of long ones", () => {
  const word = fc.string({ unit: fc.constantFrom(..."aabc"), minLength: 3, maxLength: 10 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, (words, text) => {
      const builder = createVocabulary(seed);
      for (const each of words) builder.add({ text: each, meaning: each }, 0);
      const vocabulary = openVocabulary(builder.done(), seed);
      const most = text.length >= 8 ? 2 : 1;
      const once = withoutOne(text);
      const left = new Set([text, ...once, ...(most === 2 ? once.flatMap(withoutOne) : [])]);
      const near = words.filter(
        (each) =>
          Math.min(each.length, text.length) >= 4 &&
          [each, ...withoutOne(each)].some((rest) => left.has(rest)) &&
          editsBetween(text, each, most) <= most,
      );
      const found = vocabulary.near(text).map((each) => vocabulary.textOf(each.word));
      // A hash that agrees by chance may add a word that is as near; it takes none away.
      expect(found).toEqual(expect.arrayContaining(near));
      expect(found.every((each) => editsBetween(text, each, most) <= most)).toBe(true);
    }),
    runs,
  );
});

test("accounts of a country or city are counted, whatever else is known of them", () => {
  const place = fc.constantFrom(null, "DE", "FR", "ulm", "lyon", "bonn");
  const parts = fc.record({ country: place, state: place, city: place, postalCode: place, phone: place });
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 30 }), (accounts) => {
      const hashed = accounts.flatMap((each) =>
        placeParts.map((part) => hashOrNone(part === "phoneStem" ? null : each[part], seed[0])),
      );
      const bearers = openPlaceCounts(countPlaces(Uint32Array.from(hashed)), seed[0]);
      for (const name of ["DE", "FR", "ulm", "lyon", "bonn"]) {
        const there = accounts.flatMap(({ country, city }) => [country, city]).filter((each) => each === name);
        expect(bearers(name)).toBe(there.length);
      }
      expect([bearers(null), bearers("nowhere")]).toEqual([0, 0]);
    }),
    runs,
  );
});
