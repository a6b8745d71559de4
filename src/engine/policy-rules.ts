import type { Policy } from "./policy.ts";
import { compileRules, type RuleSet } from "./rule-set.ts";

export type PolicyRules = { gates: RuleSet; tiers: RuleSet; verticals: RuleSet };

const compiled = new WeakMap<Policy, PolicyRules>();

/** The rules of a policy, compiled when they are first asked for. */
export function rulesOf(policy: Policy): PolicyRules {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const rules = {
    gates: compileRules(policy.gates.map(({ when }) => when)),
    tiers: compileRules(policy.tiers.map(({ when }) => when)),
    verticals: compileRules(policy.verticals.map(({ when }) => when)),
  };
  compiled.set(policy, rules);
  return rules;
}
