import { expect, test } from "@jest/globals";
import { loadPublicHolidays } from "../../src/data/public-holidays.ts";
import { prepare } from "../../src/engine/prepare.ts";
import { sharedFacts } from "../../src/pipeline/contexts.ts";
import type { Link } from "../../src/pipeline/workspace.ts";
import { aPolicy, aRep } from "../builders.ts";

const policy = aPolicy({
  reps: { "rep-m": { ...aPolicy().repDefaults, holidayRegion: "DE-BY" } },
});
const reps = [
  aRep({ id: "rep-b", timeZone: null }),
  aRep({ id: "rep-k", timeZone: "Asia/Calcutta" }),
  aRep({ id: "rep-m" }),
];

/** The part of a link that the facts come from. */
const link = { roster: { reps, stages: [] }, connection: { timeZone: "Europe/Berlin" } } as unknown as Link;

const sharedAt = (now: string) =>
  sharedFacts({ publicHolidays: loadPublicHolidays() }, link, { policy, version: 1 }, new Date(now));

test("the facts have the public holidays of this year and the next, of where the reps are", () => {
  const { holidays = {} } = sharedAt("2026-12-30T09:00:00Z");

  expect(Object.keys(holidays)).toEqual(["DE", "DE-BY", "IN"]);
  expect(holidays.DE).toEqual(expect.arrayContaining(["2026-12-25", "2027-01-01"]));
});

test("who is on shift follows from them", () => {
  const presence = (now: string) =>
    [...prepare(sharedAt(now)).reps.values()].map(({ rep, presence }) => `${rep.id} ${presence}`);

  expect(presence("2026-06-04T09:00:00Z")).toEqual(["rep-b here", "rep-k here", "rep-m off-shift"]);
  expect(presence("2026-01-26T10:00:00Z")).toEqual(["rep-b here", "rep-k off-shift", "rep-m here"]);
});
