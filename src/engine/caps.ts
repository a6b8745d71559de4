import { DateTime } from "luxon";
import type { Cascade } from "./cascade.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { repCalendar } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";

type Cap = "day-cap" | "week-cap" | "hour-cap";

/** Which cap keeps a rep from one more lead of this tier; null: none does. Leads by a claim count as well. */
export function capReached({ working, tier }: Cascade, { at, settings }: PreparedRep): Cap | null {
  const recent = working.workAt[at]?.recent;
  if (recent === undefined) return null;
  const { leadsPerDay, leadsPerWeek, t1PerHour } = settings.caps;
  if (leadsPerDay !== null && recent.today >= leadsPerDay) return "day-cap";
  if (leadsPerWeek !== null && recent.thisWeek >= leadsPerWeek) return "week-cap";
  return tier === "T1" && t1PerHour !== null && recent.t1ThisHour >= t1PerHour ? "hour-cap" : null;
}

/** From when on no cap keeps the rep from a lead of this tier; null: none does now, or nobody can say. */
export function capsEnd(
  { working, tier, prepared: { shared } }: Cascade,
  { at, rep, settings }: PreparedRep,
): string | null {
  const recent = working.workAt[at]?.recent;
  if (recent === undefined) return null;
  const { leadsPerDay, leadsPerWeek, t1PerHour } = settings.caps;
  const ends: (string | null)[] = [];
  if (leadsPerDay !== null && recent.today >= leadsPerDay) ends.push(nextLocal(shared, rep.id, "day"));
  if (leadsPerWeek !== null && recent.thisWeek >= leadsPerWeek) ends.push(nextLocal(shared, rep.id, "week"));
  if (tier === "T1" && t1PerHour !== null && recent.t1ThisHour >= t1PerHour)
    // Claims may have taken them above their cap: when enough of that is over is not known.
    ends.push(recent.t1ThisHour === t1PerHour && recent.t1OldestAt !== undefined ? hourAfter(recent.t1OldestAt) : null);
  const last = ends.includes(null) ? undefined : ends.sort().at(-1);
  return last !== undefined && last !== null && last > shared.now ? last : null;
}

const hourAfter = (at: string): string => new Date(Date.parse(at) + 3_600_000).toISOString();

/** Worked out once a batch for each rep: many of its leads ask. */
const starts = new WeakMap<Shared, Map<string, string | null>>();

/** When the rep's own next day or week begins; null: in a zone that nobody knows. */
function nextLocal(shared: Shared, repId: string, unit: "day" | "week"): string | null {
  const known = starts.get(shared) ?? new Map<string, string | null>();
  starts.set(shared, known);
  const key = `${unit} ${repId}`;
  const found = known.get(key) ?? startOfNext(shared, repId, unit);
  known.set(key, found);
  return found;
}

function startOfNext(shared: Shared, repId: string, unit: "day" | "week"): string | null {
  const rep = shared.reps.find(({ id }) => id === repId);
  if (rep === undefined) return null;
  const now = DateTime.fromISO(shared.now, { zone: repCalendar(shared, rep).timeZone });
  const start = now.plus({ [unit]: 1 }).startOf(unit);
  return start.isValid ? start.toUTC().toISO() : null;
}
