import { expect, test } from "@jest/globals";
import { tallyDays, tallyLines, verdictOf } from "../../src/engine/shadow-tally.ts";

const decidedAt = "2026-11-17T14:00:00.000Z";
const beside = (repId: string | null, ownerId: string | null, looked = true) => ({ decidedAt, repId, ownerId, looked });

test.each([
  ["the same rep", beside("a", "a", false), "agreed"],
  ["another one", beside("a", "b", false), "differed"],
  ["one whom Baton would have given to nobody", beside(null, "b"), "differed"],
  ["nobody, of a lead that Baton gives to somebody", beside("a", null), "open"],
  ["nobody so far, of one that Baton gives to nobody", beside(null, null, false), "open"],
  ["nobody after a day, of one that Baton gives to nobody", beside(null, null), "agreed"],
] as const)("the CRM has %s", (_what, given, verdict) => {
  expect(verdictOf(given)).toBe(verdict);
});

test("days are those of the account's zone, and the share is of what can be compared", () => {
  const late = { ...beside("a", "a"), decidedAt: "2026-11-17T23:30:00.000Z" };
  const days = tallyDays([late, beside("a", "b"), beside("a", "a"), beside("a", null)], "Europe/Berlin");

  expect(days).toEqual([
    { day: "2026-11-17", decided: 3, agreed: 1, differed: 1, open: 1 },
    { day: "2026-11-18", decided: 1, agreed: 1, differed: 0, open: 0 },
  ]);
  expect(tallyLines(days).at(-1)).toBe("Of 3 that can be compared, 2 agree (66.7 %).");
  expect(tallyLines([]).at(-1)).toBe("Of 0 that can be compared, 0 agree.");
});
