import type { Decision, Step } from "../decision.ts";
import { segmentFor } from "../narrowing.ts";
import { normaliseLanguage } from "../normalise/language.ts";
import type { Policy } from "../policy.ts";
import { rulesOf } from "../policy-rules.ts";
import { isToDecide } from "../qualify.ts";
import type { LeadFacts } from "../snapshot.ts";
import { placeOf } from "../territory.ts";

export type Run = { policy: Policy; facts: LeadFacts; now: string; decision: Decision };

/** What a decision notes only beside a branch of its own. */
const asides: readonly string[] = ["claim", "owner-away", "overnight", "near-capacity", "territory-overlap"];

/** What a stage may decide by besides what it is named after. */
const ownReasons: readonly string[] = ["customer-success", "registered-deal", "partner-referral"];

/** The keys of the branches that a decision went. */
export const takenBranches = (run: Run): string[] => [
  ...tierOf(run),
  ...run.decision.trace.flatMap((step) => keysOf(step, run)),
  ...endOf(run),
];

function tierOf({ policy, facts, now, decision }: Run): string[] {
  // What is no MQL has come to no rule.
  if (decision.trace.some((step) => step.step === "tier" && step.because === "not-mql")) return [];
  const rule = rulesOf(policy).tiers.first(facts, now);
  if (rule !== -1) return [`tier rule ${rule + 1}`];
  return decision.trace.flatMap((step) => (step.step === "tier" ? [`tier ${step.because}`] : []));
}

function keysOf(step: Step, run: Run): string[] {
  switch (step.step) {
    case "stage-passed":
      return [
        `passed ${step.stage} ${step.because}`,
        ...(step.stage === "language" && step.because === "everyone-fits" ? listedLanguage(run) : []),
        ...subjectOf(step.stage, run),
      ];
    case "stage-assigned":
      // The code of an override is the policy's own, and its name has told which one it is.
      if (step.stage === "override") return [];
      return [`assigned ${ownReasons.includes(step.because) ? step.because : step.stage}`];
    case "stage-narrowed":
      return [
        ...(step.stage === "language" ? spokenIn(run) : [`narrowed ${step.stage} ${step.to}`]),
        ...subjectOf(step.stage, run),
      ];
    case "relaxed":
      return [`relaxed ${step.stage}`];
    case "rep-excluded":
      return [`excluded ${step.because}`];
    case "noted":
      if (step.because === "override") return [`override ${step.detail}`];
      return asides.includes(step.because) ? [] : [`noted ${step.because}`];
    case "group-chosen":
      return [`group ${step.poolId} ${step.group}`];
    case "motion":
      return [`motion ${step.motion}`];
    case "tier-capped":
      return [`capped ${step.motion}`];
    case "channel-conflict":
      return ["channel-conflict"];
    case "backup-chosen":
      return ["backup"];
    case "over-capacity":
      return ["over-capacity"];
    case "ghost-owner":
      // Of a stage the reason why it passed the lead on says it.
      return step.stage === "human-owner" ? ["ghost human-owner"] : [];
    case "waterfall-level":
      return [`level ${step.level} ${step.because}`];
    default:
      return [];
  }
}

/** The segment or vertical that a stage looked at, whether it narrowed or not. */
function subjectOf(stage: string, { policy, facts, now }: Run): string[] {
  const name =
    stage === "segment"
      ? segmentFor(policy, facts).segment?.name
      : stage === "vertical"
        ? policy.verticals[rulesOf(policy).verticals.first(facts, now)]?.name
        : undefined;
  return name === undefined ? [] : [`${stage} ${name}`];
}

function spokenIn(run: Run): string[] {
  const listed = listedLanguage(run);
  return listed.length === 0 ? ["language elsewhere"] : listed;
}

/** The pair that the policy lists and that the lead is of. */
function listedLanguage({ policy, facts }: Run): string[] {
  const { country } = placeOf(facts, policy.location);
  const { value } = normaliseLanguage(facts.lead.fields.language);
  const listed = policy.languages.find(({ language }) => language === value)?.countries ?? [];
  return country !== null && listed.includes(country) ? [`language ${value} in ${country}`] : [];
}

const isOfWaterfall = ({ trace }: Decision): boolean => trace.at(-1)?.step === "waterfall-level";

function endOf({ policy, facts, now, decision }: Run): string[] {
  const { outcome } = decision;
  switch (outcome.kind) {
    case "stopped": {
      const gate = isToDecide(policy, facts) ? policy.gates[rulesOf(policy).gates.first(facts, now)] : undefined;
      return [gate === undefined ? `stopped ${outcome.because}` : `gate ${gate.name}`];
    }
    case "kept":
      return [`kept ${outcome.because}`];
    case "followed":
      return ["followed"];
    case "queued":
      return outcome.because === "claim-list" && !isOfWaterfall(decision) ? [`offered ${outcome.queueId}`] : [];
    case "assigned":
      if (outcome.stage !== "pick") return [];
      return [`${outcome.opensAt === undefined ? "picked" : "overnight"} ${outcome.poolId}`];
    default:
      return [];
  }
}
