import type { Rep } from "../model/rep.ts";
import { capReached, capsEnd } from "./caps.ts";
import { type Cascade, hasBreached, loadOf } from "./cascade.ts";
import type { ReasonCode, Step } from "./decision.ts";
import { isException } from "./exceptions.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { repCalendar } from "./rep-settings.ts";
import { mayHave } from "./residency.ts";
import { nextOpening } from "./working-hours.ts";

export type Exclusion = Extract<Step, { step: "rep-excluded" }>["because"];

/** Of a rep who is not active. */
export function whyInactive({ noUser, software }: Rep): "inactive" | "no-user" | "software" {
  if (software) return "software";
  return noUser ? "no-user" : "inactive";
}

/** Why a rep may not take the lead now; null: they may. `forgiving` lets those who breached it back in. */
function exclusionOf(cascade: Cascade, prepared: PreparedRep, forgiving: boolean): Exclusion | null {
  const { rep, presence, settings } = prepared;
  if (presence === "inactive") return whyInactive(rep);
  if (!mayHave(cascade, rep.id)) return "residency";
  if (isException(cascade, prepared)) return "exception";
  if (!forgiving && hasBreached(cascade, rep.id)) return "breached";
  if (presence !== "here") return presence;
  // The load before this lead: 29 of 30 takes one more.
  return loadOf(cascade, prepared) >= settings.capacity ? "at-capacity" : capReached(cascade, prepared);
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

/** When a rep who may not take the lead now will be able to, and by what. */
export type Opening = { at: string; because: ReasonCode };

/** Null: they may now, never will, or nobody can say: a full rep has room whenever a lead of theirs is done. */
export function openingOf(cascade: Cascade, prepared: PreparedRep): Opening | null {
  const { settings, opensAt } = prepared;
  if (!couldHave(cascade, prepared) || loadOf(cascade, prepared) >= settings.capacity) return null;
  if (capReached(cascade, prepared) === null) return opensAt === null ? null : { at: opensAt, because: "shift-begins" };
  const freeAt = capsEnd(cascade, prepared);
  const at = freeAt === null ? null : worksFrom(cascade, prepared, freeAt);
  return at === null ? null : { at, because: "cap-resets" };
}

/** When a rep works again from some time on. Many leads of a batch ask for the same few times. */
const workTimes = new WeakMap<PreparedRep, Map<string, string | null>>();

function worksFrom({ prepared: { shared } }: Cascade, prepared: PreparedRep, from: string): string | null {
  const known = workTimes.get(prepared) ?? new Map<string, string | null>();
  workTimes.set(prepared, known);
  const found = known.get(from) ?? nextOpening(repCalendar(shared, prepared.rep), from);
  known.set(from, found);
  return found;
}

/** Those of these who could have the lead but for their loads and caps, and are not away. */
export const withoutRoom = (cascade: Cascade, reps: readonly PreparedRep[]): PreparedRep[] =>
  remaining(cascade, reps).filter(
    (prepared) =>
      prepared.presence !== "away" &&
      (loadOf(cascade, prepared) >= prepared.settings.capacity || capReached(cascade, prepared) !== null),
  );

/** Is any of these on shift, away or full though they be? Those who may not have the lead do not count. */
export function isOpen(cascade: Cascade, reps: readonly PreparedRep[]): boolean {
  return reps.some((rep) => rep.presence !== "off-shift" && couldHave(cascade, rep));
}

/** Those who start first of these; who is full, has reached a cap or never works is not waited for. */
export function firstToStart(cascade: Cascade, reps: readonly PreparedRep[]): PreparedRep[] {
  const starters = remaining(cascade, reps).filter((prepared) => {
    const { settings, opensAt } = prepared;
    return opensAt !== null && loadOf(cascade, prepared) < settings.capacity && capReached(cascade, prepared) === null;
  });
  const first = starters.map(({ opensAt }) => opensAt ?? "").sort()[0];
  return starters.filter(({ opensAt }) => opensAt === first);
}

/** Those who could have the lead at some time. */
export const remaining = (cascade: Cascade, reps: readonly PreparedRep[]): PreparedRep[] =>
  reps.filter((prepared) => couldHave(cascade, prepared));

function couldHave(cascade: Cascade, prepared: PreparedRep): boolean {
  const { rep, presence } = prepared;
  if (presence === "inactive" || hasBreached(cascade, rep.id)) return false;
  return mayHave(cascade, rep.id) && !isException(cascade, prepared);
}
