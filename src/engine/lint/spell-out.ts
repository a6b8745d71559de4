import { operators } from "../operators.ts";
import type { Condition, ConditionLine, Motion, Policy } from "../policy.ts";
import { ownScores } from "./own-score.ts";

const always: Condition = { all: [] };
const never: Condition = { any: [] };

/**
 * The policy with every condition said in the fields that a CRM has: who is a hand-raiser, what counts as content and
 * which way a lead came are spelled out where a rule asks for them. Scores that the policy makes itself are fields of
 * their own, other ones than the CRM's, for which the rules that give the points may ask.
 */
export function spellOut(policy: Policy): Policy {
  const { qualification, partner } = policy;
  const { handRaiser, content } = qualification;
  const marks = new Map<string, Condition | null>([["lead.isHandRaiser", handRaiser]]);
  marks.set("lead.isContentQualified", content === null ? null : spelled(content, { marks }));
  const scores = qualification.score === "own" ? ownScores : undefined;
  const motions = policy.motions.map((motion) => ({ ...motion, when: spelled(motion.when, { marks, scores }) }));
  const known: Known = { marks, scores, motions };
  const spell = <T extends { when: Condition }>(rules: readonly T[]): T[] =>
    rules.map((rule) => ({ ...rule, when: spelled(rule.when, known) }));
  const spellOne = (condition: Condition | null, by: Known): Condition | null =>
    condition === null ? null : spelled(condition, by);
  return {
    ...policy,
    motions,
    qualification: {
      ...qualification,
      when: spellOne(qualification.when, { marks, scores }),
      fit: qualification.fit.map((rule) => ({ ...rule, when: spelled(rule.when, { marks }) })),
      engagement: qualification.engagement.map((rule) => ({ ...rule, when: spellOne(rule.when, { marks }) })),
    },
    gates: spell(policy.gates),
    overrides: spell(policy.overrides),
    tiers: spell(policy.tiers),
    verticals: spell(policy.verticals),
    partner:
      partner === null
        ? null
        : {
            ...partner,
            registered: spellOne(partner.registered, known),
            referral: spellOne(partner.referral, known),
          },
  };
}

/** A condition that comes after the score, where the policy makes that itself. */
export const inOwnScores = (condition: Condition): Condition =>
  spelled(condition, { marks: new Map(), scores: ownScores });

/** What is known of a lead when a condition is asked. */
type Known = {
  marks: ReadonlyMap<string, Condition | null>;
  scores?: ReadonlyMap<string, string> | undefined;
  motions?: readonly Motion[];
};

function spelled(condition: Condition, known: Known): Condition {
  if ("all" in condition) return { all: condition.all.map((inner) => spelled(inner, known)) };
  if ("any" in condition) return { any: condition.any.map((inner) => spelled(inner, known)) };
  if ("not" in condition) return { not: spelled(condition.not, known) };
  if (condition.field === "lead.motion" && known.motions !== undefined) return motionSpelled(condition, known.motions);
  const mark = known.marks.get(condition.field);
  if (mark !== undefined) return markSpelled(condition, mark);
  return { ...condition, field: known.scores?.get(condition.field) ?? condition.field };
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
