import { expect, test } from "@jest/globals";
import { repsMeant } from "../../src/engine/reps-meant.ts";

const reps = ["Markus Weber", "Ada Lovelace", "Ada King", "Bo Ek"].map((name, at) => ({ id: String(400 + at), name }));

test.each([
  ["a first name", "Markus", ' — did you mean "Markus Weber"?'],
  ["a last name, in small letters", "weber", ' — did you mean "Markus Weber"?'],
  ["a first name of two", "Ada", ' — did you mean "Ada Lovelace" or "Ada King"?'],
  ["a slip in a name", "Marcus Weber", ' — did you mean "Markus Weber"?'],
  ["a slip in a first name", "Marcus", ' — did you mean "Markus Weber"?'],
  ["nobody's name", "Zoltan", ""],
])("%s", (_what, written, told) => {
  expect(repsMeant(written, reps)).toBe(told);
});

test("of many with one name three are told", () => {
  const many = Array.from({ length: 5 }, (_, at) => ({ id: `${at}`, name: `Jo Number${at}` }));
  expect(repsMeant("Jo", many)).toBe(' — did you mean "Jo Number0" or "Jo Number1" or "Jo Number2", or another of 5?');
});
