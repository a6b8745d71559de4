import { foldName } from "./normalise/normalised.ts";
import type { StageName, Territory } from "./policy.ts";
import { type PolicyRules, rulesOf } from "./policy-rules.ts";
import { type PreparedOverride, prepareOverrides } from "./prepare-overrides.ts";
import { type Base, type PreparedPool, prepareBases, preparePools } from "./prepare-pools.ts";
import { type PreparedRep, prepareReps } from "./prepare-reps.ts";
import { findRep } from "./rep-settings.ts";
import { type Residents, residentsOf } from "./residency.ts";
import type { Shared } from "./snapshot.ts";

/** What does not change within a batch, worked out once. */
export type Prepared = {
  shared: Shared;
  reps: ReadonlyMap<string, PreparedRep>;
  pools: ReadonlyMap<string, PreparedPool>;
  /** By the name of a territory: its pools, with those who sell there besides. */
  bases: ReadonlyMap<string, Base>;
  /** By country code, `*` among them. */
  territories: ReadonlyMap<string, readonly Territory[]>;
  /** By an account's id, domain or folded name. */
  namedAccounts: ReadonlyMap<string, Territory>;
  /** Owner ids of each segment's specialists, of each vertical's, and of those who speak each language. */
  specialists: Readonly<Record<"segments" | "verticals" | "languages", ReadonlyMap<string, ReadonlySet<string>>>>;
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
  const pools = preparePools(policy, all);
  const territories = new Map<string, Territory[]>();
  for (const territory of policy.territories) {
    for (const country of territory.countries) {
      territories.set(country, [...(territories.get(country) ?? []), territory]);
    }
  }
  return {
    shared,
    reps,
    pools,
    bases: prepareBases(policy, pools, all),
    territories,
    // Of two that name one account the first counts, as of all that are equals.
    namedAccounts: new Map(
      policy.territories
        .flatMap((territory) => territory.accounts.map((account) => [accountKey(account), territory] as const))
        .reverse(),
    ),
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
    rules: rulesOf(policy),
  };
}

/** How a named account is looked up, whichever of its names the policy has. */
export const accountKey = (idOrName: string): string => foldName(idOrName);

/** Of each subject the members of its teams and those whose settings name it; a subject that only settings name counts too. */
function specialistsOf(
  subjects: readonly { name: string; teams: readonly string[] }[],
  reps: readonly PreparedRep[],
  namedBy: (rep: PreparedRep) => readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>(subjects.map(({ name }) => [name, new Set()]));
  for (const prepared of reps) {
    const { rep } = prepared;
    const ofTeams = subjects.filter(({ teams }) => rep.teams.some((team) => teams.includes(team)));
    for (const name of [...namedBy(prepared), ...ofTeams.map((subject) => subject.name)]) {
      const ids = found.get(name) ?? new Set();
      found.set(name, ids.add(rep.id));
    }
  }
  return found;
}
