import { type Cascade, hasBreached, loadOf } from "./cascade.ts";
import type { Step } from "./decision.ts";
import type { PreparedPool, PreparedRep } from "./prepare.ts";

export type Exclusion = Extract<Step, { step: "rep-excluded" }>["because"];

/** Why a rep may not take the lead now; null: they may. `forgiving` lets those who breached it back in. */
function exclusionOf(cascade: Cascade, prepared: PreparedRep, forgiving: boolean): Exclusion | null {
  const { rep, presence, settings } = prepared;
  if (presence === "inactive") return "inactive";
  if (!forgiving && hasBreached(cascade, rep.id)) return "breached";
  if (presence !== "here") return presence;
  // The load before this lead: 29 of 30 takes one more.
  return loadOf(cascade, rep.id) >= settings.capacity ? "at-capacity" : null;
}

/** Says once of a rep why they are passed over. */
export function exclude(cascade: Cascade, repId: string, because: Exclusion): void {
  if (!cascade.excluded.has(repId)) cascade.trace.push({ step: "rep-excluded", repId, because });
  cascade.excluded.add(repId);
}

/** Those who may take the lead now; the trace names each of the others once. */
export function eligible(cascade: Cascade, reps: readonly PreparedRep[], forgiving: boolean): PreparedRep[] {
  return reps.filter((prepared) => {
    const because = exclusionOf(cascade, prepared, forgiving);
    if (because === null) return true;
    exclude(cascade, prepared.rep.id, because);
    return false;
  });
}

/** Is anybody of the pool on shift, away or full though they be? Inactive reps and those who breached the lead do not count. */
export function isOpen(cascade: Cascade, pool: PreparedPool): boolean {
  return remaining(cascade, pool.members).some(({ presence }) => presence !== "off-shift");
}

/** Those who start first of these; who is full or never works is not waited for. */
export function firstToStart(cascade: Cascade, reps: readonly PreparedRep[]): PreparedRep[] {
  const starters = remaining(cascade, reps).filter(
    ({ rep, settings, opensAt }) => opensAt !== null && loadOf(cascade, rep.id) < settings.capacity,
  );
  const first = starters.map(({ opensAt }) => opensAt ?? "").sort()[0];
  return starters.filter(({ opensAt }) => opensAt === first);
}

const remaining = (cascade: Cascade, reps: readonly PreparedRep[]): PreparedRep[] =>
  reps.filter(({ rep, presence }) => presence !== "inactive" && !hasBreached(cascade, rep.id));
