import { expect, test } from "@jest/globals";
import { rosterOf } from "../../src/engine/policy-roster.ts";
import { aRep, aShared } from "../builders.ts";

test("what a policy says of the reps is kept while policy, reps and zone stay, and of two with one id the last is meant", () => {
  const reps = [aRep({ id: "1", name: "First" }), aRep({ id: "2" }), aRep({ id: "1", name: "Last", timeZone: null })];
  const shared = { ...aShared(), reps };
  const roster = rosterOf(shared);

  expect(roster.members.map(({ at, rep }) => [at, rep.id, rep.name])).toEqual([
    [0, "1", "Last"],
    [1, "2", reps[1]?.name],
  ]);
  expect(rosterOf({ ...shared, now: "2027-01-01T00:00:00.000Z" })).toBe(roster);
  expect(rosterOf({ ...shared, reps: [...reps] })).not.toBe(roster);
  expect(rosterOf({ ...shared, policy: { ...shared.policy } })).not.toBe(roster);
  expect(rosterOf({ ...shared, timeZone: "Asia/Tokyo" })).not.toBe(roster);
});
