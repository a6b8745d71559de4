import { turnTakers } from "./join-bases.ts";
import type { StageName, Territory } from "./policy.ts";
import { type PolicyRules, rulesOf } from "./policy-rules.ts";
import { type PreparedOverride, prepareOverrides } from "./prepare-overrides.ts";
import { type Base, type PreparedPool, prepareBases, preparePools } from "./prepare-pools.ts";
import { type PreparedRep, prepareReps } from "./prepare-reps.ts";
import { findRep } from "./rep-settings.ts";
import { type Residents, residentsOf } from "./residency.ts";
import { accountKey } from "./shared-place.ts";
import type { Shared } from "./snapshot.ts";

/** Some of a batch's reps. `isOne`: 1 at the place of each of them. */
export type Specialists = { count: number; isOne: Uint8Array };

/** What does not change within a batch, worked out once. */
export type Prepared = {
  shared: Shared;
  reps: ReadonlyMap<string, PreparedRep>;
  pools: ReadonlyMap<string, PreparedPool>;
  /** By the name of a territory: its pools, with those who sell there besides. */
  bases: ReadonlyMap<string, Base>;
  /** By name of the pool, who has credit in its ledger. */
  turnTakers: ReadonlyMap<string, readonly string[]>;
  /** By country code, `*` among them. */
  territories: ReadonlyMap<string, readonly Territory[]>;
  /** By an account's id, domain or folded name. */
  namedAccounts: ReadonlyMap<string, readonly Territory[]>;
  /** Each segment's specialists, each vertical's, and those who speak each language. */
  specialists: Readonly<Record<"segments" | "verticals" | "languages", ReadonlyMap<string, Specialists>>>;
  /** What the motions that switch stages off leave of them, by name. */
  stagesOfMotions: ReadonlyMap<string, readonly StageName[]>;
  residents: Residents;
  /** In the policy's order, as its rules are. */
  overrides: readonly PreparedOverride[];
  catchAllId: string | null;
  rules: PolicyRules;
};

/** Everything about reps, pools and territories that all leads of a batch share. */
export function prepare(shared: Shared): Prepared {
  const { policy } = shared;
  const reps = prepareReps(shared);
  const all = [...reps.values()];
  const rules = rulesOf(policy);
  const pools = preparePools(policy, all);
  const bases = prepareBases(policy, pools, all);
  return {
    shared,
    reps,
    pools,
    bases,
    turnTakers: turnTakers({ pools, bases, rivals: rules.rivals }),
    territories: territoriesBy(policy.territories, ({ countries }) => countries),
    namedAccounts: territoriesBy(policy.territories, ({ accounts }) => accounts.map(accountKey)),
    specialists: {
      segments: specialistsOf(policy.segments, all, ({ settings }) => settings.segments),
      verticals: specialistsOf(policy.verticals, all, ({ settings }) => settings.verticals),
      languages: specialistsOf(
        policy.languages.map(({ language: name, teams }) => ({ name, teams })),
        all,
        ({ settings }) => settings.languages,
      ),
    },
    stagesOfMotions: new Map(
      policy.motions.map(({ name, stagesOff }) => [name, policy.stages.filter((stage) => !stagesOff.includes(stage))]),
    ),
    residents: residentsOf(policy.residency, shared.reps),
    overrides: prepareOverrides(shared),
    catchAllId: findRep(shared.reps, policy.catchAll.repId)?.id ?? null,
    rules,
  };
}

/** Each by the keys that it has, in the policy's order. */
function territoriesBy(
  territories: readonly Territory[],
  keysOf: (territory: Territory) => readonly string[],
): ReadonlyMap<string, readonly Territory[]> {
  const found = new Map<string, Territory[]>();
  for (const territory of territories)
    for (const key of new Set(keysOf(territory))) found.set(key, [...(found.get(key) ?? []), territory]);
  return found;
}

/** Of each subject the members of its teams and those whose settings name it; a subject that only settings name counts too. */
function specialistsOf(
  subjects: readonly { name: string; teams: readonly string[] }[],
  reps: readonly PreparedRep[],
  namedBy: (rep: PreparedRep) => readonly string[],
): ReadonlyMap<string, Specialists> {
  const nobody = (): Specialists => ({ count: 0, isOne: new Uint8Array(reps.length) });
  const found = new Map<string, Specialists>(subjects.map(({ name }) => [name, nobody()]));
  const add = (name: string, at: number): void => {
    const specialists = found.get(name) ?? nobody();
    found.set(name, specialists);
    specialists.count += 1 - (specialists.isOne[at] ?? 0);
    specialists.isOne[at] = 1;
  };
  for (const prepared of reps) {
    const { at, rep } = prepared;
    for (const name of namedBy(prepared)) add(name, at);
    for (const { name, teams } of subjects) if (rep.teams.some((team) => teams.includes(team))) add(name, at);
  }
  return found;
}
