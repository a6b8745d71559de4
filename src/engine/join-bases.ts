import type { Territory } from "./policy.ts";
import { type Base, type PreparedPool, toGroup } from "./prepare-pools.ts";

/**
 * Where a lead is placed that several territories cover equally: in the first one's pools, joined by those of the others.
 * Who joins has a turn in the first one's ledger, in such leads only; of a pool of pools each of them is one group more.
 */
export function joinBases(first: Base, others: readonly Base[]): Base {
  const known = joined.get(first) ?? [];
  joined.set(first, known);
  const found = known.find(
    (each) => each.others.length === others.length && others.every((it, at) => each.others[at] === it),
  );
  if (found !== undefined) return found.base;
  const base: Base = {
    pool: joinPools(
      first.pool,
      others.map(({ pool }) => pool),
    ),
    team: joinTeams([first, ...others].flatMap(({ team }) => team ?? [])),
  };
  known.push({ others, base });
  return base;
}

/** Bases are prepared once a batch, of which many leads may be in one such place. */
const joined = new WeakMap<Base, { others: readonly Base[]; base: Base }[]>();

function joinTeams([first, ...others]: readonly PreparedPool[]): PreparedPool | null {
  return first === undefined ? null : joinPools(first, others);
}

function joinPools(first: PreparedPool, others: readonly PreparedPool[]): PreparedPool {
  const members = [...new Set([first, ...others].flatMap((pool) => pool.members))];
  if (members.length === first.members.length) return first;
  if (first.groups.length === 0) return { ...first, members };
  const known = new Set([first.pool.name, ...first.groups.map(({ inner }) => inner.pool.name)]);
  const groups = first.groups.map(({ inner, weight }) => {
    const same = others.filter(({ pool }) => pool.name === inner.pool.name);
    return toGroup(joinPools(inner, same), weight);
  });
  for (const other of others) {
    if (known.has(other.pool.name)) continue;
    known.add(other.pool.name);
    groups.push(toGroup(other, 1));
  }
  return { ...first, members, groups };
}

type Places = {
  pools: ReadonlyMap<string, PreparedPool>;
  bases: ReadonlyMap<string, Base>;
  /** By name of the territory: those after it that cover a place of it as closely. */
  rivals: ReadonlyMap<string, readonly Territory[]>;
};

/**
 * By name of the pool, who has credit in its ledger: owner ids; of a pool of pools, names of groups. Whoever sells in one
 * of its territories without being a member is one of them.
 */
export function turnTakers({ pools, bases, rivals }: Places): ReadonlyMap<string, readonly string[]> {
  const takers = new Map([...pools].map(([name, pool]) => [name, new Set(turnsOf(pool))]));
  for (const [territory, base] of bases) {
    const others = (rivals.get(territory) ?? []).flatMap(({ name }) => bases.get(name) ?? []);
    const { pool, team } = others.length === 0 ? base : joinBases(base, others);
    for (const joined of team === null ? [pool] : [pool, team])
      for (const id of turnsOf(joined)) takers.get(joined.pool.name)?.add(id);
  }
  return new Map([...takers].map(([name, ids]) => [name, [...ids]]));
}

const turnsOf = ({ members, groups }: PreparedPool): readonly string[] =>
  groups.length === 0 ? members.map(({ rep }) => rep.id) : groups.map(({ inner }) => inner.pool.name);
