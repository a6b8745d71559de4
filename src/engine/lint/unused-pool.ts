import type { Found, Lint, LintInput } from "./finding.ts";
import { poolsNamedElsewhere } from "./named-pools.ts";

/** A pool that nothing names: no lead ever comes to it. */
export const unusedPool: Lint = {
  severity: "warning",
  label: "a pool that nothing names",
  find: ({ policy }: LintInput): Found[] => {
    const named = new Set([
      ...poolsNamedElsewhere(policy),
      ...policy.territories.flatMap(({ pool, teamPool }) => [pool, teamPool]),
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
