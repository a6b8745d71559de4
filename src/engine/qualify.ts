import { fieldValue } from "./conditions.ts";
import type { Decision, ReasonCode } from "./decision.ts";
import { ownersBefore } from "./next-turn.ts";
import { normaliseCountry } from "./normalise/country.ts";
import { emailDomain } from "./normalise/domain.ts";
import { normaliseScore } from "./normalise/score.ts";
import { hasStates } from "./normalise/state.ts";
import type { Policy } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";

/** Is the lead still in the stage that makes it ours to route (or in the one that our own assignment put it in)? */
export function isQualified(policy: Policy, facts: Pick<LeadFacts, "lead" | "trigger">): boolean {
  const stage = facts.lead.fields.stage ?? null;
  const { elsewhere } = facts.trigger;
  if (elsewhere !== undefined && stage === elsewhere.stage) return true;
  if (stage === null) return facts.lead.qualifiedAt !== null;
  if (stage === policy.qualifyingStage) return true;
  return facts.trigger.round > 0 && stage === policy.writes.stage;
}

/** Is it to be decided on? A merge brings a lead to whoever has its survivor, whatever stage that one is in. */
export const isToDecide = (policy: Policy, facts: Pick<LeadFacts, "lead" | "trigger">): boolean =>
  facts.trigger.cause === "merged" || isQualified(policy, facts);

/** Has no rep had it yet in this qualification? Having followed another lead, or having been held, is no turn of anybody's. */
export const isFirstTurn = (trigger: LeadFacts["trigger"]): boolean => ownersBefore(trigger) === 0;

/** Is there still something for its rep to do? Not once it left the stage, or has a disposition. */
export function isOpenWork(
  policy: Policy,
  { stage, status }: { stage: string | null; status: string | null },
): boolean {
  if (status !== null && policy.dispositions.includes(status)) return false;
  return stage === null || stage === policy.qualifyingStage || stage === policy.writes.stage;
}

/** Did it qualify so long ago that nobody should take it for a new one? Of a reassignment the first decision has told. */
export function isStaleAt(policy: Policy, { trigger }: Pick<LeadFacts, "trigger">, now: string): boolean {
  if (policy.staleAfterMinutes === null || trigger.cause !== "qualified") return false;
  return Date.parse(now) - Date.parse(trigger.qualifiedAt) > policy.staleAfterMinutes * 60_000;
}

/** Whether a decision came that late. */
export const isStale = (decision: Decision): boolean =>
  decision.trace.some((step) => step.step === "noted" && step.because === "stale");

/** Data-quality marks of the fields that every decision leans on, and of those that the policy wants to be there. */
export function dataMarks(policy: Policy, facts: LeadFacts): ReasonCode[] {
  const { fields } = facts.lead;
  const marks = [emailDomain(fields.email).mark, normaliseScore(fields.score).mark, facts.noMatchBecause];
  const missing = policy.minimumFields
    .filter((field) => isMissing(facts, field))
    .map((field) => `${bare(field)}-missing`);
  return [...marks.filter((mark) => mark !== null), ...missing];
}

/** Most countries have no states that anybody would write down. */
function isMissing(facts: LeadFacts, field: string): boolean {
  if (fieldValue(facts, field) !== null) return false;
  return field !== "lead.state" || hasStates(normaliseCountry(facts.lead.fields.country).value);
}

/** `lead.source` as "source", `lead.crm.product` as "product". */
const bare = (field: string): string => field.replace(/^(?:lead\.crm|lead|account)\./, "");
