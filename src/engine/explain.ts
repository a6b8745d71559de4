import { cleanText } from "./clean-text.ts";
import type { Decision, Step } from "./decision.ts";
import { meaningOf } from "./reasons.ts";
import type { LeadFacts } from "./snapshot.ts";

/** Rep names by id, for texts. One that is missing is shown as `rep <id>`. */
export type Names = { reps: Readonly<Record<string, string>> };

/** A rep's name for a text. */
export const repName = (names: Names, repId: string): string =>
  cleanText(Object.hasOwn(names.reps, repId) ? (names.reps[repId] ?? "") : "") || `rep ${repId}`;

const tierNames = { T1: "T1 (hot)", T2: "T2 (warm)", T3: "T3 (moderate)", nurture: "nurture" } as const;

/** A tier for a text. */
export const tierName = (decision: Decision): string => tierNames[decision.tier];

/** A decision as sentences: what was known, each step in order, the outcome, what the data lacked. Plain text. */
export function explain(record: { facts: LeadFacts; decision: Decision; names: Names }): string[] {
  const { facts, decision, names } = record;
  return [
    causeOf(facts, names),
    accountOf(facts),
    ...decision.trace.map((step) => sentenceStart(sentenceOf(step, names))),
    `${sentenceStart(reasonLine(decision, names))}.`,
    ...(decision.marks.length === 0 ? [] : [`The data had ${decision.marks.map(meaningOf).join("; ")}.`]),
  ];
}

function causeOf({ lead, trigger }: LeadFacts, names: Names): string {
  const qualified = `Lead ${lead.id} qualified at ${trigger.qualifiedAt}`;
  if (trigger.cause === "qualified") return `${qualified}.`;
  const had = trigger.breachedBy.map((repId) => repName(names, repId)).join(", ");
  const because = {
    breached: `${had || "its rep"} did not get to it in time`,
    "owner-inactive": "its owner is not active any more",
    restored: "it was deleted and came back without its owner",
  }[trigger.cause];
  return `${qualified}; this is reassignment ${trigger.round}, because ${because}.`;
}

const matchedBy = {
  "crm-association": "as the CRM has it",
  "email-domain": "by the domain of its e-mail",
  "website-domain": "by the domain of its website",
} as const;

function accountOf({ match, noMatchBecause }: LeadFacts): string {
  if (match === null) return `It belongs to no known account: ${meaningOf(noMatchBecause ?? "no-account")}.`;
  const { account, by, rivals, evidence } = match;
  const name = cleanText(account.name ?? "") || "an account without a name";
  const found = by === "crm-association" ? matchedBy[by] : `${matchedBy[by]}, ${cleanText(evidence)}`;
  const others = rivals.map(({ accountId, because }) => `account ${accountId} (${because.replaceAll("-", " ")})`);
  return `It belongs to ${name} (account ${account.id}), ${found}${others.length === 0 ? "" : `, before ${others.join(" and ")}`}.`;
}

function sentenceOf(step: Step, names: Names): string {
  switch (step.step) {
    case "tier":
      return `Its tier is ${tierNames[step.tier]}: ${meaningOf(step.because)}.`;
    case "stage-passed":
      return `${stageName(step.stage)} did not apply: ${meaningOf(step.because)}.`;
    case "stage-narrowed":
      return `${stageName(step.stage)} narrowed the choice to ${step.to}: ${reps(step.left)} left.`;
    case "stage-assigned":
      return `${stageName(step.stage)} decided: ${meaningOf(step.because)}.`;
    case "relaxed":
      return `Nobody was left, so ${stageName(step.stage).toLowerCase()} was relaxed: ${reps(step.left)} again.`;
    case "rep-excluded":
      return `${repName(names, step.repId)} was passed over: ${meaningOf(step.because)}.`;
    case "rep-chosen":
      return `${repName(names, step.repId)} was chosen${step.poolId === undefined ? "" : ` from pool ${step.poolId}`}: ${meaningOf(step.because)}.`;
    case "ghost-owner":
      return `${repName(names, step.repId)} is named as owner but is not active; that claim was ignored.`;
    case "over-capacity":
      return `${repName(names, step.repId)} has a load of ${step.load} of ${step.capacity}; ownership counts more.`;
    case "waterfall-level":
      return `Waterfall, ${step.level}: ${meaningOf(step.because)}.`;
    case "noted":
      return noteOf(step.because, step.detail ?? "", names);
  }
}

function noteOf(because: string, detail: string, names: Names): string {
  switch (because) {
    case "overnight":
      return `Nobody is on shift; the first to start do so at ${detail}.`;
    case "owner-away":
      return `${repName(names, detail)} is away; the lead waits there, and the manager will hear of it in time.`;
    case "breached-again":
      return "Nobody else is left, so those who did not get to it in time count again.";
    case "claim":
      return `The claim comes from ${detail}.`;
    default:
      return `${sentenceStart(meaningOf(because))}${detail === "" ? "" : ` (${detail})`}.`;
  }
}

const reps = (count: number): string => (count === 1 ? "1 rep" : `${count} reps`);

const stageNames: Readonly<Record<string, string>> = {
  "open-opportunity": "Open deal",
  customer: "Customer",
  "owned-account": "Owned account",
  "prior-owner": "Prior owner",
  territory: "Territory",
  segment: "Segment",
  tier: "Tier",
};

const stageName = (stage: string): string => stageNames[stage] ?? sentenceStart(stage);

const sentenceStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Who gets the lead and why, in one line of plain text. */
export function reasonLine(decision: Decision, names: Names): string {
  const { outcome } = decision;
  switch (outcome.kind) {
    case "assigned":
      return `${repName(names, outcome.repId)}: ${claimOf(decision)}${outcome.opensAt === undefined ? "" : ", from the start of their shift"}`;
    case "queued":
      return `queue ${outcome.queueId}: ${meaningOf(outcome.because)}`;
    case "kept":
      return `${repName(names, outcome.ownerId)} keeps it: ${meaningOf(outcome.because)}`;
    case "stopped":
      return `not routed: ${meaningOf(outcome.because)}`;
  }
}

const claims: Readonly<Record<string, string>> = {
  "open-opportunity": "owns an open deal of the account",
  customer: "owns the account, a customer",
  "owned-account": "owns the account",
  "prior-owner": "has had this person before",
  "catch-all": "takes what nobody else could",
};

/** How a rep was picked, in short; `reasons.ts` has the long form. */
const turns: Readonly<Record<string, string>> = {
  credit: "next in turn",
  "only-candidate": "the only one left to take it",
  "lowest-load": "least loaded",
};

/** Why the assigned rep has the lead, as the end of a sentence. */
export function claimOf({ outcome, trace }: Decision): string {
  if (outcome.kind !== "assigned") return "";
  const claim = claims[outcome.stage];
  if (claim !== undefined) return claim;
  const chosen = trace.find((step) => step.step === "rep-chosen");
  const relaxed = new Set(trace.flatMap((step) => (step.step === "relaxed" ? [step.stage] : [])));
  const narrowed = trace.flatMap((step) =>
    step.step === "stage-narrowed" && !relaxed.has(step.stage) ? [`${step.stage} ${step.to}`] : [],
  );
  const turn = turns[chosen?.because.split("-then-")[0] ?? ""] ?? "next in turn";
  const pool = outcome.poolId === undefined ? "" : ` in pool ${outcome.poolId}`;
  if (outcome.stage === "waterfall") return `${turn}${pool}, as nobody before could take it`;
  return `${turn}${pool}${narrowed.length === 0 ? "" : ` (${narrowed.join(", ")})`}`;
}
