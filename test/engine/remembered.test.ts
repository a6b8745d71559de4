import { expect, test } from "@jest/globals";
import { remembered } from "../../src/engine/normalise/remembered.ts";

test("a short text is worked out once, a long one each time: forms are filled by anybody", () => {
  const worked: number[] = [];
  const length = remembered((text) => worked.push(text.length));
  for (const text of ["Bayern", "Bayern", "x".repeat(60_000), "x".repeat(60_000)]) length(text);
  expect(worked).toEqual([6, 60_000, 60_000]);
});
