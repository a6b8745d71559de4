import { describe, expect, test } from "@jest/globals";
import { compareNames, isNearName, nameInitials, personName } from "../../../src/engine/duplicates/person-name.ts";

type Written = readonly [first: string | null, last: string | null];
const nameOf = ([first, last]: Written) => personName(first, last) ?? { first: "", last: "" };

const near: [string, Written, Written][] = [
  ["the same", ["Jana", "Muster"], ["Jana", "Muster"]],
  ["capitals, accents and blanks", ["JANA ", "Mústér"], ["jana", "muster"]],
  ["umlauts spelled out", ["Jörg", "Müller-Weiß"], ["Joerg", "Mueller Weiss"]],
  ["Scandinavian and Polish letters", ["Søren", "Wałęsa"], ["Soren", "Walesa"]],
  ["a title", ["Dr. Jana", "Muster"], ["Jana", "Muster"]],
  ["a second first name", ["Jana Maria", "Muster"], ["Jana", "Muster"]],
  ["the whole name in one field", ["Jana Muster", null], ["Jana", "Muster"]],
  ["last name first, with a comma", [null, "Muster, Jana"], ["Jana", "Muster"]],
  ["the two fields changed places", ["Muster", "Jana"], ["Jana", "Muster"]],
  ["a particle of the last name", ["Jan", "van der Berg"], ["Jan", "Vanderberg"]],
  ["a letter missing in the last name", ["Jana", "Musterman"], ["Jana", "Mustermann"]],
  ["another letter in the last name", ["Anna", "Meier"], ["Anna", "Meyer"]],
  ["two letters of the first name changed places", ["Micheal", "Scott"], ["Michael", "Scott"]],
];

const different: [string, Written, Written][] = [
  ["another first name, one letter off", ["Maria", "Muster"], ["Mario", "Muster"]],
  ["a longer first name", ["Martin", "Schmidt"], ["Martina", "Schmidt"]],
  ["short last names, one letter off", ["Anna", "Hahn"], ["Anna", "Kahn"]],
  ["two slips", ["Micheal", "Meier"], ["Michael", "Meyer"]],
  ["two letters off", ["Anna", "Meier"], ["Anna", "Mayer"]],
  ["figures are no slip", ["Test", "Person 12"], ["Test", "Person 13"]],
  ["a nickname", ["Bob", "Miller"], ["Robert", "Miller"]],
  ["an initial is no name", ["J.", "Muster"], ["Jana", "Muster"]],
  ["only last names", [null, "Muster"], [null, "Muster"]],
  ["nobody", [null, null], ["", " "]],
];

describe("near-same names", () => {
  test.each(near)("%s: one person, who can be looked up by the initials", (_what, one, other) => {
    expect(isNearName(nameOf(one), nameOf(other))).toBe(true);
    expect(isNearName(nameOf(other), nameOf(one))).toBe(true);
    expect(nameInitials(nameOf(one))).toBe(nameInitials(nameOf(other)));
  });

  test.each(different)("%s: not near the same", (_what, one, other) => {
    expect(isNearName(nameOf(one), nameOf(other))).toBe(false);
    expect(isNearName(nameOf(other), nameOf(one))).toBe(false);
  });
});

const compared: ["agree" | "differ" | "unknown", Written, Written][] = [
  ["agree", ["J.", "Muster"], ["Jana", "Muster"]],
  ["agree", [null, "Muster"], ["Jana", "Muster"]],
  ["agree", ["Jana", "Muster"], ["Jana", "Mustre"]],
  ["differ", ["Jana", "Muster"], ["Karl", "Muster"]],
  ["differ", ["Jana", "Muster"], ["Jana", "Weber"]],
  ["differ", ["K.", "Muster"], ["Jana", "Muster"]],
  ["unknown", [null, null], ["Jana", "Muster"]],
];

test("a first name alone is no last name", () => {
  expect(personName("Jana", "")).toEqual({ first: "jana", last: "" });
  expect(personName("", "Muster, Jana")).toEqual({ first: "jana", last: "muster" });
});

test.each(compared)("names %s: %p and %p", (answer, one, other) => {
  expect(compareNames(personName(...one), personName(...other))).toBe(answer);
});
