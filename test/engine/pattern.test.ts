import { expect, test } from "@jest/globals";
import { patternOf, patternProblem } from "../../src/engine/pattern.ts";
import { patternKilobytes } from "../../src/engine/pattern-size.ts";

test("more patterns than there is room for are answered all the same, the first of them once more", () => {
  // 1.7 MB each, of 16 for all that the process has.
  const patterns = Array.from({ length: 12 }, (_, at) => `^x${at}\\p{L}{1,30}$`);
  for (const [at, text] of [...patterns, ...patterns].entries())
    expect([patternOf(text).test(`x${at % 12}abc`), patternOf(text).test("x99")]).toEqual([true, false]);
});

test.each([
  "\\p{L}{1,100}",
  "(\\p{L}{1,100}|\\w{1,99})0{1,9}",
  "(?:\\p{L}{1,30} ){1,10}",
  "[\\p{L}]{1,90}",
  "(a{100}){100}",
])("%s would take the room of all others, and is refused before it is compiled", (text) => {
  expect(patternProblem(text)).toMatch(/too large/);
  expect(patternProblem("^abc$")).toBeNull();
});

test.each(["((((", "a)b)c", "[", "\\", "[]a]{3}", "a{", "\\p", "\\p{", "(?i)a", "", ")"])("%j has a size", (text) => {
  expect(patternKilobytes(text)).toBeGreaterThan(0);
});
