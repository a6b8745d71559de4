import { fieldValue } from "./conditions.ts";
import type { ReasonCode, Step, Tier } from "./decision.ts";
import type { Policy } from "./policy.ts";
import { rulesOf } from "./policy-rules.ts";
import { isFirstTurn } from "./qualify.ts";
import type { Reading } from "./read-lead.ts";

/** Hottest first. */
export const tiers: readonly Tier[] = ["T1", "T2", "T3", "nurture"];

/** How hot a lead is, with the steps that led there: where it comes from, its own score, the rule, the motion's limit. */
export function tierOf(policy: Policy, reading: Reading, now: string): { tier: Tier; steps: Step[] } {
  const { motion, score } = reading;
  const { tier, because } = ruledTier(policy, reading, now);
  const steps: Step[] = [{ step: "tier", tier, because }];
  if (score !== null) steps.unshift({ step: "scored", version: policy.qualification.version, ...score });
  if (motion !== null) steps.unshift({ step: "motion", motion: motion.name });
  const cap = motion?.tierCap ?? null;
  if (motion === null || cap === null || tiers.indexOf(tier) >= tiers.indexOf(cap)) return { tier, steps };
  steps.push({ step: "tier-capped", tier: cap, motion: motion.name });
  return { tier: cap, steps };
}

/** The tier of the first rule that matches; T3 when none does. */
function ruledTier(policy: Policy, { facts, isMql }: Reading, now: string): { tier: Tier; because: ReasonCode } {
  // A reassignment goes on with the tier it has: nobody takes a running promise back.
  if (!isMql && isFirstTurn(facts.trigger)) return { tier: "nurture", because: "not-mql" };
  const rule = policy.tiers[rulesOf(policy).tiers.first(facts, now)];
  if (rule !== undefined) return { tier: rule.tier, because: rule.because };
  return { tier: "T3", because: fieldValue(facts, "lead.score") === null ? "score-missing" : "no-tier-rule" };
}
