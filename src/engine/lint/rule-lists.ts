import type { Condition, Policy } from "../policy.ts";

/** Rules of which the first that holds counts. `name` is how a finding calls one. */
export type RuleList = { section: string; rules: readonly { name: string; when: Condition }[] };

/** Every such list of a policy: one entry for each section that has conditions in order. */
export function ruleLists(policy: Policy): RuleList[] {
  return [
    { section: "motions", rules: policy.motions.map(({ name, when }) => ({ name: `motion "${name}"`, when })) },
    { section: "gates", rules: policy.gates.map(({ name, when }) => ({ name: `gate "${name}"`, when })) },
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
