import type { ReadField } from "./conditions.ts";
import { type Condition, linesOf, type Policy, type Territory } from "./policy.ts";
import { compileRules, type RuleSet } from "./rule-set.ts";
import { rivalsOf } from "./shared-place.ts";

export type PolicyRules = {
  gates: RuleSet;
  overrides: RuleSet;
  tiers: RuleSet;
  verticals: RuleSet;
  motions: RuleSet;
  /** The fit rules, then the engagement rules. */
  scores: RuleSet;
  /** Each alternative is a rule. Null where the policy says nothing of it. */
  definition: RuleSet | null;
  handRaiser: RuleSet | null;
  content: RuleSet | null;
  /** By name of the territory: those after it that cover a place of it as closely. */
  rivals: ReadonlyMap<string, readonly Territory[]>;
  /** Does any condition ask for this? What nobody asks for is not worked out. */
  asksFor(field: ReadField): boolean;
};

const compiled = new WeakMap<Policy, PolicyRules>();

const always: Condition = { all: [] };

/** The rules of a policy, compiled when they are first asked for. */
export function rulesOf(policy: Policy): PolicyRules {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const { qualification } = policy;
  const asked = new Set(
    conditionsOf(policy)
      .flatMap(linesOf)
      .map(({ field }) => field),
  );
  const rules: PolicyRules = {
    gates: compileRules(policy.gates.map(({ when }) => when)),
    overrides: compileRules(policy.overrides.map(({ when }) => when)),
    tiers: compileRules(policy.tiers.map(({ when }) => when)),
    verticals: compileRules(policy.verticals.map(({ when }) => when)),
    motions: compileRules(policy.motions.map(({ when }) => when)),
    scores: compileRules([...qualification.fit, ...qualification.engagement].map(({ when }) => when ?? always)),
    definition: compileOne(qualification.when),
    handRaiser: compileOne(qualification.handRaiser),
    content: compileOne(qualification.content),
    rivals: rivalsOf(policy),
    asksFor: (field) => asked.has(`lead.${field}`),
  };
  compiled.set(policy, rules);
  return rules;
}

/** One condition, each alternative as a rule: the first that holds makes it hold. */
function compileOne(condition: Condition | null): RuleSet | null {
  if (condition === null) return null;
  return compileRules("any" in condition ? condition.any : [condition]);
}

/** Every condition of a policy. */
export function conditionsOf(policy: Policy): Condition[] {
  const { qualification, gates, overrides, tiers, verticals, motions, partner } = policy;
  const { when, handRaiser, content, fit, engagement } = qualification;
  const rules = [...fit, ...engagement, ...gates, ...overrides, ...tiers, ...verticals, ...motions];
  const ofPartners = [partner?.registered ?? null, partner?.referral ?? null];
  const ofReps = [policy.repDefaults, ...Object.values(policy.reps)].map(({ never }) => never);
  const others = [when, handRaiser, content, ...ofPartners, ...ofReps];
  return [...others, ...rules.map((rule) => rule.when)].filter((condition) => condition !== null);
}
