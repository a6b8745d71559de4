import type { Policy } from "../policy.ts";

/** Names of the pools that something else than a territory sends leads to. */
export const poolsNamedElsewhere = ({
  pools,
  waterfall,
  followTheSun,
  partner,
  overrides,
  tierNeeds,
}: Policy): ReadonlySet<string> =>
  new Set(
    [
      ...pools.flatMap(({ groups }) => groups.map(({ pool }) => pool)),
      ...waterfall.map(({ name }) => name),
      followTheSun,
      partner?.poolId ?? null,
      ...overrides.map(({ to }) => ("poolId" in to ? to.poolId : null)),
      ...Object.values(tierNeeds).map((needs) => needs?.orPool ?? null),
    ].filter((name) => name !== null),
  );
