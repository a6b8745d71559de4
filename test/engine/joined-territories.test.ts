import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import { joinBases } from "../../src/engine/join-bases.ts";
import type { Policy, Territory } from "../../src/engine/policy.ts";
import { prepare } from "../../src/engine/prepare.ts";
import { aLead, aPolicy, aPool, aRep, aShared, aState, fridayMorning, someFacts } from "../builders.ts";

const aTerritory = (name: string, countries: readonly string[], parts: Partial<Territory>): Territory => ({
  name,
  countries,
  states: [],
  postalCodes: [],
  accounts: [],
  pool: name,
  teamPool: null,
  also: { teams: [], reps: [] },
  ...parts,
});
const aFlatPool = (name: string, ...reps: string[]) => aPool({ name, reps, strategy: "round_robin" });
const germany = aTerritory("germany", ["DE"], {});
const europe = aTerritory("europe", ["DE", "FR"], {});

type Given = { territories: readonly Territory[]; pools: Policy["pools"]; countries: readonly string[]; away?: string };

/** Decides a batch of one lead for each country, by the turn alone. */
function decideFor({ territories, pools, countries, away = "" }: Given) {
  const shipped = aPolicy();
  const caps = { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null };
  const repDefaults = { ...shipped.repDefaults, caps, capacity: 1000 };
  const policy = aPolicy({ stages: ["territory"], territories, pools, repDefaults, segments: [], followTheSun: null });
  const absences = [{ startAt: fridayMorning, endAt: "2026-11-27T00:00:00Z" }];
  const reps = ["a", "b", "c", "d", "e"].map((id) => aRep({ id, absences: away.includes(id) ? absences : [] }));
  const leads = countries.map((country, at) =>
    someFacts({ lead: aLead({ id: `${at}`, fields: { country, score: "50" } }) }),
  );
  return decideAll(aShared({ policy, reps }), leads, aState());
}

const gotBy = ({ decisions }: ReturnType<typeof decideFor>, repId: string): number =>
  decisions.filter(({ outcome }) => outcome.kind === "assigned" && outcome.repId === repId).length;

const times = (count: number, ...countries: string[]) => Array.from({ length: count }, () => countries).flat();

test("leads that two territories cover equally are spread over the members of both, others over their own", () => {
  const pools = [aFlatPool("germany", "a", "b"), aFlatPool("europe", "b", "c", "d")];
  const decided = decideFor({ territories: [germany, europe], pools, countries: times(40, "DE", "FR", "FR", "FR") });
  expect(["a", "b", "c", "d"].map((repId) => gotBy(decided, repId))).toEqual([10, 50, 50, 50]);
  for (const [pool, members] of [
    ["germany", ["a", "b", "c", "d"]],
    ["europe", ["b", "c", "d"]],
  ] as const) {
    const credits = decided.after.credits[pool] ?? {};
    expect(Object.keys(credits)).toEqual(members);
    expect(Object.values(credits).reduce((sum, credit) => sum + credit, 0)).toBeCloseTo(0, 9);
    expect(Math.max(...Object.values(credits).map(Math.abs))).toBeLessThan(1);
  }
});

test("three that cover it equally: none is left out", () => {
  const third = aTerritory("third", ["DE"], {});
  const pools = [aFlatPool("germany", "a"), aFlatPool("europe", "b"), aFlatPool("third", "c", "d")];
  const decided = decideFor({ territories: [germany, europe, third], pools, countries: times(40, "DE") });
  expect(["a", "b", "c", "d"].map((repId) => gotBy(decided, repId))).toEqual([10, 10, 10, 10]);
});

test("a pool of pools is joined by one group more", () => {
  const inner = [aFlatPool("north", "a"), aFlatPool("south", "b")];
  const groups = inner.map(({ name }) => ({ pool: name, weight: 1 }));
  const pools = [...inner, aPool({ name: "germany", groups, strategy: "round_robin" }), aFlatPool("europe", "c", "d")];
  const decided = decideFor({ territories: [germany, europe], pools, countries: times(30, "DE") });
  expect(["a", "b", "c", "d"].map((repId) => gotBy(decided, repId))).toEqual([10, 10, 5, 5]);
  expect(Object.keys(decided.after.credits.germany ?? {})).toEqual(["north", "south", "europe"]);
});

test("who sells besides in a group of a pool of pools takes part in that group", () => {
  const inner = [aFlatPool("north", "a"), aFlatPool("south", "b")];
  const groups = inner.map(({ name }) => ({ pool: name, weight: 1 }));
  const pools = [...inner, aPool({ name: "germany", groups, strategy: "round_robin" })];
  const territories = [germany, { ...europe, pool: "south", also: { teams: [], reps: ["e"] } }];
  const decided = decideFor({ territories, pools, countries: times(40, "DE") });
  expect(["a", "b", "e"].map((repId) => gotBy(decided, repId))).toEqual([20, 10, 10]);
  expect(gotBy(decideFor({ territories, pools, countries: ["DE"], away: "ab" }), "e")).toBe(1);
});

test("the pools of both are joined once a batch, not for each of its leads", () => {
  const everybody = ["a", "b", "c", "d", "e"];
  const pools = [aFlatPool("germany", "a"), aFlatPool("europe", ...everybody)];
  const policy = aPolicy({ territories: [germany, europe], pools });
  const { bases } = prepare(aShared({ policy, reps: everybody.map((id) => aRep({ id })) }));
  const [first, other] = ["germany", "europe"].map((name) => bases.get(name));
  if (first === undefined || other === undefined) throw new Error("no bases");
  expect(joinBases(first, [other])).toBe(joinBases(first, [other]));
  expect(joinBases(first, [])).not.toBe(joinBases(first, [other]));
  expect(joinBases(first, [other]).pool.members).toHaveLength(5);
});

test("when nobody of the pools can, the teams of all of them take part", () => {
  const territories = [germany, { ...europe, teamPool: "team" }];
  const pools = [aFlatPool("germany", "a"), aFlatPool("europe", "b"), aFlatPool("team", "e")];
  const decided = decideFor({ territories, pools, countries: ["DE"], away: "ab" });
  expect(decided.decisions[0]?.outcome).toMatchObject({
    kind: "assigned",
    repId: "e",
    stage: "waterfall",
    poolId: "team",
  });
});

test("one pool for both is that pool, and its specialists of either territory take part", () => {
  const also = (...reps: string[]) => ({ teams: [], reps });
  const territories = [
    { ...germany, pool: "one", also: also("c") },
    { ...europe, pool: "one", also: also("d") },
  ];
  const pools = [aFlatPool("one", "a", "b")];
  const decided = decideFor({ territories, pools, countries: times(40, "DE") });
  expect(["a", "b", "c", "d"].map((repId) => gotBy(decided, repId))).toEqual([10, 10, 10, 10]);
});
