import type { Policy, Pool } from "../policy.ts";
import { allSettings } from "../rep-settings.ts";
import { type Branch, branch } from "./branch.ts";

/** Pools that are a lead's first. */
function basePools({ stages, territories, waterfall: levels }: Policy): string[] {
  if (stages.includes("territory")) return [...new Set(territories.map(({ pool }) => pool))];
  return levels
    .filter(({ isList }) => !isList)
    .map(({ name }) => name)
    .slice(0, 1);
}

/** A pool, or those that it rotates between, down to those of reps. */
function leavesOf({ pools: all }: Pick<Policy, "pools">, name: string): Pool[] {
  const pool = all.find((each) => each.name === name);
  if (pool === undefined) return [];
  return pool.groups.length === 0 ? [pool] : pool.groups.flatMap((group) => leavesOf({ pools: all }, group.pool));
}

/** Whose turn it is in the pool of a territory. */
export function pools(policy: Policy): Branch[] {
  const leaves = new Set(basePools(policy).flatMap((name) => leavesOf(policy, name)));
  const named = [policy.partner?.poolId ?? "", ...policy.overrides.map(({ to }) => ("poolId" in to ? to.poolId : ""))];
  const offering = [...new Set(named.flatMap((name) => leavesOf(policy, name)))].filter(
    (pool) => pool.strategy === "claim" && !leaves.has(pool),
  );
  return [
    ...policy.pools.flatMap(({ name, groups }) =>
      groups.map((group) =>
        branch(`group ${name} ${group.pool}`, `in pool "${name}" it is the turn of "${group.pool}"`),
      ),
    ),
    ...[...leaves, ...offering].flatMap(({ name, strategy }) =>
      strategy === "claim"
        ? [branch(`offered ${name}`, `the list of pool "${name}" offers a lead to its members`)]
        : [
            branch(`picked ${name}`, `somebody of pool "${name}" is picked`),
            branch(`overnight ${name}`, `nobody of pool "${name}" is on shift: the first to start`),
          ],
    ),
    ...(policy.catchUp === "none" ? [] : [branch("noted catch-up", "a turn of somebody who is away is counted")]),
    branch("noted breached-again", "those who did not get to the lead in time count again"),
  ];
}

/** What becomes of a lead that its pool could not take. */
export function waterfall(policy: Policy): Branch[] {
  return [...levels(policy), ...sun(policy), ...lastEnds(policy)];
}

function levels(policy: Policy): Branch[] {
  const base = basePools(policy);
  const hasTerritories = policy.stages.includes("territory");
  const teams = hasTerritories ? [...new Set(policy.territories.flatMap(({ teamPool }) => teamPool ?? []))] : [];
  const own = policy.waterfall.map(({ name, isList, wait }) => {
    // The only pool that a lead may come to first has had its turn: it may only be waited for.
    const isTried = !hasTerritories && base.includes(name);
    return { name, isList, isWaited: wait !== null, isPicked: !isList && !isTried };
  });
  const ofTeams = teams
    .filter((name) => !own.some((each) => each.name === name))
    .map((name) => ({ name, isList: false, isWaited: false, isPicked: true }));
  return [...ofTeams, ...own].flatMap(({ name, isList, isWaited, isPicked }) => [
    ...(isPicked
      ? [
          ...(hasLeaf(policy, name, true)
            ? [branch(`level ${name} claim-list`, `the waterfall offers a lead to pool "${name}"`)]
            : []),
          ...(hasLeaf(policy, name, false)
            ? [branch(`level ${name} available`, `the waterfall finds somebody of pool "${name}"`)]
            : []),
          branch(`level ${name} first-to-start`, `the waterfall ends with the first of pool "${name}" to start`),
        ]
      : []),
    ...(isPicked || isList
      ? [branch(`level ${name} nobody-available`, `the waterfall finds nobody of "${name}"`)]
      : []),
    ...(isWaited && isList
      ? [branch(`level ${name} held-in-list`, `the list "${name}" holds a lead for whoever comes`)]
      : []),
    ...(isWaited && !isList
      ? [
          branch(`level ${name} shift-begins`, `"${name}" holds a lead until a shift begins`),
          ...(hasCaps(policy)
            ? [branch(`level ${name} cap-resets`, `"${name}" holds a lead until a cap is over`)]
            : []),
        ]
      : []),
  ]);
}

const hasCaps = (policy: Policy): boolean =>
  allSettings(policy).some(({ caps }) => Object.values(caps).some((cap) => cap !== null));

/** Is there a pool of reps in it that only offers a lead, or one that gives it? */
const hasLeaf = (policy: Policy, name: string, isClaimed: boolean): boolean =>
  leavesOf(policy, name).some(({ strategy }) => (strategy === "claim") === isClaimed);

function sun({ followTheSun }: Policy): Branch[] {
  if (followTheSun === null) return [];
  return [
    branch(`level ${followTheSun} follow-the-sun`, `pool "${followTheSun}" covers the hours of others`),
    branch(`level ${followTheSun} nobody-available`, `nobody of pool "${followTheSun}" can cover the hours of others`),
  ];
}

const lastEnds = ({ catchAll }: Policy): Branch[] => [
  ...(catchAll.repId === null
    ? []
    : [branch("level catch-all nobody-available", "the catch-all person takes what is left")]),
  branch("level queue nobody-available", "nobody is left: the queue"),
];
