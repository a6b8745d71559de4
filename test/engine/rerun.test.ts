import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import { createRerun, type StoredLead } from "../../src/engine/rerun.ts";
import { createRerunLoads } from "../../src/engine/rerun-loads.ts";
import type { LeadFacts, Shared, State } from "../../src/engine/snapshot.ts";
import { aLead, aPolicy, aPool, aRep, aShared, aState, aTrigger, seededRandom, someFacts } from "../builders.ts";
import { randomWorld } from "./random-world.ts";

type Stored = { shared: Shared; state: State; leads: StoredLead[] };

/** Batches as the store has them: credits go on, and between two of them reps work some of their leads off. */
function liveBatches(seed: number, count: number): Stored[] {
  const random = seededRandom(seed);
  const { shared } = randomWorld(seed);
  let state = randomWorld(seed).state;
  return Array.from({ length: count }, (_, batch) => {
    const facts = randomWorld(seed * 1_000 + batch).leads.map((lead) => ({
      ...lead,
      lead: { ...lead.lead, id: `${batch}-${lead.lead.id}` },
    }));
    const { decisions, picks, after } = decideAll(shared, facts, state);
    const leads = facts.map((each, at): StoredLead => {
      const outcome = decisions[at]?.outcome ?? { kind: "stopped", because: "test" };
      const accountId = each.match?.account.id ?? null;
      const { leadId, tier } = decisions[at] ?? { leadId: "", tier: "T3" };
      return { leadId, tier, accountId, round: each.trigger.round, facts: each, outcome, pick: picks[at] ?? null };
    });
    const stored = { shared, state, leads };
    const load = Object.entries(after.load).map(([id, points]) => [id, Math.max(0, points - Math.floor(random() * 4))]);
    state = { ...after, load: Object.fromEntries(load) };
    return stored;
  });
}

const seeds = Array.from({ length: 150 }, (_, at) => at + 1);

test("under what they were decided by, all decisions of many batches come out as they are stored", () => {
  for (const seed of seeds) {
    const rerun = createRerun();
    for (const { shared, state, leads } of liveBatches(seed, 6)) {
      const again = rerun(shared, { state, leads }).made;
      expect(
        again.map((each) => (each.kind === "decided" ? [each.decision.outcome, each.decision.pick] : each)),
      ).toEqual(leads.map(({ outcome, pick }) => [outcome, pick]));
    }
  }
});

test("so they do when facts of some were erased: what those moved counts as it is stored", () => {
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const rerun = createRerun();
    for (const { shared, state, leads } of liveBatches(seed, 6)) {
      const given = leads.map((lead) => (random() < 0.3 ? { ...lead, facts: null } : lead));
      const again = rerun(shared, { state, leads: given }).made;
      expect(again.map((each) => (each.kind === "decided" ? each.decision.outcome : each.kind))).toEqual(
        given.map(({ facts, outcome }) => (facts === null ? "erased" : outcome)),
      );
    }
  }
});

const reps = [aRep({ id: "rep-a" }), aRep({ id: "rep-b" })];
const german = (id: string, parts: Partial<LeadFacts> = {}): LeadFacts => someFacts({ lead: aLead({ id }), ...parts });
const storedAs = (facts: LeadFacts, repId: string): StoredLead => ({
  leadId: facts.lead.id,
  accountId: facts.match?.account.id ?? null,
  tier: "T3",
  round: facts.trigger.round,
  facts,
  outcome: { kind: "assigned", repId, stage: "pick", poolId: "dach" },
  pick: null,
});
const away = [{ startAt: "2026-11-01T00:00:00Z", endAt: "2026-12-01T00:00:00Z" }];
const withoutA = aShared({ reps: [aRep({ id: "rep-a", absences: away }), aRep({ id: "rep-b" })] });

test("a reassignment of a lead that somebody else would have had is left out, and its lead stays where it is", () => {
  const rerun = createRerun();
  rerun(withoutA, { state: aState(), leads: [storedAs(german("1"), "rep-a")] });
  const lapsed = german("1", {
    lead: aLead({ id: "1", ownerId: "rep-a" }),
    trigger: aTrigger({ round: 1, cause: "breached", breachedBy: ["rep-a"] }),
  });
  const again = rerun(withoutA, { state: aState({ load: { "rep-a": 1 } }), leads: [storedAs(lapsed, "rep-b")] });

  expect(again.made).toEqual([{ kind: "moot" }]);
});

test("credits go on from batch to batch under a new policy, whatever was stored", () => {
  const rerun = createRerun();
  const shared = aShared({ reps });
  const owners = ["1", "2", "3", "4"].map((id) => {
    const [made] = rerun(shared, { state: aState(), leads: [storedAs(german(id), "rep-a")] }).made;
    return made?.kind === "decided" && made.decision.outcome.kind === "assigned" ? made.decision.outcome.repId : null;
  });

  expect(owners.filter((owner) => owner === "rep-a")).toHaveLength(2);
});

test("a lead that went elsewhere loads whom the rerun gave it to, until the store says that it ended", () => {
  const loads = createRerunLoads();

  expect(loads.at({ "rep-a": 3, "rep-b": 1 })).toEqual({ "rep-a": 3, "rep-b": 1 });
  loads.given({ leadId: "1", stored: "rep-a", to: "rep-b", before: null });
  expect(loads.at({ "rep-a": 4, "rep-b": 1 })).toEqual({ "rep-a": 3, "rep-b": 2 });
  // The three that were there before end first.
  expect(loads.at({ "rep-a": 1, "rep-b": 1 })).toEqual({ "rep-a": 0, "rep-b": 2 });
  expect(loads.at({ "rep-a": 0, "rep-b": 1 })).toEqual({ "rep-a": 0, "rep-b": 1 });
});

test("a lead that the store gave to nobody ends with the older leads of whom the rerun gave it to", () => {
  const loads = createRerunLoads();
  loads.at({ "rep-b": 2 });
  loads.given({ leadId: "1", stored: null, to: "rep-b", before: null });
  loads.given({ leadId: "2", stored: "rep-b", to: "rep-b", before: null });

  expect(loads.at({ "rep-b": 3 })).toEqual({ "rep-b": 4 });
  expect(loads.at({ "rep-b": 1 })).toEqual({ "rep-b": 2 });
  expect(loads.at({ "rep-b": 0 })).toEqual({ "rep-b": 0 });
});

test("who had a reassigned lead by the store has it no more", () => {
  const loads = createRerunLoads();
  loads.given({ leadId: "1", stored: "rep-a", to: "rep-b", before: null });
  expect(loads.at({ "rep-a": 1 })).toEqual({ "rep-a": 0, "rep-b": 1 });
  loads.given({ leadId: "1", stored: "rep-c", to: "rep-b", before: "rep-a" });

  expect(loads.at({ "rep-a": 0, "rep-c": 1 })).toEqual({ "rep-a": 0, "rep-c": 0, "rep-b": 1 });
  expect(loads.holderOf("1")).toBe("rep-b");
  expect(loads.at({ "rep-a": 0, "rep-c": 0 })).toEqual({ "rep-a": 0, "rep-c": 0 });
  expect(loads.holderOf("1")).toBeUndefined();
});

test("credits and who left go on from batch to batch as the rerun has them", () => {
  const policy = aPolicy({
    stages: [],
    pools: [aPool({ name: "all", teams: ["*"], strategy: "round_robin" })],
    waterfall: [{ name: "all", isList: false, wait: null, reviewer: null }],
  });
  const sharedOf = (...ids: string[]) => aShared({ policy, reps: ids.map((id) => aRep({ id })) });
  const batch = (id: string) => {
    const facts = someFacts({ lead: aLead({ id, fields: { score: "50" } }) });
    const outcome = { kind: "assigned", repId: "a", stage: "waterfall", poolId: "all" } as const;
    const lead: StoredLead = { leadId: id, tier: "T3", accountId: null, round: 0, facts, outcome, pick: null };
    return { state: aState({ credits: { all: { a: 0.6, b: -0.3, c: -0.3 } } }), leads: [lead] };
  };
  const rerun = createRerun();
  const first = batch("1");
  const owedToC = { ...first, state: aState({ credits: { all: { a: -0.3, b: -0.3, c: 0.6 } } }) };
  rerun(sharedOf("a", "b"), owedToC);
  expect(rerun(sharedOf("a", "b", "c"), batch("2")).made).toMatchObject([{ decision: { outcome: { repId: "c" } } }]);
});
