import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { editsBetween } from "../../../src/engine/match/edits.ts";
import { createKeyTable } from "../../../src/engine/match/key-table.ts";
import {
  calibrationError,
  type Judged,
  measure,
  recallAtPrecision,
} from "../../../src/engine/match/measure-matches.ts";
import { nameForms } from "../../../src/engine/match/name-forms.ts";
import { acronymsOf } from "../../../src/engine/match/name-keys.ts";
import { type Signs, signNames } from "../../../src/engine/match/signs.ts";
import { trainWeights, usualTraining } from "../../../src/engine/match/train.ts";
import { createVocabulary } from "../../../src/engine/match/vocabulary.ts";
import { likelihoods, pointsOf } from "../../../src/engine/match/weights.ts";
import { likenessOf } from "../../../src/engine/match/word-likeness.ts";

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
  const table = createKeyTable();
  for (let account = 0; account < 5_000; account += 1) table.add(`k${account % 700}`, account);
  const keys = table.build();
  const bearers = (key: string): number[] => {
    const found: number[] = [];
    keys.each(key, (account) => found.push(account));
    return found;
  };
  expect(bearers("k3")).toEqual([3, 703, 1403, 2103, 2803, 3503, 4203, 4903]);
  expect(bearers("k700")).toEqual([]);
  expect(createKeyTable().build().bytes).toBeGreaterThan(0);
});

test("what was meant by a slip is found: one letter of short words, two of long ones", () => {
  const builder = createVocabulary();
  for (const text of ["lasertechnik", "kestrel", "oak"]) builder.add({ text, meaning: text });
  const vocabulary = builder.build();
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
    ["Universität Köln", "university koln"],
    ["The University of Cologne", "the university of cologne"],
    ["brennholz-laser.de", "brennholz laser"],
    ["Brennholz.com GmbH", "brennholz"],
    ["ООО Ромашка", "romashka"],
    ["株式会社ホシゾラ工業", "hoshisora gongye"],
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
    const forms = nameForms("Institute of Applied Mathematics");
    expect(forms && acronymsOf(forms)).toEqual(["ioam", "iam"]);
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
