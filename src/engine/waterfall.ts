import type { Cascade, Placed } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import { pickAble, pickOvernight } from "./pick.ts";
import type { PreparedPool } from "./prepare.ts";

/** Where a lead goes that no rule could place; never nowhere. `tried` is the pool that has had its turn. */
export function fallThrough(cascade: Cascade, tried: PreparedPool | null): Placed {
  const { policy } = cascade.prepared.shared;
  const levels = policy.waterfall.flatMap((name) => {
    const pool = cascade.prepared.pools.get(name);
    return pool === undefined || pool === tried ? [] : [pool];
  });
  for (const pool of levels) {
    const placed = pickAble(cascade, pool, pool.members, "waterfall");
    level(cascade, pool.pool.name, placed === null ? "nobody-available" : "available");
    if (placed !== null) return placed;
  }
  for (const pool of levels) {
    const placed = pickOvernight(cascade, pool, pool.members, "waterfall");
    if (placed === null) continue;
    level(cascade, pool.pool.name, "first-to-start");
    return placed;
  }
  return catchAll(cascade, "nobody-available");
}

/** The catch-all person, unconditionally; else the queue that somebody watches. */
function catchAll(cascade: Cascade, because: ReasonCode): Placed {
  const { catchAllId, reps } = cascade.prepared;
  const rep = catchAllId === null ? undefined : reps.get(catchAllId);
  if (rep === undefined || rep.presence === "inactive") return queue(cascade, because);
  level(cascade, "catch-all", because);
  const { opensAt } = rep;
  return {
    outcome: {
      kind: "assigned",
      repId: rep.rep.id,
      stage: "catch-all",
      ...(opensAt === null ? {} : { opensAt }),
    },
    ledger: null,
  };
}

/** The queue of leads that nobody may be given. */
export function queue(cascade: Cascade, because: ReasonCode): Placed {
  const { queueId } = cascade.prepared.shared.policy.catchAll;
  level(cascade, "queue", because);
  return { outcome: { kind: "queued", queueId, because }, ledger: null };
}

function level(cascade: Cascade, name: string, because: ReasonCode): void {
  cascade.trace.push({ step: "waterfall-level", level: name, because });
}
