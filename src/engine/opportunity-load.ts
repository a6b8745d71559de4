import type { Opportunity } from "../model/account.ts";
import type { Policy } from "./policy.ts";

const dayMs = 86_400_000;

/**
 * How much of its owner's capacity an open opportunity takes, in points: by the third of its pipeline that it has come to,
 * and more when it has stood in one stage for long. One of which the CRM does not tell the stage counts as early.
 */
export function opportunityPoints(
  { phase = "early", stageSince }: Pick<Opportunity, "phase" | "stageSince">,
  { opportunityLoad: load }: Pick<Policy, "opportunityLoad">,
  now: Date,
): number {
  const isSlow = stageSince !== undefined && now.getTime() - Date.parse(stageSince) > load.slowAfterDays * dayMs;
  return load[phase] + (isSlow ? load.slow : 0);
}
