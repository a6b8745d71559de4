import { Refused } from "../../refused.ts";
import { managerName, newcomerName } from "./reps.ts";

/** A list that is longer than this would fill every rep up to the shipped capacity, and fall to the catch-all. */
const leadsOfShippedCapacity = 300;

/**
 * The shipped policy with the demo's people in it: who takes what nobody else could and hears of breaches, and who is
 * new. Everything else is what a new workspace gets.
 */
export function demoPolicy(shipped: string, options: { leads: number }): string {
  const isLong = options.leads > leadsOfShippedCapacity;
  // All leads come within a minute or two, as in an hour without end.
  const [capacity, caps] = isLong ? [options.leads, "{}"] : [30, "{ leads_per_day: 10 }"];
  const changes: [from: string, to: string][] = [
    ["catch_all: { rep: null, queue: unrouted }", `catch_all: { rep: ${managerName}, queue: unrouted }`],
    [
      "rep_defaults: { weight: 1, capacity: 30, seniority: 2, caps: { leads_per_day: 10, t1_per_hour: 3 } }",
      `rep_defaults: { weight: 1, capacity: ${capacity}, seniority: 2, caps: ${caps}, manager: ${managerName} }`,
    ],
    ["reps: {}", `reps: { ${newcomerName}: { seniority: 1 } }`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from))
      throw new Refused(`The shipped policy has no line "${from}" any more: name another one with --policy.`);
    return text.replace(from, to);
  }, shipped);
}
