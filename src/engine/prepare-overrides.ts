import { DateTime } from "luxon";
import type { Override } from "./policy.ts";
import { findRep } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";

/** `repId`: the owner id of whom it names; null where it names none whom the CRM knows. */
export type PreparedOverride = { override: Override; isOver: boolean; repId: string | null };

/** The policy's overrides in their order, with what does not change within a batch. */
export function prepareOverrides({ policy, reps, now, timeZone }: Shared): PreparedOverride[] {
  if (policy.overrides.length === 0) return [];
  const today = DateTime.fromISO(now, { zone: timeZone }).toISODate() ?? now.slice(0, 10);
  return policy.overrides.map((override) => ({
    override,
    // The last day counts as a whole.
    isOver: override.until !== null && today > override.until,
    repId: "repId" in override.to ? (findRep(reps, override.to.repId)?.id ?? null) : null,
  }));
}
