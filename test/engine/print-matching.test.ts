import { expect, test } from "@jest/globals";
import { matchingLines } from "../../src/engine/print-matching.ts";
import { aPolicy } from "../builders.ts";

const { matching } = aPolicy();
const tieLine = (tieBreakers: typeof matching.tieBreakers) =>
  matchingLines({ ...matching, tieBreakers }).find((line) => line.startsWith("Where two accounts"));

test.each([
  ["off", "is never taken without asking a reviewer, however likely it is."],
  ["fallback", "goes like any other by how likely that makes it."],
  ["always", "is always its account, whatever company the lead names."],
] as const)("domain_only %s says what becomes of an account that has the domain alone", (domainOnly, ending) => {
  expect(matchingLines({ ...matching, domainOnly })).toContainEqual(expect.stringContaining(ending));
});

test("a conversion is told where the policy has it", () => {
  const told = (convert: boolean) => matchingLines({ ...matching, convert }).filter((line) => /converted/.test(line));
  expect([told(false), told(true)]).toEqual([[], [expect.stringContaining("into a contact of that account")]]);
});

test("tie-breakers are told in their order, and the lower id without any", () => {
  expect(tieLine(["customer", "open-opportunity"])).toMatch(
    /decides: which is a customer; which has an open deal; which has the lower id\.$/,
  );
  expect(tieLine([])).toMatch(/decides: which has the lower id\.$/);
});
