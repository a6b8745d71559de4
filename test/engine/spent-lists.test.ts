import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { HeldBy } from "../../src/engine/snapshot.ts";
import { aLead, aPolicy, aPool, aRep, aShared, aState, aTrigger, fridayMorning, someFacts } from "../builders.ts";

const aDay = (days: number): string => new Date(Date.parse(fridayMorning) + days * 86_400_000).toISOString();
const groupsOf = (...pools: string[]) => pools.map((pool) => ({ pool, weight: 1 }));
const list = aPool({ name: "list", reps: ["a"], strategy: "claim" });

type Given = { pools: Policy["pools"]; waits: readonly HeldBy[]; away?: string };

/** What becomes of ten leads that come to the pool `dach` again. */
function decideAgain({ pools, waits, away = "" }: Given) {
  const shipped = aPolicy();
  const territory = { name: "dach", countries: ["DE"], states: [], postalCodes: [], accounts: [], pool: "dach" };
  const territories = [{ ...territory, teamPool: null, also: { teams: [], reps: [] } }];
  const general = aPool({ name: "general", reps: ["z"] });
  const caps = { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null };
  const policy = aPolicy({
    stages: ["territory"],
    territories,
    pools: [...pools, general],
    waterfall: [{ name: "general", isList: false, wait: null, reviewer: null }],
    repDefaults: { ...shipped.repDefaults, caps },
    followTheSun: null,
  });
  const absences = [{ startAt: fridayMorning, endAt: aDay(7) }];
  const reps = ["a", "b", "c", "z"].map((id) => aRep({ id, absences: away.includes(id) ? absences : [] }));
  const leads = Array.from({ length: 10 }, (_, at) =>
    someFacts({
      lead: aLead({ id: `${at}`, fields: { country: "DE", score: "50" } }),
      trigger: aTrigger({ round: 1, cause: "waited", owners: 0, waits }),
    }),
  );
  const { decisions, picks } = decideAll(aShared({ policy, reps }), leads, aState());
  return {
    outcomes: new Set(decisions.map(({ outcome }) => (outcome.kind === "assigned" ? outcome.repId : outcome.kind))),
    picks,
  };
}

test("a group in which only a list whose time is over has somebody leaves its turn to the other groups", () => {
  const pools = [
    list,
    aPool({ name: "team", reps: ["b"] }),
    aPool({ name: "mixed", groups: groupsOf("list", "team"), strategy: "round_robin" }),
    aPool({ name: "others", reps: ["c"] }),
    aPool({ name: "dach", groups: groupsOf("mixed", "others"), strategy: "round_robin" }),
  ];
  const { outcomes } = decideAgain({ pools, waits: [{ level: "list", until: aDay(-1) }], away: "b" });
  expect(outcomes).toEqual(new Set(["c"]));
});

test("a list over several pools holds a lead, and its time runs out, as that of any other list", () => {
  const pools = [
    aPool({ name: "north", reps: ["a"] }),
    aPool({ name: "south", reps: ["b"] }),
    aPool({ name: "list", groups: groupsOf("north", "south"), strategy: "claim" }),
    aPool({ name: "others", reps: ["c"] }),
    aPool({ name: "dach", groups: groupsOf("list", "others"), strategy: "round_robin" }),
  ];
  expect(decideAgain({ pools, waits: [{ level: "list", until: aDay(-1) }] }).outcomes).toEqual(new Set(["c"]));
  const held = decideAgain({ pools, waits: [{ level: "list", until: aDay(1) }] });
  expect(held.outcomes).toEqual(new Set(["queued"]));
  expect(held.picks.filter((pick) => pick !== null)).toEqual([]);
});
