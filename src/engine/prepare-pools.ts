import type { Policy, Pool, Territory } from "./policy.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { strategies } from "./strategies/index.ts";
import type { Strategy } from "./strategies/strategy.ts";

export type PreparedPool = {
  pool: Pool;
  strategy: Strategy;
  /** Of a pool of pools: those of all its groups. */
  members: readonly PreparedRep[];
  groups: readonly PreparedGroup[];
};

export type PreparedGroup = { inner: PreparedPool; weight: number; repIds: ReadonlySet<string> };

/** Where a lead of a territory is placed: in its pool, else in its team. */
export type Base = { pool: PreparedPool; team: PreparedPool | null };

/** By name. */
export function preparePools(policy: Policy, reps: readonly PreparedRep[]): Map<string, PreparedPool> {
  const byName = new Map(policy.pools.map((pool) => [pool.name, pool]));
  const prepared = new Map<string, PreparedPool>();
  const prepareOne = (pool: Pool): PreparedPool => {
    const known = prepared.get(pool.name);
    if (known !== undefined) return known;
    const groups = pool.groups.flatMap(({ pool: name, weight }) => {
      const inner = byName.get(name);
      return inner === undefined ? [] : [toGroup(prepareOne(inner), weight)];
    });
    const members = groups.length === 0 ? membersOf(pool, reps) : reps.filter((rep) => isInAny(groups, rep));
    const made = { pool, strategy: strategies[pool.strategy], members, groups };
    prepared.set(pool.name, made);
    return made;
  };
  for (const pool of policy.pools) prepareOne(pool);
  return prepared;
}

export const toGroup = (inner: PreparedPool, weight: number): PreparedGroup => ({
  inner,
  weight,
  repIds: new Set(inner.members.map(({ rep }) => rep.id)),
});

const isInAny = (groups: readonly PreparedGroup[], { rep }: PreparedRep): boolean =>
  groups.some(({ repIds }) => repIds.has(rep.id));

function membersOf(pool: Pool, reps: readonly PreparedRep[]): readonly PreparedRep[] {
  const isOne = belongsTo(pool);
  const roles = new Set(pool.roles);
  const tags = new Set(pool.tags);
  return reps.filter(
    (prepared) =>
      isOne(prepared) ||
      (prepared.settings.role !== null && roles.has(prepared.settings.role)) ||
      prepared.settings.tags.some((tag) => tags.has(tag)),
  );
}

/** By name of the territory: its pools, with those who sell there besides. */
export function prepareBases(
  policy: Policy,
  pools: ReadonlyMap<string, PreparedPool>,
  reps: readonly PreparedRep[],
): Map<string, Base> {
  return new Map(
    policy.territories.flatMap((territory) => {
      const pool = pools.get(territory.pool);
      if (pool === undefined) return [];
      const withSellers = (prepared: PreparedPool): PreparedPool => {
        const members = withOverlay(prepared.members, territory, reps);
        return members === prepared.members ? prepared : { ...prepared, members };
      };
      const team = territory.teamPool === null ? undefined : pools.get(territory.teamPool);
      return [[territory.name, { pool: withSellers(pool), team: team === undefined ? null : withSellers(team) }]];
    }),
  );
}

function withOverlay(
  members: readonly PreparedRep[],
  { also }: Territory,
  reps: readonly PreparedRep[],
): readonly PreparedRep[] {
  if (also.teams.length + also.reps.length === 0) return members;
  const known = new Set(members);
  const isOne = belongsTo(also);
  return reps.filter((rep) => known.has(rep) || isOne(rep));
}

/** Is a rep in one of these teams (`*`: everyone is), or named, by id or name? */
function belongsTo(of: { teams: readonly string[]; reps: readonly string[] }): (prepared: PreparedRep) => boolean {
  const named = new Set(of.reps);
  const teams = new Set(of.teams);
  return ({ rep }) =>
    teams.has("*") || named.has(rep.id) || named.has(rep.name) || rep.teams.some((team) => teams.has(team));
}
