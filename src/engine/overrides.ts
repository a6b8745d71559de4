import { type Cascade, type Placed, pass } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import { give, refuse } from "./ownership.ts";
import { pickInPool } from "./pick.ts";
import type { PreparedOverride } from "./prepare-overrides.ts";
import { fallThrough } from "./waterfall.ts";

/**
 * The first override in force that is for such a lead says where it goes, before any claim. Null: there is none, or who it
 * names cannot have this lead, which then goes the usual way.
 */
export function placeByOverride(cascade: Cascade): Placed | null {
  const found = overrideFor(cascade);
  if (found === null) return null;
  const { name, to, because } = found.override;
  cascade.trace.push({ step: "noted", because: "override", detail: name });
  if ("repId" in to) return giveByOverride(cascade, found.repId ?? to.repId, because);
  cascade.trace.push({ step: "stage-assigned", stage: "override", because });
  if ("queueId" in to) return { outcome: { kind: "queued", queueId: to.queueId, because }, ledger: null };
  return pickByOverride(cascade, to.poolId);
}

function overrideFor({ facts, prepared, trace }: Cascade): PreparedOverride | null {
  if (prepared.overrides.length === 0) return null;
  for (const at of prepared.rules.overrides.every(facts, prepared.shared.now)) {
    const found = prepared.overrides[at];
    if (found?.isOver === false) return found;
    if (found !== undefined) trace.push({ step: "noted", because: "override-over", detail: found.override.name });
  }
  return null;
}

/** Why whom an override names cannot have the lead: of them it is said otherwise than of an owner. */
const refusals: Readonly<Record<ReasonCode, ReasonCode>> = {
  "owner-inactive": "override-inactive",
  "owner-breached": "override-breached",
  "owner-exception": "override-exception",
};

function giveByOverride(cascade: Cascade, repId: string, because: ReasonCode): Placed | null {
  const refusal = refuse(cascade, repId, "override");
  if (refusal !== null) return pass(cascade, "override", refusals[refusal] ?? refusal);
  return give(cascade, { repId, stage: "override", because, detail: null });
}

/** The pool is the lead's own then: what nobody there can take goes on as from the pool of a territory. */
function pickByOverride(cascade: Cascade, poolId: string): Placed {
  const pool = cascade.prepared.pools.get(poolId);
  const placed = pool === undefined ? null : pickInPool(cascade, pool, "override");
  if (placed !== null) return placed;
  pass(cascade, "override", "nobody-available");
  return fallThrough(cascade, { base: pool === undefined ? null : { pool, team: null }, hopeful: pool?.members ?? [] });
}
