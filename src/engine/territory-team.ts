import { type Cascade, type Placed, pass, whereabouts } from "./cascade.ts";
import { joinBases } from "./join-bases.ts";
import { pickNarrowed } from "./pick.ts";
import type { Base } from "./prepare-pools.ts";
import { territoryOf } from "./territory.ts";
import { fallThrough } from "./waterfall.ts";

/** Stages 6–13, for a lead that nobody has a claim to who could take it: the pool of its territory, then the waterfall. */
export function placeInTerritory(cascade: Cascade): Placed {
  const base = baseOf(cascade);
  const { placed, hopeful } = base === null ? { placed: null, hopeful: [] } : pickNarrowed(cascade, base);
  return placed ?? fallThrough(cascade, { base, hopeful });
}

/** The pools of the lead's territory; without a territory stage, the first of the waterfall. Null: the waterfall decides. */
function baseOf(cascade: Cascade): Base | null {
  const { prepared } = cascade;
  const { policy } = prepared.shared;
  if (!cascade.stages.includes("territory")) {
    const pool = prepared.pools.get(policy.waterfall.find(({ isList }) => !isList)?.name ?? "");
    return pool === undefined ? null : { pool, team: null };
  }
  const place = whereabouts(cascade);
  for (const mark of place.marks) cascade.marks.add(mark);
  const found = territoryOf(prepared, cascade.facts, place);
  if (found.territory === null) return pass(cascade, "territory", found.because);
  const { territory, rivals } = found;
  const [base = null, ...others] = [territory, ...rivals].flatMap(({ name }) => prepared.bases.get(name) ?? []);
  const joined = base === null || others.length === 0 ? base : joinBases(base, others);
  cascade.trace.push({
    step: "stage-narrowed",
    stage: "territory",
    to: territory.name,
    left: joined?.pool.members.length ?? 0,
  });
  if (rivals.length > 0) {
    cascade.marks.add("territory-overlap");
    cascade.trace.push({
      step: "noted",
      because: "territory-overlap",
      detail: rivals.map(({ name }) => name).join(", "),
    });
  }
  return joined;
}
