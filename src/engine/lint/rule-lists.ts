import type { Condition, Policy } from "../policy.ts";

/** One of several of which the first that holds counts. `name` is how a finding calls it; `until`: its last day, if it has one. */
export type ListedRule = { name: string; when: Condition; until?: string | null };

export type RuleList = { section: string; rules: readonly ListedRule[] };

/** Every such list of a policy: one entry for each section that has conditions in order. */
export function ruleLists(policy: Policy): RuleList[] {
  return [
    { section: "motions", rules: policy.motions.map(({ name, when }) => ({ name: `motion "${name}"`, when })) },
    { section: "gates", rules: policy.gates.map(({ name, when }) => ({ name: `gate "${name}"`, when })) },
    {
      section: "overrides",
      rules: policy.overrides.map(({ name, when, until }) => ({ name: `override "${name}"`, when, until })),
    },
    {
      section: "tiers",
      rules: policy.tiers.map(({ tier, because, when }, at) => ({
        name: `tier rule ${at + 1} (${tier}, ${because})`,
        when,
      })),
    },
    { section: "verticals", rules: policy.verticals.map(({ name, when }) => ({ name: `vertical "${name}"`, when })) },
    {
      section: "partner",
      rules: [
        { name: "partner.registered", when: policy.partner?.registered ?? null },
        { name: "partner.referral", when: policy.partner?.referral ?? null },
      ].flatMap(({ name, when }) => (when === null ? [] : [{ name, when }])),
    },
  ];
}
