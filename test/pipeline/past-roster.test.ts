import { expect, test } from "@jest/globals";
import { noChanges } from "../../src/engine/changes.ts";
import type { Past } from "../../src/model/past.ts";
import type { Rep } from "../../src/model/rep.ts";
import { createPastShared } from "../../src/pipeline/past-roster.ts";
import { aPolicy, aRep } from "../builders.ts";
import { aConnection } from "../store/records.ts";

// Who there was at a moment, and when they worked.

const week = { startAt: "2026-10-12T00:00:00.000Z", endAt: "2026-10-17T00:00:00.000Z" };

/** rep-b entered a week off on 1 October and took it out on 13 October; rep-a was there all along. */
const reps: readonly Past<Rep>[] = [
  {
    doubts: [],
    versions: [
      { since: "2026-10-13T09:00:00.000Z", value: aRep({ id: "rep-b" }) },
      { since: "2026-10-01T09:00:00.000Z", value: aRep({ id: "rep-b", absences: [week] }) },
      { since: "", value: aRep({ id: "rep-b" }) },
    ],
  },
  { doubts: [], versions: [{ since: "", value: aRep({ id: "rep-a" }) }] },
];

const sharedWith = (changes = noChanges) =>
  createPastShared({
    deps: { publicHolidays: (region, year) => [`${year}-01-01 of ${region}`] },
    connection: aConnection(),
    reps,
    stages: ["lead"],
    published: { policy: aPolicy(), version: 3 },
    changes,
  });

test("reps are as they were at each moment, in the order of their ids", () => {
  const sharedAt = sharedWith();
  const awayAt = (at: string) => sharedAt(at).reps.map(({ id, absences }) => [id, absences.length]);

  expect(awayAt("2026-09-30T09:00:00.000Z")).toEqual([
    ["rep-a", 0],
    ["rep-b", 0],
  ]);
  expect(awayAt("2026-10-01T09:00:00.000Z")).toEqual([
    ["rep-a", 0],
    ["rep-b", 1],
  ]);
  expect(awayAt("2026-10-12T09:00:00.000Z")).toEqual([
    ["rep-a", 0],
    ["rep-b", 1],
  ]);
  expect(awayAt("2026-10-13T10:00:00.000Z")).toEqual([
    ["rep-a", 0],
    ["rep-b", 0],
  ]);
});

test("each moment is its own now, and holidays are those of its year and the next", () => {
  const sharedAt = sharedWith();

  expect(sharedAt("2025-12-30T09:00:00.000Z")).toMatchObject({
    now: "2025-12-30T09:00:00.000Z",
    policyVersion: 3,
    holidays: { DE: ["2025-01-01 of DE", "2026-01-01 of DE"] },
  });
  expect(sharedAt("2026-01-02T09:00:00.000Z")).toMatchObject({
    now: "2026-01-02T09:00:00.000Z",
    holidays: { DE: ["2026-01-01 of DE", "2027-01-01 of DE"] },
  });
});

test("what-ifs hold for the whole time", () => {
  const sharedAt = sharedWith({ ...noChanges, without: ["rep-a"] });
  const activeAt = (at: string) => sharedAt(at).reps.flatMap(({ id, active }) => (active ? [id] : []));

  expect(activeAt("2026-09-30T09:00:00.000Z")).toEqual(["rep-b"]);
  expect(activeAt("2026-10-13T10:00:00.000Z")).toEqual(["rep-b"]);
});
