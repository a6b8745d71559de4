import { tellingOf } from "./asked-alike.ts";
import { cleanText } from "./clean-text.ts";
import { fieldInWords } from "./condition-in-words.ts";
import { fieldValue } from "./conditions.ts";
import type { ReasonCode, Tier } from "./decision.ts";
import { type Condition, linesOf, type Policy } from "./policy.ts";
import { rulesOf } from "./policy-rules.ts";
import { isFirstTurn } from "./qualify.ts";
import { readLead } from "./read-lead.ts";
import { meaningOf } from "./reasons.ts";
import { itemsOf } from "./rule-set.ts";
import type { LeadFacts } from "./snapshot.ts";

/** A tier for a text. */
export const tierNames: Readonly<Record<Tier, string>> = {
  T1: "T1 (hot)",
  T2: "T2 (warm)",
  T3: "T3 (moderate)",
  nurture: "nurture",
};

const hottestFirst: readonly Tier[] = ["T1", "T2", "T3", "nurture"];
const longestValue = 60;

/**
 * What a lead would have needed for a hotter tier than its own, a sentence a tier: which rules lead there, and what of
 * the lead each of them failed on. `now` is the instant of the decision.
 */
export function explainHotterTiers(
  policy: Policy,
  given: LeadFacts,
  { tier, now }: { tier: Tier; now: string },
): string[] {
  const { facts, isMql } = readLead(policy, given, now);
  if (!isMql && isFirstTurn(facts.trigger)) return [];
  const { tiers } = rulesOf(policy);
  const failed = tiers.failedItems(tiers.match(facts, now));
  return hottestFirst.slice(0, hottestFirst.indexOf(tier)).flatMap((hotter) => {
    const missed = failed.flatMap((item, at) => {
      const rule = policy.tiers[at];
      return rule?.tier === hotter ? [missedRule(policy, rule, { item, facts })] : [];
    });
    return missed.length === 0 ? [] : [`${tierNames[hotter]} is for a lead that ${missed.join(", or ")}.`];
  });
}

function missedRule(
  policy: Policy,
  { because, when }: Policy["tiers"][number],
  { item, facts }: { item: number; facts: LeadFacts },
): string {
  const failed = itemsOf(when)[item];
  return `${asPredicate(because)} (${failed === undefined ? "" : valuesIn(policy, failed, facts)})`;
}

/** A policy may name its rules as it likes: what is no meaning of ours is quoted. */
function asPredicate(because: ReasonCode): string {
  const meaning = meaningOf(because);
  return meaning === because.replaceAll("-", " ") ? `falls under "${cleanText(meaning)}"` : meaning;
}

/** "its score is 45, its conversion is not known" */
function valuesIn(policy: Policy, condition: Condition, facts: LeadFacts): string {
  const asked = linesOf(condition).flatMap(({ field, operator, value }) =>
    fieldsBehind(policy, field).map((behind) => ({ field: behind, by: JSON.stringify([operator, value]) })),
  );
  const present = asked.map((each) => ({ ...each, present: fieldValue(facts, each.field) }));
  const told = [...Map.groupBy(present, ({ by }) => by).values()].flatMap(tellingOf);
  const values = new Map(told.map((each) => [each.field, each.present]));
  return [...values]
    .map(([field, value]) => {
      return `its ${fieldInWords(field)} is ${value === null ? "not known" : shortened(cleanText(value))}`;
    })
    .join(", ");
}

/** What the qualification says of a lead comes from fields that tell more than yes or no. */
function fieldsBehind({ qualification }: Policy, field: string): string[] {
  const { handRaiser, content } = qualification;
  const behind = field === "lead.isHandRaiser" ? handRaiser : field === "lead.isContentQualified" ? content : null;
  return behind === null ? [field] : linesOf(behind).map((line) => line.field);
}

const shortened = (text: string): string => (text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
