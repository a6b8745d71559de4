import { reasonLine } from "./claim.ts";
import { type Decision, type LedgerPick, picksOf, type Step } from "./decision.ts";
import { accountInWords, accountWithId, type CrmTitles } from "./explain-account.ts";
import { scoreInWords } from "./explain-score.ts";
import { explainHotterTiers, tierNames } from "./explain-tier.ts";
import { movesOf } from "./ledger.ts";
import { type Names, repName } from "./names.ts";
import { type Policy, reviewersOf } from "./policy.ts";
import { meaningOf, sentenceStart } from "./reasons.ts";
import { answerInWords, type ReviewAnswer } from "./review-in-words.ts";
import type { LeadFacts, State } from "./snapshot.ts";
import { zonedTime } from "./zoned-time.ts";

/** A tier for a text. */
export const tierName = (decision: Decision): string => tierNames[decision.tier];

export type ExplainInput = {
  facts: LeadFacts;
  decision: Decision;
  names: Names;
  /** IANA zone in which times are told. */
  timeZone: string;
  /** What it moved, and the credits of each pool before that; null when nothing moved. */
  credit: { pick: LedgerPick; before: State["credits"] } | null;
  /** What it was decided by, and when; null when that policy cannot be read any more. */
  by: { policy: Policy; now: string } | null;
  /** Without them a CRM is called by its name. */
  crmTitles?: CrmTitles;
  /** What a reviewer said since; absent: nothing, or nobody was asked. */
  answer?: ReviewAnswer | undefined;
};

/** A decision as sentences: what was known, each step in order, the outcome, what else the data lacked. Plain text. */
export function explain(input: ExplainInput): string[] {
  const { facts, decision, answer } = input;
  const told = [
    causeOf(input),
    ...accountInWords(facts, input.crmTitles ?? {}),
    ...(answer === undefined
      ? []
      : [
          `${answerInWords(answer, input.timeZone)}: leads like it go by that since, and this one stayed where it was.`,
        ]),
    ...grouped(decision.trace).flatMap((steps) => [
      sentenceStart(sentenceOf(steps, input)),
      ...(steps[0]?.step === "tier" ? hotterTiers(input) : []),
    ]),
    ...creditsOf(input),
    outcomeOf(decision, input),
  ];
  // What decided the tier or a stage has been said.
  const marks = decision.marks.map(meaningOf).filter((meaning) => !told.some((line) => line.includes(meaning)));
  return marks.length === 0 ? told : [...told, `The data had ${marks.join("; ")}.`];
}

function causeOf({ facts: { lead, trigger }, names, timeZone }: ExplainInput): string {
  const qualified = `Lead ${lead.id} qualified on ${zonedTime(trigger.qualifiedAt, timeZone)}`;
  if (trigger.cause === "qualified") return `${qualified}.`;
  if (trigger.cause === "followed")
    return `${qualified}, and was decided again: the lead that it followed had an owner now, or none to wait for.`;
  if (trigger.cause === "waited") return `${qualified}; ${waitedIn(trigger, timeZone)}.`;
  const had = trigger.breachedBy.map((repId) => repName(names, repId)).join(", ");
  const because = {
    breached: `${had || "its rep"} did not get to it in time`,
    "owner-inactive": "its owner is not active any more",
    merged: "it was merged into a lead that nobody was working on",
    restored: "it was deleted and came back without its owner",
  }[trigger.cause];
  return `${qualified}; this is reassignment ${trigger.round}, because ${because}.`;
}

function waitedIn({ waits = [] }: LeadFacts["trigger"], timeZone: string): string {
  const last = waits.at(-1);
  if (last === undefined) return "it was held until somebody could take it";
  const until = last.until === null ? "" : `, at most until ${zonedTime(last.until, timeZone)}`;
  return `it was held in ${last.level}${until}`;
}

/** Neighbours that say the same of several stages or reps, so that it is said once. */
function grouped(trace: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of trace) {
    const [first] = groups.at(-1) ?? [];
    if (first !== undefined && isAlike(first, step)) groups.at(-1)?.push(step);
    else groups.push([step]);
  }
  return groups;
}

const hotterTiers = ({ facts, decision: { tier }, by }: ExplainInput): string[] =>
  by === null ? [] : explainHotterTiers(by.policy, facts, { tier, now: by.now });

const isAlike = (a: Step, b: Step): boolean =>
  (a.step === "stage-passed" && b.step === "stage-passed" && a.because === b.because) ||
  (a.step === "rep-excluded" && b.step === "rep-excluded" && a.because === b.because);

/** With the facts of the lead a step says what its ids mean. */
type Reader = Pick<ExplainInput, "names" | "timeZone"> & Partial<Pick<ExplainInput, "facts" | "crmTitles">>;

/** One step of a trace as a sentence. */
export const stepInWords = (step: Step, reader: Reader): string => sentenceStart(sentenceOf([step], reader));

function sentenceOf(steps: readonly Step[], reader: Reader): string {
  const { names } = reader;
  const [step] = steps;
  switch (step?.step) {
    case "motion":
      return `It came as ${step.motion}.`;
    case "scored":
      return scoreInWords(step);
    case "tier-capped":
      return `What comes as ${step.motion} is ${tierNames[step.tier]} at most.`;
    case "tier":
      return `Its tier is ${tierNames[step.tier]}: ${meaningOf(step.because)}.`;
    case "stage-passed": {
      const stages = steps.flatMap((each) => ("stage" in each ? [stageName(each.stage).toLowerCase()] : []));
      return `${inWords(stages)} did not apply: ${meaningOf(step.because)}.`;
    }
    case "stage-narrowed":
      return `${stageName(step.stage)} narrowed the choice to ${step.to}: ${reps(step.left)} left.`;
    case "stage-assigned":
      return `${stageName(step.stage)} decided: ${meaningOf(step.because)}.`;
    case "relaxed":
      return `Nobody was left, so ${stageName(step.stage).toLowerCase()} was relaxed: ${reps(step.left)} again.`;
    case "rep-excluded": {
      const passed = steps.flatMap((each) => ("repId" in each ? [repName(names, each.repId)] : []));
      return `${inWords(passed)} ${passed.length === 1 ? "was" : "were"} passed over: ${meaningOf(step.because)}.`;
    }
    case "group-chosen":
      return `Group ${step.group} of pool ${step.poolId} had its turn: ${meaningOf(step.because)}.`;
    case "rep-chosen":
      return `${repName(names, step.repId)} was chosen${step.poolId === undefined ? "" : ` from pool ${step.poolId}`}: ${meaningOf(step.because)}.`;
    case "ghost-owner":
      return step.stage === "override"
        ? `${repName(names, step.repId)} is named by an override but is not active.`
        : `${repName(names, step.repId)} is named as owner but is not active; that claim was ignored.`;
    case "channel-conflict":
      return `Channel conflict: ${repName(names, step.repId)} had a claim to it (${meaningOf(step.because)}); both sides are told.`;
    case "backup-chosen":
      return `${repName(names, step.repId)} stands in for ${repName(names, step.backupFor)}.`;
    case "over-capacity":
      return `${repName(names, step.repId)} had open work of ${step.load} points and can carry ${step.capacity}; a claim counts more.`;
    case "waterfall-level":
      return `Waterfall, ${step.level}: ${meaningOf(step.because)}.`;
    case "noted":
      return noteOf(step.because, step.detail ?? "", reader);
    case undefined:
      return "";
  }
}

function noteOf(because: string, detail: string, { names, timeZone, facts, crmTitles = {} }: Reader): string {
  switch (because) {
    case "overnight":
      return `Nobody is on shift; the first to start do so on ${zonedTime(detail, timeZone)}.`;
    case "catch-up":
      return `Away, with a turn counted to catch up with: ${detail
        .split(", ")
        .map((repId) => repName(names, repId))
        .join(", ")}.`;
    case "owner-away":
      return `${repName(names, detail)} is away.`;
    case "no-backup":
      return `Nobody stands in for ${repName(names, detail)}, so the lead goes where leads that nobody has a claim to go.`;
    case "stale":
      return `It qualified on ${zonedTime(detail, timeZone)}, long before it could be decided.`;
    case "near-capacity":
      return `${repName(names, detail)} had nearly as much open work as they can carry.`;
    case "breached-again":
      return "Nobody else is left, so those who did not get to it in time count again.";
    case "territory-overlap":
      return detail.includes(", ")
        ? `The territories ${detail} cover it as closely, and their pools take part.`
        : `The territory ${detail} covers it as closely, and its pool takes part.`;
    case "override":
      return `The override ${detail} is for such a lead.`;
    case "override-over":
      return `The override ${detail} is for such a lead too, but its last day has passed.`;
    case "claim":
      return `The claim comes from ${sourceOf(detail, facts, crmTitles)}.`;
    case "same-email":
    case "same-phone":
    case "same-name":
      return `It is the same person as lead ${detail}: ${meaningOf(because)}.`;
    default:
      return `${sentenceStart(meaningOf(because))}${detail === "" ? "" : ` (${detail})`}.`;
  }
}

/** A claim's source as a trace has it: `account 12`, `opportunity 7`, `rep 3`. */
function sourceOf(detail: string, facts: LeadFacts | undefined, titles: CrmTitles): string {
  const [, id] = /^account (.+)$/.exec(detail) ?? [];
  return id === undefined || facts === undefined ? detail : accountWithId(id, facts, titles);
}

/** Each candidate gains its share of one lead, and the chosen one pays for it. */
function creditsOf({ credit, names }: ExplainInput): string[] {
  if (credit === null) return [];
  return picksOf(credit.pick).map((pick, at, { length }) => {
    // Before the turn inside come those of groups, whose names are their own.
    const nameOf = (id: string): string => (at < length - 1 ? id : repName(names, id));
    const credits = Object.hasOwn(credit.before, pick.poolId) ? (credit.before[pick.poolId] ?? {}) : {};
    const moved = movesOf(pick).map(([repId, move]) => {
      const before = Object.hasOwn(credits, repId) ? (credits[repId] ?? 0) : 0;
      return `${nameOf(repId)} ${amount(before)} → ${amount(before + move)}`;
    });
    return `Credit in pool ${pick.poolId}, before and after: ${moved.join(", ")}.`;
  });
}

/** 0.333 → "+0.33"; what rounds to nothing is "0". */
function amount(credit: number): string {
  const rounded = credit.toFixed(2);
  if (Number(rounded) === 0) return "0";
  return credit > 0 ? `+${rounded}` : rounded.replace("-", "−");
}

/** A claim or a pick has said why already, and who is away or not on shift. */
function outcomeOf(decision: Decision, { names, timeZone, by }: ExplainInput): string {
  const { outcome } = decision;
  if (outcome.kind === "assigned") return `So it went to ${repName(names, outcome.repId)}.`;
  if (outcome.kind === "followed")
    return `So it follows lead ${outcome.leadId}, which has no owner yet, and goes to whoever gets that.`;
  if (outcome.kind !== "queued") return `${sentenceStart(reasonLine(decision, names))}.`;
  if (outcome.held === undefined)
    return `So it went to the queue ${outcome.queueId}${reviewerOf(outcome.queueId, by)}.`;
  const { until, opensAt } = outcome.held;
  const end = until === null ? "until somebody can take it" : `until ${zonedTime(until, timeZone)} at most`;
  const soon = opensAt === null ? "" : `; somebody should be able to take it on ${zonedTime(opensAt, timeZone)}`;
  return `So it is held in ${outcome.queueId} ${end}${soon}${reviewerOf(outcome.queueId, by)}.`;
}

/** Who answers for what ends there, as the end of a sentence. */
function reviewerOf(name: string, by: ExplainInput["by"]): string {
  if (by === null) return "";
  const reviewer = reviewersOf(by.policy).find((queue) => queue.name === name)?.reviewer ?? null;
  return reviewer === null ? "" : `; ${reviewer} looks after what is there`;
}

/** "a", "a and b", "a, b and c". */
const inWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

const reps = (count: number): string => (count === 1 ? "1 rep" : `${count} reps`);

const stageNames: Readonly<Record<string, string>> = {
  "open-opportunity": "Open deal",
  customer: "Customer",
  "customer-success": "Customer-success manager",
  "owned-account": "Owned account",
  partner: "Partner",
  "prior-owner": "Prior owner",
  "account-lock": "Account lock",
  duplicate: "Duplicate",
  override: "Override",
  territory: "Territory",
  language: "Language",
  segment: "Segment",
  vertical: "Vertical",
  tier: "Tier",
};

/** A stage for a text. */
export const stageName = (stage: string): string => stageNames[stage] ?? sentenceStart(stage);
