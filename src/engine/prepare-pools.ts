import type { Policy, Pool } from "./policy.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { strategies } from "./strategies/index.ts";
import type { Strategy } from "./strategies/strategy.ts";

export type PreparedPool = {
  pool: Pool;
  strategy: Strategy;
  /** Of a pool of pools: those of all its groups. */
  members: readonly PreparedRep[];
  groups: readonly PreparedGroup[];
  /** Who has credit in its ledger: owner ids, overlays' too; of a pool of pools, the names of its groups. */
  ledgerIds: readonly string[];
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
    const made = { ...preparePool(policy, pool, reps), ...(groups.length === 0 ? {} : ofGroups(groups, reps)) };
    prepared.set(pool.name, made);
    return made;
  };
  for (const pool of policy.pools) prepareOne(pool);
  return prepared;
}

const toGroup = (inner: PreparedPool, weight: number): PreparedGroup => ({
  inner,
  weight,
  repIds: new Set(inner.members.map(({ rep }) => rep.id)),
});

const ofGroups = (groups: readonly PreparedGroup[], reps: readonly PreparedRep[]) => ({
  groups,
  members: reps.filter(({ rep }) => groups.some(({ repIds }) => repIds.has(rep.id))),
  ledgerIds: groups.map(({ inner }) => inner.pool.name),
});

function preparePool(policy: Policy, pool: Pool, reps: readonly PreparedRep[]): PreparedPool {
  const isOne = belongsTo(pool);
  const roles = new Set(pool.roles);
  const tags = new Set(pool.tags);
  const members = reps.filter(
    (prepared) =>
      isOne(prepared) ||
      (prepared.settings.role !== null && roles.has(prepared.settings.role)) ||
      prepared.settings.tags.some((tag) => tags.has(tag)),
  );
  // Whoever sells in one of its territories has a turn in its ledger, in the leads of that territory only.
  const overlays = policy.territories.filter((territory) => [territory.pool, territory.teamPool].includes(pool.name));
  const sellers = withOverlays(members, overlays, reps);
  return {
    pool,
    strategy: strategies[pool.strategy],
    members,
    groups: [],
    ledgerIds: sellers.map(({ rep }) => rep.id),
  };
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
        const members = withOverlays(prepared.members, [territory], reps);
        return members === prepared.members ? prepared : { ...prepared, members };
      };
      const team = territory.teamPool === null ? undefined : pools.get(territory.teamPool);
      return [[territory.name, { pool: withSellers(pool), team: team === undefined ? null : withSellers(team) }]];
    }),
  );
}

function withOverlays(
  members: readonly PreparedRep[],
  territories: readonly Policy["territories"][number][],
  reps: readonly PreparedRep[],
): readonly PreparedRep[] {
  const also = territories
    .map((territory) => territory.also)
    .filter(({ teams, reps }) => teams.length + reps.length > 0);
  if (also.length === 0) return members;
  const known = new Set(members);
  const isOneOf = also.map(belongsTo);
  return reps.filter((rep) => known.has(rep) || isOneOf.some((isOne) => isOne(rep)));
}

/** Is a rep in one of these teams (`*`: everyone is), or named, by id or name? */
function belongsTo(of: { teams: readonly string[]; reps: readonly string[] }): (prepared: PreparedRep) => boolean {
  const named = new Set(of.reps);
  const teams = new Set(of.teams);
  return ({ rep }) =>
    teams.has("*") || named.has(rep.id) || named.has(rep.name) || rep.teams.some((team) => teams.has(team));
}
