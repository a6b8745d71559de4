import type { FieldValue } from "../model/lead.ts";
import type { ReasonCode } from "./decision.ts";
import { freshFacts } from "./fresh-facts.ts";
import { type IndustryNames, industryNames, normaliseIndustry } from "./normalise/industry.ts";
import type { Motion, Policy } from "./policy.ts";
import { type PolicyRules, rulesOf } from "./policy-rules.ts";
import { type Score, scoreOf } from "./score.ts";
import type { LeadFacts } from "./snapshot.ts";

/** A lead as its policy reads it. */
export type Reading = {
  /** The lead's facts as tiers, gates and stages see them: its score, what it is and where it comes from among the fields. */
  facts: LeadFacts;
  /** Null: an ordinary MQL. */
  motion: Motion | null;
  /** Does it meet the definition of an MQL? */
  isMql: boolean;
  /** Null where the CRM's score counts. */
  score: Score | null;
  marks: readonly ReasonCode[];
};

/**
 * Reads a lead at `now`. Each of its new fields is worked out before the conditions that may ask for it: what it did,
 * then its score, then what qualifies it and where it comes from.
 */
export function readLead(policy: Policy, given: LeadFacts, now: string): Reading {
  const rules = rulesOf(policy);
  if (!hasMore(policy, rules)) return { facts: given, motion: null, isMql: true, score: null, marks: [] };
  const { facts: fresh, marks } =
    policy.staleFields === null ? { facts: given, marks: [] } : freshFacts(policy.staleFields, given, now);
  // Filled here and nowhere else.
  const fields: Record<string, FieldValue> = { ...fresh.lead.fields };
  const facts: LeadFacts = { ...fresh, lead: { ...fresh.lead, fields } };
  if (rules.asksFor("industryName")) fields.industryName = normaliseIndustry(fields.industry, namesOf(policy)).value;
  if (rules.handRaiser !== null) fields.isHandRaiser = String(rules.handRaiser.first(facts, now) !== -1);
  if (rules.content !== null) fields.isContentQualified = String(rules.content.first(facts, now) !== -1);
  const score = ownScore(policy, rules, facts, now);
  if (score !== null) {
    fields.score = String(score.score);
    fields.fitScore = String(score.fit);
    fields.engagementScore = String(score.engagement);
  }
  const isMql = rules.definition === null || rules.definition.first(facts, now) !== -1;
  const motion = policy.motions[rules.motions.first(facts, now)] ?? null;
  fields.motion = motion?.name ?? null;
  return { facts, motion, isMql, score, marks };
}

/** A policy that says nothing of all this reads a lead as it is. */
function hasMore({ qualification, motions, staleFields }: Policy, rules: PolicyRules): boolean {
  const { handRaiser, content, definition } = rules;
  const isAsked = [handRaiser, content, definition, staleFields].some((part) => part !== null);
  return isAsked || motions.length > 0 || qualification.score === "own" || rules.asksFor("industryName");
}

function ownScore({ qualification }: Policy, rules: PolicyRules, facts: LeadFacts, now: string): Score | null {
  return qualification.score === "own" ? scoreOf(qualification, rules.scores, facts, now) : null;
}

const known = new WeakMap<Policy, IndustryNames>();

function namesOf(policy: Policy): IndustryNames {
  const names = known.get(policy) ?? industryNames(policy.industries);
  known.set(policy, names);
  return names;
}
