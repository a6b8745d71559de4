import type { Decision, ReasonCode, Step } from "./decision.ts";
import { signCodes } from "./duplicates/signs.ts";
import { type Names, repName } from "./names.ts";
import { meaningOf } from "./reasons.ts";

/** Who gets the lead and why, in one line of plain text. */
export function reasonLine(decision: Decision, names: Names): string {
  const { outcome } = decision;
  switch (outcome.kind) {
    case "assigned":
      return `${repName(names, outcome.repId)}: ${claimOf(decision, names)}${startOf(decision)}`;
    case "queued":
      return `queue ${outcome.queueId}: ${meaningOf(outcome.because)}`;
    case "kept":
      return `${repName(names, outcome.ownerId)} keeps it: ${meaningOf(outcome.because)}`;
    case "stopped":
      return `not routed: ${meaningOf(outcome.because)}`;
    case "followed":
      return `follows lead ${outcome.leadId}, which has no owner yet: ${meaningOf(earlierLeadOf(decision)?.because ?? "duplicate")}`;
  }
}

const claims: Readonly<Record<string, string>> = {
  "open-opportunity": "owns an open deal of the account",
  customer: "owns the account, a customer",
  "customer-success": "is customer-success manager of the account",
  "owned-account": "owns the account",
  "prior-owner": "has had this person before",
  "touched-person": "was in contact with this person",
  "touched-account": "was in contact with the account",
  "given-account": "was given a lead of the account before",
  "account-lock": "got the last lead of the account",
  "catch-all": "takes what nobody else could",
};

/** How a rep was picked, in short; `reasons.ts` has the long form. */
const turns: Readonly<Record<string, string>> = {
  credit: "next in turn",
  "only-candidate": "the only one free",
  "lowest-load": "least loaded",
  "effective-weight": "most room for their weight",
};

/** Which earlier lead of the same person decided, and the code of what they have in common; null: none did. */
export function earlierLeadOf(decision: Decision): { leadId: string; because: ReasonCode } | null {
  if (decision.outcome.kind !== "followed" && claimGiven(decision) !== "duplicate") return null;
  const note = decision.trace.findLast((step) => step.step === "noted" && signNames.includes(step.because));
  return note?.step === "noted" ? { leadId: note.detail ?? "", because: note.because } : null;
}

const signNames = Object.values(signCodes);

/** Of one who need not wait for a turn. */
function ownClaim(decision: Decision, code: ReasonCode): string | undefined {
  if (overrideGiven(decision) === code) return `has it by an override of the policy${reasonOfOverride(code)}`;
  return code === "duplicate" ? `has lead ${earlierLeadOf(decision)?.leadId} of the same person` : claims[code];
}

/** The policy's own reason for an override, in brackets; "" where it gives none. */
export const reasonOfOverride = (code: ReasonCode): string => (code === "override" ? "" : ` (${meaningOf(code)})`);

/** Why an override gives the lead to somebody or some queue, by its code; null: none does. */
export function overrideGiven({ trace }: Decision): ReasonCode | null {
  const given = trace.find((step) => step.step === "stage-assigned");
  return given?.stage === "override" ? given.because : null;
}

/** Why the assigned rep has the lead, as the end of a sentence. */
export function claimOf(decision: Decision, names: Names): string {
  const { outcome, trace } = decision;
  if (outcome.kind !== "assigned") return "";
  const code = claimCode(decision);
  const claim = outcome.poolId === undefined ? ownClaim(decision, code) : undefined;
  if (claim !== undefined && outcome.backupFor !== undefined)
    return `the backup of ${repName(names, outcome.backupFor)}, who ${claim} and is away`;
  if (claim !== undefined) return claim;
  const chosen = trace.find((step) => step.step === "rep-chosen");
  const turn = turns[chosen?.because.split("-then-")[0] ?? ""] ?? "next in turn";
  const pool = outcome.poolId === undefined ? "" : ` in pool ${outcome.poolId}`;
  if (["partner", "override"].includes(outcome.stage))
    return `${turn}${pool}, because ${meaningOf(claimCode(decision))}`;
  if (outcome.stage === "waterfall") return `${turn}${pool}, because ${whyWaterfall(trace)}`;
  const relaxed = new Set(trace.flatMap((step) => (step.step === "relaxed" ? [step.stage] : [])));
  const narrowed = trace.flatMap((step) =>
    step.step === "stage-narrowed" && !relaxed.has(step.stage)
      ? [`${step.stage} ${step.to}${step.stage === "territory" ? sharedWith(trace) : ""}`]
      : [],
  );
  return `${turn}${pool}${narrowed.length === 0 ? "" : ` (${narrowed.join(", ")})`}`;
}

/** Whoever is of the other territory only reads here why the lead is theirs. */
function sharedWith(trace: readonly Step[]): string {
  const note = trace.find((step) => step.step === "noted" && step.because === "territory-overlap");
  return note?.step === "noted" ? ` shared with ${note.detail}` : "";
}

/** Why the territory's own pool has not got it. */
function whyWaterfall(trace: readonly Step[]): string {
  const territory = trace.find((step) => "stage" in step && step.stage === "territory");
  if (territory?.step === "stage-passed") return meaningOf(territory.because);
  if (territory?.step === "stage-narrowed")
    return `nobody of territory ${territory.to}${sharedWith(trace)} can take it now`;
  return "nobody of the pools before can take it now";
}

/** Why somebody has a claim to the lead, whoever has got it; null: nobody has one. */
export const claimGiven = ({ trace }: Decision): ReasonCode | null =>
  trace.find((step) => step.step === "stage-assigned")?.because ?? null;

/** By what the lead is its rep's or their absent owner's: a claim's code, or the stage that decided. */
export function claimCode({ outcome, trace }: Decision): ReasonCode {
  if (outcome.kind !== "assigned") return "";
  const given = trace.find((step) => step.step === "stage-assigned");
  return given?.stage === outcome.stage ? given.because : outcome.stage;
}

function startOf({ outcome }: Decision): string {
  return outcome.kind === "assigned" && outcome.opensAt !== undefined ? ", from the start of their shift" : "";
}

/** Who of our own reps would have had a partner's lead, and by which claim's code; null: nobody. */
export function conflictOf({ trace }: Decision): { repId: string; because: ReasonCode } | null {
  return trace.find((step) => step.step === "channel-conflict") ?? null;
}

type Overload = Extract<Step, { step: "over-capacity" }>;

/** Who got the lead by a claim although they had as much as they can carry; null: nobody did. */
export const overloadOf = ({ trace }: Decision): Overload | null =>
  trace.find((step): step is Overload => step.step === "over-capacity") ?? null;
