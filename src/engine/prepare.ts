import { turnTakers } from "./join-bases.ts";
import type { StageName, Territory } from "./policy.ts";
import { type PolicyRoster, rosterOf } from "./policy-roster.ts";
import { type PolicyRules, rulesOf } from "./policy-rules.ts";
import { type PreparedOverride, prepareOverrides } from "./prepare-overrides.ts";
import { type Base, type PreparedPool, prepareBases, preparePools } from "./prepare-pools.ts";
import { type PreparedRep, prepareReps } from "./prepare-reps.ts";
import type { Residents } from "./residency.ts";
import { accountKey } from "./shared-place.ts";
import type { Shared } from "./snapshot.ts";

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
  specialists: PolicyRoster["specialists"];
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
  const { members, specialists, residents, catchAllId } = rosterOf(shared);
  const reps = prepareReps(shared, members);
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
    specialists,
    stagesOfMotions: new Map(
      policy.motions.map(({ name, stagesOff }) => [name, policy.stages.filter((stage) => !stagesOff.includes(stage))]),
    ),
    residents,
    overrides: prepareOverrides(shared),
    catchAllId,
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
