import type { Found, Lint, LintInput } from "./finding.ts";

/** A pool that nothing names: no lead ever comes to it. */
export const unusedPool: Lint = {
  severity: "warning",
  label: "a pool that nothing names",
  find: ({ policy }: LintInput): Found[] => {
    const named = new Set([
      ...policy.territories.flatMap(({ pool, teamPool }) => [pool, teamPool]),
      ...policy.pools.flatMap(({ groups }) => groups.map(({ pool }) => pool)),
      ...policy.waterfall.map((level) => level.name),
      policy.followTheSun,
      policy.partner?.poolId ?? null,
      ...policy.overrides.map(({ to }) => ("poolId" in to ? to.poolId : null)),
      ...Object.values(policy.tierNeeds).map((needs) => needs?.orPool ?? null),
    ]);
    return policy.pools
      .filter(({ name }) => !named.has(name))
      .map(({ name }) => ({
        message: `no lead ever comes to pool "${name}": no territory, tier need, pool of pools, partner rule, override or waterfall names it, and it follows no sun`,
        rules: [`pool "${name}"`],
        witness: null,
      }));
  },
};
