import { operators } from "../operators.ts";
import type { Condition, ConditionLine, Motion, Policy } from "../policy.ts";

const always: Condition = { all: [] };
const never: Condition = { any: [] };

/**
 * The policy with every condition said in the fields that a CRM has: who is a hand-raiser, what counts as content and
 * which way a lead came are spelled out where a rule asks for them. It decides the same.
 */
export function spellOut(policy: Policy): Policy {
  const { qualification } = policy;
  const { handRaiser, content } = qualification;
  const marks = new Map<string, Condition | null>([["lead.isHandRaiser", handRaiser]]);
  marks.set("lead.isContentQualified", content === null ? null : spelled(content, marks));
  const motions = policy.motions.map((motion) => ({ ...motion, when: spelled(motion.when, marks) }));
  const spell = <T extends { when: Condition }>(rules: readonly T[]): T[] =>
    rules.map((rule) => ({ ...rule, when: spelled(rule.when, marks, motions) }));
  return {
    ...policy,
    motions,
    qualification: {
      ...qualification,
      when: qualification.when === null ? null : spelled(qualification.when, marks),
      fit: qualification.fit.map((rule) => ({ ...rule, when: spelled(rule.when, marks) })),
      engagement: qualification.engagement.map((rule) => ({
        ...rule,
        when: rule.when === null ? null : spelled(rule.when, marks),
      })),
    },
    gates: spell(policy.gates),
    overrides: spell(policy.overrides),
    tiers: spell(policy.tiers),
    verticals: spell(policy.verticals),
  };
}

type Marks = ReadonlyMap<string, Condition | null>;

function spelled(condition: Condition, marks: Marks, motions: readonly Motion[] = []): Condition {
  if ("all" in condition) return { all: condition.all.map((inner) => spelled(inner, marks, motions)) };
  if ("any" in condition) return { any: condition.any.map((inner) => spelled(inner, marks, motions)) };
  if ("not" in condition) return { not: spelled(condition.not, marks, motions) };
  if (condition.field === "lead.motion") return motionSpelled(condition, motions);
  const mark = marks.get(condition.field);
  return mark === undefined ? condition : markSpelled(condition, mark);
}

/** `mark`: when it is true; null: nobody knows, of any lead. */
function markSpelled({ operator, value }: ConditionLine, mark: Condition | null): Condition {
  const { holds, takesMissing } = operators[operator];
  if (mark === null) return takesMissing ? always : never;
  const [yes, no] = [holds("true", value, ""), holds("false", value, "")];
  if (yes === no) return yes ? always : never;
  return yes ? mark : { not: mark };
}

/** A lead comes by the first motion that fits, or by none. */
function motionSpelled({ operator, value }: ConditionLine, motions: readonly Motion[]): Condition {
  const { holds, takesMissing } = operators[operator];
  const comesBy = motions.flatMap(({ name, when }, at): Condition[] =>
    holds(name, value, "")
      ? [{ all: [when, ...motions.slice(0, at).map((earlier): Condition => ({ not: earlier.when }))] }]
      : [],
  );
  const byNone: Condition[] = takesMissing ? [{ not: { any: motions.map(({ when }) => when) } }] : [];
  return { any: [...comesBy, ...byNone] };
}
