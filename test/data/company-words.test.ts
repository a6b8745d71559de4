import { expect, test } from "@jest/globals";
import words from "../../src/data/company-words.json" with { type: "json" };
import forms from "../../src/data/legal-forms.json" with { type: "json" };
import organisationWords from "../../src/data/organisation-words.json" with { type: "json" };
import placeNames from "../../src/data/place-names.json" with { type: "json" };
import { foldedWords } from "../../src/engine/normalise/folded-words.ts";

const folded = (text: string): string => foldedWords(text).join(" ");

test("legal forms are written as they are looked up, once each", () => {
  for (const list of [forms.atEnd, forms.atStart]) {
    expect(list.filter((form) => folded(form) !== form)).toEqual([]);
    expect(new Set(list).size).toBe(list.length);
  }
});

test("what names a place or says what somebody is, is no legal form", () => {
  const never = [
    "eu",
    "uk",
    "us",
    "it",
    "de",
    "in",
    "group",
    "holding",
    "bank",
    "trust",
    "stiftung",
    "ii",
    "foundation",
    "university",
  ];
  expect(never.filter((word) => forms.atEnd.includes(word) || forms.atStart.includes(word))).toEqual([]);
  expect(
    ["gmbh", "ltd", "inc", "ag", "ооо", "株式会社", "sp z oo"].filter((form) => !forms.atEnd.includes(form)),
  ).toEqual([]);
});

test("a word has one meaning", () => {
  for (const groups of [words.weak, words.telling]) {
    const all = Object.values(groups).flat();
    expect(new Set(all).size).toBe(all.length);
  }
});

test("words and places are written as they are looked up, each with one meaning", () => {
  for (const groups of [organisationWords.entries, placeNames.entries] as Record<string, string[]>[]) {
    const all = Object.values(groups).flat();
    expect(all.filter((word) => folded(word) !== word)).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  }
});
