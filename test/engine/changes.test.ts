import { expect, test } from "@jest/globals";
import { applyChanges, type Changes, changeProblems, noChanges } from "../../src/engine/changes.ts";
import { decide } from "../../src/engine/decide.ts";
import { Invalid } from "../../src/engine/invalid.ts";
import { readRoster } from "../../src/engine/lint/read-roster.ts";
import { parseChanges } from "../../src/engine/parse-changes.ts";
import { aLead, aPolicy, aRep, aShared, aState, fridayMorning, someFacts, someReps } from "../builders.ts";
import { shippedPolicy } from "../golden/read-directory.ts";

const changed = (changes: Partial<Changes>) => applyChanges(aShared(), { ...noChanges, ...changes });
const ownerOf = (shared: ReturnType<typeof aShared>, country = "Germany") =>
  decide(shared, someFacts({ lead: aLead({ fields: { country } }) }), aState()).decision.outcome;

test("no changes change nothing", () => {
  const shared = aShared();

  expect(applyChanges(shared, noChanges)).toEqual(shared);
});

test("who is left out is as if gone: nobody gives them a lead, by id or by name", () => {
  const shared = changed({ without: ["rep-a", "Name of rep-b"] });

  expect(shared.reps.filter(({ active }) => !active).map(({ id }) => id)).toEqual(["rep-a", "rep-b"]);
  expect(ownerOf(shared)).toMatchObject({ repId: "rep-c" });
});

test("a new rep is in the pools of their team, beside all others by id", () => {
  const { reps } = changed({ add: [{ name: "Nina", team: "DACH Sales" }] });

  expect(reps.map(({ id }) => id)).toEqual(["new: Nina", ...someReps().map(({ id }) => id)]);
  expect(
    ownerOf(changed({ add: [{ name: "Nina", team: "DACH Sales" }], without: ["rep-a", "rep-b", "rep-c"] })),
  ).toMatchObject({ repId: "new: Nina", poolId: "dach" });
});

test("a weight replaces the rep's own and nothing else of their settings", () => {
  const { policy } = changed({ weights: [{ rep: "Name of rep-a", weight: 2 }] });

  expect(policy.reps["rep-a"]).toEqual({ ...aShared().policy.repDefaults, weight: 2 });
});

test("who is away is so from the first to the last day, in their own zone", () => {
  const away = [{ rep: "rep-a", from: "2026-11-16", to: "2026-11-19" }];
  const [rep] = changed({ away }).reps;

  expect(rep?.absences).toEqual([{ startAt: "2026-11-15T23:00:00.000Z", endAt: "2026-11-19T23:00:00.000Z" }]);
  expect(ownerOf(changed({ away, without: ["rep-b", "rep-c"] }))).toMatchObject({ repId: "rep-a" });
  const until = [{ rep: "rep-a", from: "2026-11-16", to: fridayMorning.slice(0, 10) }];
  expect(ownerOf(changed({ away: until, without: ["rep-b", "rep-c"] }))).not.toMatchObject({ repId: "rep-a" });
});

test("a country goes from its territory to another", () => {
  const shared = changed({ move: [{ country: "Austria", territory: "rest-of-world" }] });

  expect(ownerOf(shared, "Austria")).toMatchObject({ repId: "rep-g", poolId: "general" });
  expect(ownerOf(shared, "Germany")).toMatchObject({ poolId: "dach" });
});

test("a rep who is not there at that time is left out in silence: they came later or left earlier", () => {
  const shared = aShared({ reps: [aRep({ id: "rep-b" })] });

  expect(
    applyChanges(shared, { ...noChanges, without: ["rep-a"], weights: [{ rep: "rep-a", weight: 2 }] }).reps,
  ).toEqual(shared.reps);
});

test("what means nothing is said all at once, with what may have been meant", () => {
  const problems = changeProblems(
    {
      without: ["rep-ab"],
      weights: [{ rep: "rep-a", weight: 0 }],
      add: [
        { name: "rep-a", team: "DACH Sales" },
        { name: "Nina", team: "DACH Slaes" },
      ],
      away: [{ rep: "rep-a", from: "2026-12-01", to: "2026-11-01" }],
      move: [{ country: "Atlantis", territory: "dahc" }],
    },
    aShared(),
  );

  expect(problems).toEqual([
    expect.stringMatching(/^There is no rep "rep-ab" — did you mean "rep-[a-s]"\?$/),
    '"rep-a" is a rep already: a new one needs another name.',
    '"Nina" is to be in "DACH Slaes", a team of no pool and no rep — did you mean "DACH Sales"?',
    'The weight of "rep-a" must be more than 0 and at most 100, not 0.',
    '"rep-a" is to be away from 2026-12-01 to 2026-11-01: give two dates such as 2026-11-02..2026-11-13.',
    '"Atlantis" is no country: give its two-letter code.',
    'The policy has no territory "dahc" — did you mean "dach"?',
  ]);
});

test("a file of changes, and everything that is wrong with one", () => {
  expect(
    parseChanges("without: [4711]\nweights: { Ada: 2 }\nadd: [{ name: Nina, team: SDR }]\nmove: { NL: dach }\n", "f"),
  ).toEqual({
    without: ["4711"],
    weights: [{ rep: "Ada", weight: 2 }],
    add: [{ name: "Nina", team: "SDR" }],
    away: [],
    move: [{ country: "NL", territory: "dach" }],
  });
  const broken = () => parseChanges("wihtout: [a]\nweights: { Ada: two }\n", "changes.yaml");
  expect(broken).toThrow(Invalid);
  expect(broken).toThrow(/changes\.yaml:1:1: wihtout: is not known — did you mean "without"\?/);
  expect(broken).toThrow(/changes\.yaml:2:\d+: weights\.Ada: /);
});

test("a policy given for a file of changes is told apart from one", () => {
  const given = () => parseChanges(shippedPolicy("default.yaml"), "default.yaml");
  expect(given).toThrow(
    /^default\.yaml has 1 problem:\n {2}default\.yaml:\d+:1: this is a policy; a file of changes has/,
  );
});

test("a policy given for a roster is told apart from one", () => {
  const given = () => readRoster(shippedPolicy("default.yaml"), aPolicy(), "default.yaml");
  expect(given).toThrow(
    /^default\.yaml has 1 problem:\n {2}default\.yaml:\d+:1: this is a policy; a roster lists the reps/,
  );
});
