import type { Rep } from "../../model/rep.ts";
import { backupsOf } from "../backups.ts";
import { isClaimStage } from "../claimants.ts";
import { decide } from "../decide.ts";
import type { Step } from "../decision.ts";
import { whyInactive } from "../eligibility.ts";
import { personCountry } from "../person-country.ts";
import type { Policy, RepSettings } from "../policy.ts";
import { prepare } from "../prepare.ts";
import { holidayRegion, settingsOf } from "../rep-settings.ts";
import type { Shared, Snapshot } from "../snapshot.ts";

/** Something about a rep or the lead that may have kept the rep from getting it: codes and ids, as in a trace. */
export type Obstacle =
  | { kind: "claims" }
  | { kind: "kept-owner" }
  | { kind: "inactive" }
  /** The lead is in a CRM of the workspace in which they do not work. */
  | { kind: "no-user" }
  /** Software works as this user. */
  | { kind: "software" }
  | { kind: "not-in-pool"; poolId: string }
  | { kind: "not-a-specialist"; of: "segments" | "languages" | "verticals"; name: string }
  | { kind: "seniority"; least: number }
  | { kind: "absent" }
  | { kind: "holiday" }
  /** Somebody for whom they stand in, or who stands in before them, was there. */
  | { kind: "present"; repId: string }
  /** Leads of this country are for these teams alone. */
  | { kind: "residency"; country: string; teams: readonly string[] }
  | { kind: "load"; below: number }
  | { kind: "caps" }
  | { kind: "exception" }
  | { kind: "breached" }
  | { kind: "turn" };

/**
 * Everything of a rep's own that may have stood in the way, what one would ask for last first: a set of them is made
 * smaller in this order. Pools and sets of specialists are those that the lead came to, or would have without claims.
 */
export function possibleObstacles(snapshot: Snapshot, repId: string): Obstacle[] {
  const { shared, facts, state } = snapshot;
  const rep = shared.reps.find(({ id }) => id === repId);
  if (rep === undefined) return [];
  const claims: readonly Obstacle[] = [{ kind: "kept-owner" }, { kind: "claims" }];
  const unclaimed = claims.reduce((changed, each) => without(changed, repId, each), snapshot);
  const { outcome, trace } = decide(unclaimed.shared, facts, state).decision;
  const present = presentBefore(snapshot, repId);
  const narrowed = trace.filter((step) => step.step === "stage-narrowed");
  const pools = new Set([
    ...shared.policy.territories.filter(({ name }) => isOf(narrowed, "territory", name)).map(({ pool }) => pool),
    ...(outcome.kind === "assigned" && outcome.poolId !== undefined ? [outcome.poolId] : []),
  ]);
  const { seniority } = settingsOf(shared.policy, rep);
  const least = Math.max(0, ...Object.values(shared.policy.tierNeeds).map((needs) => needs.seniority));
  return [
    ...claims,
    ...[...pools].map((poolId) => ({ kind: "not-in-pool", poolId }) as const),
    ...narrowed.flatMap(({ stage, to }) => {
      const of = specialistsOf[stage];
      return of === undefined ? [] : [{ kind: "not-a-specialist", of, name: to } as const];
    }),
    ...(seniority < least ? [{ kind: "seniority", least } as const] : []),
    { kind: "turn" },
    ...(facts.trigger.breachedBy.includes(repId) ? [{ kind: "breached" } as const] : []),
    ...((own(state.load, repId) ?? 0) > 0 ? [{ kind: "load", below: 1 } as const] : []),
    ...(own(state.recent ?? {}, repId) === undefined ? [] : [{ kind: "caps" } as const]),
    ...(settingsOf(shared.policy, rep).never === null ? [] : [{ kind: "exception" } as const]),
    ...(rep.active ? [] : [{ kind: whyInactive(rep) }]),
    { kind: "absent" },
    ...holidaysNear(shared, rep),
    ...residencyOf(snapshot),
    ...present,
  ];
}

/** Who has a claim to the lead and those who stand in for them before this rep, as far as they are there. */
function presentBefore({ shared, facts, state }: Snapshot, repId: string): Obstacle[] {
  const { outcome } = decide(shared, facts, state).decision;
  if (outcome.kind !== "assigned" || outcome.poolId !== undefined) return [];
  const { reps } = prepare(shared);
  const claimant = outcome.backupFor ?? outcome.repId;
  const line = [reps.get(claimant), ...backupsOf(reps, claimant)].filter((each) => each !== undefined);
  const at = line.findIndex(({ rep }) => rep.id === repId);
  return line
    .slice(0, Math.max(0, at))
    .filter(({ rep, isAbsent }) => rep.active && !isAbsent)
    .map(({ rep }) => ({ kind: "present", repId: rep.id }));
}

/** A holiday of yesterday may still close a shift that passes midnight, and dates differ by zone. */
function holidaysNear(shared: Shared, rep: Rep): Obstacle[] {
  const near = [-1, 0, 1].map((days) => new Date(Date.parse(shared.now) + days * dayMs).toISOString().slice(0, 10));
  const region = holidayRegion(shared, rep);
  const dates = region === null ? [] : (own(shared.holidays ?? {}, region) ?? []);
  return dates.some((date) => near.includes(date)) ? [{ kind: "holiday" }] : [];
}

const dayMs = 86_400_000;

function residencyOf({ shared, facts }: Snapshot): Obstacle[] {
  const country = personCountry(facts);
  if (country === null) return [];
  const binding = shared.policy.residency.filter(({ countries }) => countries.includes(country));
  const teams = [...new Set(binding.flatMap((each) => each.teams))];
  return binding.length === 0 ? [] : [{ kind: "residency", country, teams }];
}

type Narrowed = Extract<Step, { step: "stage-narrowed" }>;

const isOf = (narrowed: readonly Narrowed[], stage: string, to: string): boolean =>
  narrowed.some((step) => step.stage === stage && step.to === to);

const specialistsOf: Readonly<Record<string, "segments" | "languages" | "verticals">> = {
  segment: "segments",
  language: "languages",
  vertical: "verticals",
};

/** The snapshot with this out of the rep's way. Nothing of what it is given is changed. */
export function without(snapshot: Snapshot, repId: string, obstacle: Obstacle): Snapshot {
  const { shared, facts, state } = snapshot;
  switch (obstacle.kind) {
    case "claims":
      return withPolicy(snapshot, ({ stages }) => ({
        stages: stages.filter((stage) => !isClaimStage(stage)),
        duplicates: { match: [] },
        partner: null,
      }));
    case "kept-owner":
      return { ...snapshot, facts: { ...facts, ownerHistory: [] } };
    case "inactive":
    case "no-user":
    case "software":
      return withRep(snapshot, repId, ({ noUser: _, software: __, ...rep }) => ({ ...rep, active: true }));
    case "not-in-pool":
      return withPolicy(snapshot, ({ pools }) => ({
        pools: pools.map((pool) => (pool.name === obstacle.poolId ? { ...pool, reps: [...pool.reps, repId] } : pool)),
      }));
    case "not-a-specialist":
      return withSettings(snapshot, repId, (settings) => ({
        [obstacle.of]: [...settings[obstacle.of], obstacle.name],
      }));
    case "seniority":
      return withSettings(snapshot, repId, () => ({ seniority: obstacle.least }));
    case "absent":
      return withRep(snapshot, repId, ({ daysOff: _, ...rep }) => ({ ...rep, absences: [], shifts: always }));
    case "holiday":
      // Of a region that nobody knows there are no holidays.
      return withSettings(snapshot, repId, () => ({ holidayRegion: "" }));
    case "present":
      return withRep(snapshot, obstacle.repId, (rep) => ({ ...rep, absences: [longAbsence(shared.now)] }));
    case "residency":
      return withPolicy(snapshot, ({ residency }) => ({
        residency: residency.map((each) => ({
          ...each,
          countries: each.countries.filter((country) => country !== obstacle.country),
        })),
      }));
    case "load":
      return { ...snapshot, state: { ...state, load: { ...state.load, [repId]: obstacle.below - 1 } } };
    case "caps": {
      const caps = { leadsPerDay: null, leadsPerWeek: null, t1PerHour: null };
      return withSettings(snapshot, repId, () => ({ caps }));
    }
    case "exception":
      return withSettings(snapshot, repId, () => ({ never: null }));
    case "breached": {
      const breachedBy = facts.trigger.breachedBy.filter((id) => id !== repId);
      return { ...snapshot, facts: { ...facts, trigger: { ...facts.trigger, breachedBy } } };
    }
    case "turn": {
      // All have an entry, or those without one would be newcomers, who start at the mean.
      const creditsIn = (poolId: string) =>
        shared.reps.map(({ id }) => [id, id === repId ? ahead : (state.credits[poolId]?.[id] ?? 0)] as const);
      const credits = shared.policy.pools.map(({ name }) => [name, Object.fromEntries(creditsIn(name))] as const);
      return { ...snapshot, state: { ...state, credits: { ...state.credits, ...Object.fromEntries(credits) } } };
    }
  }
}

/** More credit than anybody can have. */
const ahead = 1_000;

const always = (["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const).map((day) => ({
  day,
  startMinute: 0,
  endMinute: 1440,
}));

/** Now, and in any shift that may come next. */
const longAbsence = (now: string): Rep["absences"][number] => ({
  startAt: now,
  endAt: new Date(Date.parse(now) + 30 * dayMs).toISOString(),
});

function withPolicy(snapshot: Snapshot, change: (policy: Policy) => Partial<Policy>): Snapshot {
  const { policy } = snapshot.shared;
  return { ...snapshot, shared: { ...snapshot.shared, policy: { ...policy, ...change(policy) } } };
}

function withRep(snapshot: Snapshot, repId: string, change: (rep: Rep) => Rep): Snapshot {
  const reps = snapshot.shared.reps.map((rep) => (rep.id === repId ? change(rep) : rep));
  return { ...snapshot, shared: { ...snapshot.shared, reps } };
}

function withSettings(
  snapshot: Snapshot,
  repId: string,
  change: (settings: RepSettings) => Partial<RepSettings>,
): Snapshot {
  const rep = snapshot.shared.reps.find(({ id }) => id === repId);
  if (rep === undefined) return snapshot;
  return withPolicy(snapshot, (policy) => {
    const settings = settingsOf(policy, rep);
    return { reps: { ...policy.reps, [repId]: { ...settings, ...change(settings) } } };
  });
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
