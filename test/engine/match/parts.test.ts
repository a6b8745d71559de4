import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { editsBetween } from "../../../src/engine/match/edits.ts";
import { createKeyTable, openKeyTable } from "../../../src/engine/match/key-table.ts";
import {
  calibrationError,
  type Judged,
  measure,
  recallAtPrecision,
} from "../../../src/engine/match/measure-matches.ts";
import { nameForms } from "../../../src/engine/match/name-forms.ts";
import { type Signs, signNames } from "../../../src/engine/match/signs.ts";
import { sipHash } from "../../../src/engine/match/sip-hash.ts";
import { createTextPool, openTextPool } from "../../../src/engine/match/text-pool.ts";
import { trainWeights, usualTraining, withMissing } from "../../../src/engine/match/train.ts";
import { createVocabulary, openVocabulary } from "../../../src/engine/match/vocabulary.ts";
import { likelihoods, pointsOf } from "../../../src/engine/match/weights.ts";
import { likenessOf, mayBeLike, shapeOf, soundOf } from "../../../src/engine/match/word-likeness.ts";

const seed = [20261130, 7] as const;

/** The plain meaning, by recursion. */
function editsInFull(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const least = Math.min(
    editsInFull(a.slice(1), b) + 1,
    editsInFull(a, b.slice(1)) + 1,
    editsInFull(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  );
  const isSwapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  return isSwapped ? Math.min(least, editsInFull(a.slice(2), b.slice(2)) + 1) : least;
}

test("edits are those of the plain meaning, up to one more than asked for", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 4 }), (a, b, most) => {
      expect(editsBetween(a, b, most)).toBe(Math.min(most + 1, editsInFull(a, b)));
    }),
    { numRuns: 2_000, seed: 20261130 },
  );
});

test("a key gives all that bear it, in their order, and nobody else", () => {
  const table = createKeyTable(seed);
  for (let account = 0; account < 5_000; account += 1) table.add(`k${account % 700}`, account);
  const keys = openKeyTable(table.done(), seed);
  const bearers = (key: string): number[] => {
    const found: number[] = [];
    keys.each(key, (account) => found.push(account));
    return found;
  };
  expect(bearers("k3")).toEqual([3, 703, 1403, 2103, 2803, 3503, 4203, 4903]);
  expect(bearers("k700")).toEqual([]);
  openKeyTable(createKeyTable(seed).done(), seed).each("k3", () => expect("an entry").toBeNull());
});

test("a pool keeps texts as they are, each once, and knows no other", () => {
  const unit = fc.oneof(
    fc.constantFrom("a", "b", "ß", "株", "\ud83d", "\ude42", "\u0000"),
    fc.string({ maxLength: 1 }),
  );
  const text = fc.string({ unit, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), text, (texts, other) => {
      const builder = createTextPool(seed);
      const unique = [...new Set(texts)];
      expect(texts.map((each) => builder.add(each))).toEqual(texts.map((each) => unique.indexOf(each)));
      const pool = openTextPool(builder.done(), seed);
      expect([pool.size, unique.map((_, at) => pool.textOf(at))]).toEqual([unique.length, unique]);
      expect(unique.map(pool.numberOf)).toEqual(unique.map((_, at) => at));
      expect(pool.numberOf(other)).toBe(unique.indexOf(other));
    }),
    { numRuns: 500, seed: 20261130 },
  );
});

test("a pool holds more texts than it was made for", () => {
  const builder = createTextPool(seed);
  for (let at = 0; at < 20_000; at += 1) builder.add(`text${at % 15_000}`);
  const pool = openTextPool(builder.done(), seed);
  expect([pool.size, pool.textOf(14_999), pool.numberOf("text7777")]).toEqual([15_000, "text14999", 7_777]);
});

test("a seed makes hashes of its own, and texts alike but for a letter share neither half", () => {
  const hashesOf = (of: readonly [number, number]) =>
    Array.from({ length: 20_000 }, (_, at) => {
      const hash = new Uint32Array(2);
      sipHash(`d:acme${at}.com`, of, hash);
      return hash;
    });
  const [own, other] = [hashesOf([1, 2]), hashesOf([1, 3])];
  for (const half of [0, 1]) {
    // By chance two of them may agree in 32 bits, but hardly three times.
    expect(new Set(own.map((hash) => hash[half])).size).toBeGreaterThan(19_997);
    expect(own.filter((hash, at) => hash[half] === other[at]?.[half])).toEqual([]);
  }
  expect(hashesOf([1, 2])).toEqual(own);
});

test("a word's sound is what is left when letters that languages take for each other are one", () => {
  const inFull = (word: string) =>
    word
      .replace(/th/g, "t")
      .replace(/ph/g, "f")
      .replace(/c[hk]?|q/g, "k")
      .replace(/z/g, "s")
      .replace(/w/g, "v")
      .replace(/l/g, "r")
      .replace(/(.)\1+/g, "$1")
      .replace(/[aeiouyhj]/g, "");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."aehjcktpqzswv09rl"), maxLength: 10 }), (word) => {
      expect(soundOf(word)).toBe(inFull(word));
    }),
    { numRuns: 3_000, seed: 20261130 },
  );
});

test("words that do not look alike at their ends have nothing in common", () => {
  const word = fc.string({ unit: fc.constantFrom(..."abcehklprstz1"), minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      if (likenessOf(a, b) !== null) expect([a, b, mayBeLike(shapeOf(a), shapeOf(b))]).toEqual([a, b, true]);
    }),
    { numRuns: 20_000, seed: 20261130 },
  );
});

test("what was meant by a slip is found: one letter of short words, two of long ones", () => {
  const builder = createVocabulary(seed);
  for (const text of ["lasertechnik", "kestrel", "oak"]) builder.add({ text, meaning: text }, 0);
  const vocabulary = openVocabulary(builder.done(), seed);
  const near = (text: string) => vocabulary.near(text).map(({ word, edits }) => [vocabulary.textOf(word), edits]);
  expect([near("laserrtechnk"), near("kestrl"), near("ksterl"), near("oka")]).toEqual([
    [["lasertechnik", 2]],
    [["kestrel", 1]],
    [],
    [],
  ]);
});

describe("names as they are compared", () => {
  test.each([
    ["Universität Köln", "university cologne"],
    ["北京大学", "beijing university"],
    ["国立京都博物館", "natl kyoto museum"],
    ["한빛그룹", "hanbich grp"],
    ["杭州呢喃食品", "hangzhou nenan food"],
    ["日本呢喃学会", "japan nenan assoc"],
    ["ナノテック", "nanoteku"],
    ["The University of Cologne", "the university of cologne"],
    ["brennholz-laser.de", "brennholz laser"],
    ["Brennholz.com GmbH", "brennholz"],
    ["ООО Ромашка", "romashka"],
    ["株式会社ホシゾラ工業", "hoshizora industry"],
    ["Muster Hospital Ltd", "muster hospital"],
  ])("%s", (text, meanings) => {
    expect(
      nameForms(text)
        ?.words.map(({ meaning }) => meaning)
        .join(" "),
    ).toBe(meanings);
  });

  test.each(["n/a", "Freiberufler", "---", "", null])("%j names nobody", (text) => {
    expect(nameForms(text)).toBeNull();
  });

  test("initials with and without small words", () => {
    expect(nameForms("Institute of Applied Mathematics")?.initials).toEqual(["ioam", "iam"]);
    expect(nameForms("Wexum Bird Society")?.initials).toEqual(["wbs"]);
  });
});

test.each([
  ["hldgs", "holdings", "short"],
  ["techs", "technologies", "short"],
  ["engr", "engineering", "short"],
  ["brennhloz", "brennholz", "slip"],
  ["ecologica", "ecological", "slip"],
  ["turismo", "tourism", "akin"],
  ["luterana", "lutheran", "slip"],
  ["wexum", "brennholz", null],
  ["wx", "analytics", null],
])("%s stands for %s: %s", (a, b, kinship) => {
  expect(likenessOf(a, b)?.kinship ?? null).toBe(kinship);
});

test("chances are those of one of them or none, and rivals that agree share them", () => {
  expect(likelihoods([])).toEqual([]);
  expect(likelihoods([0])[0]).toBeCloseTo(0.5, 12);
  const [a = 0, b = 0] = likelihoods([800, 800]);
  expect([a, b]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
  expect(likelihoods([-800, -900])).toEqual([0, 0]);
});

test("weights are learned that tell right from wrong, the same each time", () => {
  const right: Signs = [
    ["whole", 1],
    ["country-same", 1],
  ];
  const wrong: Signs = [
    ["lead-share", 0.5],
    ["country-differs", 1],
  ];
  const examples = Array.from({ length: 200 }, (_, at) => ({
    candidates: at % 2 === 0 ? [wrong, right] : [wrong],
    right: at % 2 === 0 ? 1 : -1,
    count: 1,
  }));
  const weights = trainWeights(examples, usualTraining);
  expect(likelihoods([pointsOf(right, weights), pointsOf(wrong, weights)])[0]).toBeGreaterThan(0.95);
  expect(likelihoods([pointsOf(wrong, weights)])[0]).toBeLessThan(0.05);
  expect(trainWeights(examples, usualTraining)).toEqual(weights);
  expect(Object.keys(weights.signs)).toEqual([...signNames]);
});

test("a lead whose account is missing teaches strangers, but not where another account has its domain", () => {
  const named: Signs = [["whole", 1]];
  const owner: Signs = [["domain-shared", 1]];
  const example = { candidates: [named, named], right: 0, count: 1 };
  expect(withMissing([example])).toEqual([example, { candidates: [named], right: -1, count: 0.3 }]);
  const shared = { candidates: [owner, owner], right: 0, count: 1 };
  expect(withMissing([shared])).toEqual([shared]);
});

test("the measures count what they say", () => {
  const judged: Judged[] = [
    { slice: "a", right: "1", found: "1", confidence: 0.95 },
    { slice: "a", right: "2", found: "3", confidence: 0.65 },
    { slice: "a", right: "4", found: null, confidence: 0.2 },
    { slice: "b", right: null, found: null, confidence: 0 },
    { slice: "b", right: null, found: "1", confidence: 0.55 },
  ];
  expect(measure(judged)).toEqual({
    leads: 5,
    withAccount: 3,
    given: 3,
    right: 1,
    precision: 1 / 3,
    recall: 1 / 3,
    f1: expect.closeTo(1 / 3, 12),
    falseMatches: 0.5,
  });
  expect(calibrationError(judged)).toBeCloseTo((0.05 + 0.65 + 0.55) / 3, 12);
  expect(recallAtPrecision(judged, 0.99)).toBeCloseTo(1 / 3, 12);
  expect([measure([]).f1, calibrationError([]), recallAtPrecision([], 0.9)]).toEqual([0, 0, 0]);
});
