import { DateTime } from "luxon";
import type { RepSettings } from "./policy.ts";

/** A rep's base weight at `now`: less while they ramp up, from the first minute of their first day in their own zone. */
export function weightAt({ weight, ramp }: RepSettings, { now, timeZone }: { now: string; timeZone: string }): number {
  if (ramp === null) return weight;
  const begin = DateTime.fromISO(ramp.from, { zone: timeZone });
  const at = Date.parse(now);
  const isRamping = at >= begin.toMillis() && at < begin.plus({ days: ramp.days }).toMillis();
  return isRamping ? weight * ramp.factor : weight;
}
