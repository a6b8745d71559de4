import { expect, test } from "@jest/globals";
import { remembered } from "../../src/engine/normalise/remembered.ts";

test("a short text is worked out once, a long one each time: forms are filled by anybody", () => {
  const worked: number[] = [];
  const length = remembered((text) => worked.push(text.length));
  for (const text of ["Bayern", "Bayern", "x".repeat(60_000), "x".repeat(60_000)]) length(text);
  expect(worked).toEqual([6, 60_000, 60_000]);
});

test("of any number of texts each gives what is its own", () => {
  const reversed = remembered((text) => [...text].reverse().join(""));
  const texts = Array.from({ length: 30_000 }, (_, at) => `town${at % 15_000}`);
  expect(texts.every((text) => reversed(text) === [...text].reverse().join(""))).toBe(true);
});
