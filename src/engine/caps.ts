import type { Cascade } from "./cascade.ts";
import type { PreparedRep } from "./prepare-reps.ts";

type CapReached = "day-cap" | "week-cap" | "hour-cap";

/** Which cap keeps a rep from one more lead of this tier; null: none does. Leads by a claim count as well. */
export function capReached({ working, tier }: Cascade, { rep, settings }: PreparedRep): CapReached | null {
  const recent = working.recent.get(rep.id);
  if (recent === undefined) return null;
  const { leadsPerDay, leadsPerWeek, t1PerHour } = settings.caps;
  if (leadsPerDay !== null && recent.today >= leadsPerDay) return "day-cap";
  if (leadsPerWeek !== null && recent.thisWeek >= leadsPerWeek) return "week-cap";
  return tier === "T1" && t1PerHour !== null && recent.t1ThisHour >= t1PerHour ? "hour-cap" : null;
}
