import { describe, expect, test } from "@jest/globals";
import { evaluate } from "../../src/engine/conditions.ts";
import { decide, decideAll } from "../../src/engine/decide.ts";
import type { Decision, LedgerPick, Step } from "../../src/engine/decision.ts";
import { explain } from "../../src/engine/explain.ts";
import { afterWait, ownersBefore } from "../../src/engine/next-turn.ts";
import { prepare } from "../../src/engine/prepare.ts";
import { meaningOf } from "../../src/engine/reasons.ts";
import { repCalendar } from "../../src/engine/rep-settings.ts";
import type { LeadFacts, State } from "../../src/engine/snapshot.ts";
import { isAbsent } from "../../src/engine/working-hours.ts";
import { aRep } from "../builders.ts";
import { type RandomWorld, randomWorld } from "./random-world.ts";

const seeds = Array.from({ length: 2000 }, (_, at) => at + 1);

/** Made once for all laws, and frozen: no law can change what the next one sees. */
const worldOf = remembered(new Map<number, RandomWorld>(), (seed) => deepFreeze(randomWorld(seed)));

const answer = remembered(new WeakMap<RandomWorld, ReturnType<typeof decideAll>>(), ({ shared, leads, state }) =>
  decideAll(shared, leads, state),
);

function remembered<Key, Value>(
  known: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  make: (key: Key) => Value,
): (key: Key) => Value {
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** What breaks a law, over all seeds; at most ten, so that a failure can be read. */
function violations(law: (world: RandomWorld) => readonly string[]): string[] {
  return seeds.flatMap((seed) => law(worldOf(seed)).map((found) => `seed ${seed}: ${found}`)).slice(0, 10);
}

type Single = { facts: LeadFacts; before: State; after: State; decision: Decision; pick: LedgerPick | null };

/** Each decision of a world with its lead and the state before it. */
const decisionsOf = remembered(new WeakMap<RandomWorld, Single[]>(), (world) => {
  let state: State = world.state;
  return world.leads.map((facts): Single => {
    const before = state;
    const result = decide(world.shared, facts, before);
    state = result.state;
    return { facts, before, after: state, decision: result.decision, pick: result.pick };
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

test("deciding never throws, and changes nothing it was given", () => {
  expect(
    violations((world) => {
      const before = JSON.stringify(world);
      answer(world);
      return JSON.stringify(world) === before ? [] : ["the snapshot has changed"];
    }),
  ).toEqual([]);
});

test("the same snapshot gives the same decisions, stored and read again too", () => {
  expect(
    violations((world) => {
      const stored: RandomWorld = JSON.parse(JSON.stringify(world));
      return JSON.stringify(answer(world)) === JSON.stringify(answer(stored)) ? [] : ["two answers differ"];
    }),
  ).toEqual([]);
});

test("a batch is decide folded over its leads", () => {
  expect(
    violations((world) => {
      const one = decisionsOf(world);
      const { decisions, picks, after } = answer(world);
      const alike =
        JSON.stringify(one.map(({ decision }) => decision)) === JSON.stringify(decisions) &&
        JSON.stringify(one.map(({ pick }) => pick)) === JSON.stringify(picks) &&
        JSON.stringify(one.at(-1)?.after) === JSON.stringify(after);
      return alike ? [] : ["the batch and its single leads differ"];
    }),
  ).toEqual([]);
});

/** In a list of the policy, until a time to come, and for somebody who comes before that; of a batch until there is room. */
function isHeldFairly({ shared: { policy, now } }: RandomWorld, { queueId, because, held }: Queued): boolean {
  if (because === "no-room")
    return policy.motions.some(({ batch }) => batch?.queueId === queueId) && held?.until === null;
  const lists = [...policy.waterfall, ...policy.pools].map(({ name }) => name);
  const { until, opensAt } = held ?? { until: null, opensAt: null };
  const isInTime = opensAt === null || (opensAt > now && (until === null || opensAt <= until));
  return lists.includes(queueId) && isInTime && (until === null || until > now);
}

type Queued = Decision["outcome"] & { kind: "queued" };

/** Looks again at each moment that the decision names, while nothing else happens. */
function lastOf(world: RandomWorld, first: LeadFacts): { outcome: Decision["outcome"]; looks: number } {
  let facts = first;
  let shared = world.shared;
  for (let looks = 1; ; looks += 1) {
    const { decision } = decide(shared, facts, world.state);
    const { outcome } = decision;
    if (outcome.kind !== "queued" || outcome.held === undefined || looks > 20) return { outcome, looks };
    // Nobody gets room here.
    if (outcome.because === "no-room") return { outcome, looks };
    const { until, opensAt } = outcome.held;
    facts = { ...facts, trigger: afterWait({ facts, decision }) };
    shared = { ...shared, now: opensAt ?? until ?? shared.now };
  }
}

test("a lead that is held is not held for ever: each look leads on, and the last one to an end", () => {
  let held = 0;
  expect(
    violations((world) =>
      world.leads.flatMap((facts) => {
        const { outcome, looks } = lastOf(world, facts);
        if (looks > 1) held += 1;
        return looks > 12 ? [`after ${looks} looks ${JSON.stringify(outcome)}`] : [];
      }),
    ),
  ).toEqual([]);
  expect(held).toBeGreaterThan(100);
});

test("every lead ends with an active owner, a named queue, or a reason to stop", () => {
  expect(
    violations((world) => {
      const active = new Set(world.shared.reps.filter((rep) => rep.active).map((rep) => rep.id));
      const isEnd = ({ outcome }: Decision): boolean => {
        if (outcome.kind === "followed") return outcome.leadId !== "";
        if (outcome.kind === "assigned") return active.has(outcome.repId);
        if (outcome.kind === "kept") return active.has(outcome.ownerId);
        if (outcome.kind !== "queued") return outcome.because !== "";
        if (outcome.held !== undefined) return isHeldFairly(world, outcome);
        return outcome.queueId === (outcome.because === "override" ? "board" : "unrouted");
      };
      return answer(world)
        .decisions.filter((decision) => !isEnd(decision))
        .map((decision) => JSON.stringify(decision.outcome));
    }),
  ).toEqual([]);
});

test("nobody is picked over capacity or a cap, nor one who breached it without saying that nobody else was left", () => {
  expect(
    violations((world) =>
      decisionsOf(world).flatMap(({ decision: { outcome, trace, tier }, before, facts }) => {
        if (outcome.kind !== "assigned" || outcome.poolId === undefined) return [];
        const { reps, repDefaults } = world.shared.policy;
        const { capacity, caps } = reps[outcome.repId] ?? repDefaults;
        const recent = before.recent?.[outcome.repId] ?? { today: 0, thisWeek: 0, t1ThisHour: 0 };
        const full =
          (before.load[outcome.repId] ?? 0) >= capacity ||
          recent.today >= (caps.leadsPerDay ?? Infinity) ||
          recent.thisWeek >= (caps.leadsPerWeek ?? Infinity) ||
          (tier === "T1" && recent.t1ThisHour >= (caps.t1PerHour ?? Infinity));
        const again = trace.some((step) => step.step === "noted" && step.because === "breached-again");
        const breached = facts.trigger.breachedBy.includes(outcome.repId) && !again;
        return full || breached ? [`${outcome.repId} ${full ? "is full" : "breached it"}`] : [];
      }),
    ),
  ).toEqual([]);
});

test("nobody is given a lead that the policy never gives them", () => {
  let met = 0;
  expect(
    violations((world) =>
      decisionsOf(world).flatMap(({ decision: { outcome }, facts }) => {
        const { reps, repDefaults } = world.shared.policy;
        const isNever = (repId: string): boolean => {
          const { never } = reps[repId] ?? repDefaults;
          return never !== null && evaluate(never, facts, world.shared.now);
        };
        met += world.shared.reps.filter(({ id }) => isNever(id)).length;
        return outcome.kind === "assigned" && isNever(outcome.repId) ? [`${outcome.repId} by ${outcome.stage}`] : [];
      }),
    ),
  ).toEqual([]);
  expect(met).toBeGreaterThan(100);
});

/** The first override that is for a lead and in force; null: none is. */
function overrideFor({ shared: { policy, now, timeZone } }: RandomWorld, facts: LeadFacts) {
  const today = new Date(now).toLocaleDateString("sv-SE", { timeZone });
  const inForce = policy.overrides.filter(({ until }) => until === null || until >= today);
  return inForce.find(({ when }) => evaluate(when, facts, now)) ?? null;
}

const givenBy = ({ trace }: Decision): string | undefined =>
  trace.find((step) => step.step === "stage-assigned")?.stage;

/** Of what a person has chosen an owner for, the claim of a stage may count more all the same. */
const isOverHuman = ({ shared }: RandomWorld, facts: LeadFacts, decision: Decision): boolean =>
  shared.policy.overrideHumanOwner.includes("open-opportunity") &&
  facts.ownerHistory[0]?.by === "person" &&
  facts.ownerHistory[0].ownerId === facts.lead.ownerId &&
  givenBy(decision) === "open-opportunity";

test("an override decides each lead that it is for, but for gates, human owners and who cannot have it", () => {
  const met = { repId: 0, poolId: 0, queueId: 0, none: 0 };
  expect(
    violations((world) =>
      decisionsOf(world).flatMap(({ decision, facts }) => {
        const { outcome, trace } = decision;
        const isExhausted = outcome.kind === "queued" && outcome.because === "owners-exhausted";
        if (outcome.kind === "stopped" || outcome.kind === "kept" || isExhausted) return [];
        if (isOverHuman(world, facts, decision)) return [];
        const isGiven = givenBy(decision) === "override";
        const to = overrideFor(world, facts)?.to ?? null;
        if (to === null) {
          met.none += 1;
          return isGiven ? ["an override that there is not"] : [];
        }
        const isIts = outcome.kind === "assigned" && outcome.stage === "override";
        const isPassed = trace.some((step) => step.step === "stage-passed" && step.stage === "override");
        const isAway = trace.some((step) => step.step === "noted" && step.because === "owner-away");
        if ("queueId" in to) {
          met.queueId += 1;
          return outcome.kind === "queued" && outcome.queueId === to.queueId ? [] : ["not in the queue"];
        }
        if ("poolId" in to) {
          met.poolId += 1;
          const isOffered = outcome.kind === "queued" && outcome.because === "claim-list";
          return isGiven && (isIts || isOffered || isPassed || isAsleep(trace)) ? [] : [JSON.stringify(decision)];
        }
        met.repId += 1;
        const isRight = isPassed ? !isGiven : isGiven && (isAway || (isIts && outcome.repId === to.repId));
        return isRight ? [] : [JSON.stringify(decision)];
      }),
    ),
  ).toEqual([]);
  expect(Object.values(met).filter((count) => count < 50)).toEqual([]);
});

/** Who follows the sun has it. */
const isAsleep = (trace: readonly Step[]): boolean =>
  trace.some((step) => step.step === "waterfall-level" && step.because === "follow-the-sun");

test("a backup is there and gets only what an absent owner has a claim to", () => {
  expect(
    violations((world) => {
      const { reps } = prepare(world.shared);
      return answer(world).decisions.flatMap(({ outcome, trace }) => {
        if (outcome.kind !== "assigned" || outcome.backupFor === undefined) return [];
        const isAbsent = (id: string) => reps.get(id)?.isAbsent;
        const owner = outcome.backupFor;
        const isTold = trace.some((step) => step.step === "backup-chosen" && step.backupFor === owner);
        return isAbsent(owner) === true && isAbsent(outcome.repId) === false && isTold ? [] : [JSON.stringify(trace)];
      });
    }),
  ).toEqual([]);
  expect(
    seeds.filter((seed) => answer(randomWorld(seed)).decisions.some(({ outcome }) => "backupFor" in outcome)).length,
  ).toBeGreaterThan(20);
});

test("the account lock gives to nobody who is inactive, away or late with the lead, and moves nobody's credit", () => {
  let locked = 0;
  expect(
    violations((world) =>
      decisionsOf(world).flatMap(({ decision: { outcome }, facts, pick }) => {
        if (outcome.kind !== "assigned" || outcome.stage !== "account-lock") return [];
        locked += 1;
        const rep = world.shared.reps.find(({ id }) => id === outcome.repId);
        const isLate = facts.trigger.breachedBy.includes(outcome.repId);
        return [
          ...(rep?.active === true ? [] : ["inactive"]),
          ...(rep !== undefined && isAbsent(repCalendar(world.shared, rep), world.shared.now) ? ["away"] : []),
          ...(isLate ? ["late"] : []),
          ...(pick === null ? [] : ["credit moved"]),
        ];
      }),
    ),
  ).toEqual([]);
  expect(locked).toBeGreaterThan(100);
});

test("leads of one account in a batch go to one rep, but for claims, absence and lateness", () => {
  expect(
    violations((world) => {
      const last = new Map<string, string>();
      return decisionsOf(world).flatMap(({ decision, facts }) => {
        const { outcome, trace } = decision;
        const accountId = facts.match?.account.id;
        if (accountId === undefined || outcome.kind !== "assigned") return [];
        const before = last.get(accountId);
        if (outcome.stage !== "catch-all") last.set(accountId, outcome.repId);
        const isPicked = ["pick", "waterfall", "catch-all"].includes(outcome.stage);
        const isPassed = trace.some((step) => step.step === "stage-passed" && step.stage === "account-lock");
        const isOwnersTeam = trace.some((step) => step.step === "noted" && step.because === "owner-away");
        return before !== undefined && isPicked && !isPassed && !isOwnersTeam && givenBy(decision) !== "override"
          ? [`${accountId} has ${before} and got another`]
          : [];
      });
    }),
  ).toEqual([]);
});

test("no lead goes to more owners by automation than the policy allows", () => {
  expect(
    violations((world) =>
      decisionsOf(world).flatMap(({ decision, facts }) =>
        ownersBefore(facts.trigger) >= world.shared.policy.maxOwnersByAutomation &&
        facts.trigger.cause !== "merged" &&
        !(
          facts.trigger.cause === "followed" &&
          facts.trigger.breachedBy.length < world.shared.policy.maxOwnersByAutomation
        ) &&
        decision.outcome.kind === "assigned"
          ? ["one more owner"]
          : [],
      ),
    ),
  ).toEqual([]);
});

test("a duplicate never has another owner than its first, where that one is active and has not let it lapse", () => {
  expect(
    violations((world) => {
      const active = new Set(world.shared.reps.filter((rep) => rep.active).map((rep) => rep.id));
      return decisionsOf(world).flatMap(({ decision, before, facts }) => {
        const { outcome, trace } = decision;
        const useful = (facts.earlierLeads ?? []).flatMap(({ leadId }) => {
          const { state = "stopped", ownerId = null } = before.leads?.[leadId] ?? {};
          if (state === "stopped" || (ownerId !== null && !active.has(ownerId))) return [];
          return ownerId !== null && facts.trigger.breachedBy.includes(ownerId) ? [] : [{ leadId, ownerId }];
        });
        const [first] = useful;
        const isGated = outcome.kind === "stopped" || outcome.kind === "kept";
        const isExhausted = outcome.kind === "queued" && outcome.because === "owners-exhausted";
        if (givenBy(decision) === "override" || isOverHuman(world, facts, decision)) return [];
        if (first === undefined || isGated || isExhausted)
          return outcome.kind === "followed" ? ["it follows nobody"] : [];
        const isAway = trace.some((step) => step.step === "noted" && step.because === "owner-away");
        // Whoever has the first may be somebody who is never given such a lead.
        if (trace.some((step) => step.step === "stage-passed" && step.because === "owner-exception")) return [];
        const isRight =
          first.ownerId === null
            ? outcome.kind === "followed" && outcome.leadId === first.leadId
            : isAway ||
              (outcome.kind === "assigned" && outcome.repId === first.ownerId && outcome.stage === "duplicate");
        return isRight ? [] : [`${JSON.stringify(first)} and ${JSON.stringify(outcome)} by ${JSON.stringify(trace)}`];
      });
    }),
  ).toEqual([]);
});

test("an unrelated rep changes nothing", () => {
  expect(
    violations((world) => {
      const stranger = aRep({ id: "zz-stranger", teams: ["Marketing"] });
      const shared = { ...world.shared, reps: [...world.shared.reps, stranger] };
      return JSON.stringify(answer(world)) === JSON.stringify(answer({ ...world, shared }))
        ? []
        : ["an answer changed"];
    }),
  ).toEqual([]);
});

describe("the trace", () => {
  const codesOf = (steps: readonly Step[]): string[] =>
    steps.flatMap((step) => ("because" in step ? [step.because] : []));

  test("every code has a sentence", () => {
    const codes = new Set(
      seeds.flatMap((seed) =>
        answer(randomWorld(seed)).decisions.flatMap(({ trace, marks, outcome }) => [
          ...codesOf(trace).filter(
            (code) =>
              !["claim", "owner-away", "overnight", "breached-again", "near-capacity", "stale", "away"].includes(code),
          ),
          ...marks,
          ...("because" in outcome ? [outcome.because] : []),
        ]),
      ),
    );

    expect([...codes].filter((code) => meaningOf(code) === code.replaceAll("-", " "))).toEqual([]);
    expect(codes.size).toBeGreaterThan(40);
  });

  test("no text of a lead stands in a decision", () => {
    const text = JSON.stringify(seeds.slice(0, 300).map((seed) => answer(randomWorld(seed)).decisions));
    expect(text).not.toMatch(/Jana|Muster|muster|@/);
  });

  test("every step can be told", () => {
    expect(
      violations((world) =>
        decisionsOf(world).flatMap(({ facts, decision, pick }) => {
          const credit = pick && { pick, before: {} };
          const told = explain({ facts, decision, names: { reps: {} }, timeZone: "UTC", credit, by: world.shared });
          return told.filter((sentence) => !/^[A-Z].*\.$/s.test(sentence));
        }),
      ),
    ).toEqual([]);
  });
});
