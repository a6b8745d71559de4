import { type Cascade, type Placed, pass } from "./cascade.ts";
import { pickNarrowed } from "./pick.ts";
import type { PreparedPool } from "./prepare.ts";
import { placeOf, territoryOf } from "./territory.ts";
import { fallThrough } from "./waterfall.ts";

/** Stages 6–13, for a lead that nobody has a claim to who could take it: the pool of its territory, then the waterfall. */
export function placeInTerritory(cascade: Cascade): Placed {
  const pool = basePool(cascade);
  return (pool === null ? null : pickNarrowed(cascade, pool)) ?? fallThrough(cascade, pool);
}

/** The pool of the lead's territory; without a territory stage, the first of the waterfall. Null: the waterfall decides. */
function basePool(cascade: Cascade): PreparedPool | null {
  const { prepared } = cascade;
  const { policy } = prepared.shared;
  if (!policy.stages.includes("territory")) return prepared.pools.get(policy.waterfall[0] ?? "") ?? null;
  const place = placeOf(cascade.facts, policy.location);
  for (const mark of place.marks) cascade.marks.add(mark);
  const found = territoryOf(prepared, cascade.facts, place);
  if (found.territory === null) return pass(cascade, "territory", found.because);
  const { territory } = found;
  if (found.isShared) cascade.marks.add("territory-overlap");
  const pool = prepared.pools.get(territory.pool) ?? null;
  cascade.trace.push({
    step: "stage-narrowed",
    stage: "territory",
    to: territory.name,
    left: pool?.members.length ?? 0,
  });
  return pool;
}
