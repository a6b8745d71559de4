import type { Opportunity } from "../model/account.ts";
import { type Cascade, hasBreached, loadOf, type Placed, pass } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import type { StageName } from "./policy.ts";

type OwnershipStage = Extract<StageName, "open-opportunity" | "customer" | "owned-account" | "prior-owner">;

/** Stages 1–4: somebody has a claim on the lead. They win over capacity and absence; nobody's turn moves. */
export const ownershipStages: Readonly<Record<OwnershipStage, (cascade: Cascade) => Placed | null>> = {
  "open-opportunity": openOpportunity,
  customer: (cascade) => accountOwner(cascade, "customer"),
  "owned-account": (cascade) => accountOwner(cascade, "owned-account"),
  "prior-owner": priorOwner,
};

export const isOwnershipStage = (stage: string): stage is OwnershipStage => Object.hasOwn(ownershipStages, stage);

function openOpportunity(cascade: Cascade): Placed | null {
  const { match, opportunities } = cascade.facts;
  const open = opportunities.filter((opportunity) => opportunity.isOpen).sort(byOpportunityTieBreaker);
  if (match === null) return pass(cascade, "open-opportunity", "no-account");
  let because: ReasonCode = "no-open-opportunity";
  for (const { ownerId, id } of open) {
    const refusal = refuse(cascade, ownerId, "open-opportunity");
    if (refusal === null && ownerId !== null) return give(cascade, ownerId, "open-opportunity", `opportunity ${id}`);
    because = refusal ?? because;
  }
  return pass(cascade, "open-opportunity", because);
}

/** Latest activity, then furthest stage, then lowest id. */
function byOpportunityTieBreaker(a: Opportunity, b: Opportunity): number {
  const recent = (Date.parse(b.lastActivityAt ?? "") || 0) - (Date.parse(a.lastActivityAt ?? "") || 0);
  return recent || b.stageOrder - a.stageOrder || a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function accountOwner(cascade: Cascade, stage: "customer" | "owned-account"): Placed | null {
  const account = cascade.facts.match?.account;
  if (account === undefined) return pass(cascade, stage, "no-account");
  if (stage === "customer" && !account.isCustomer) return pass(cascade, stage, "not-a-customer");
  const refusal = refuse(cascade, account.ownerId, stage);
  if (refusal !== null || account.ownerId === null) return pass(cascade, stage, refusal ?? "account-has-no-owner");
  return give(cascade, account.ownerId, stage, `account ${account.id}`);
}

function priorOwner(cascade: Cascade): Placed | null {
  const { facts } = cascade;
  if (facts.trigger.round > 0 && facts.trigger.cause !== "merged") return pass(cascade, "prior-owner", "reassignment");
  const owners = [
    facts.lead.ownerId,
    ...facts.ownerHistory.map((change) => change.ownerId),
    facts.earlierAssignment?.repId ?? null,
  ].filter((ownerId) => ownerId !== null);
  let because: ReasonCode = "no-prior-owner";
  for (const ownerId of new Set(owners)) {
    const refusal = refuse(cascade, ownerId, "prior-owner");
    if (refusal === null) return give(cascade, ownerId, "prior-owner", `rep ${ownerId}`);
    because = refusal;
  }
  return pass(cascade, "prior-owner", because);
}

/** Why this owner cannot have the lead; null: they can. */
function refuse(cascade: Cascade, ownerId: string | null, stage: OwnershipStage): ReasonCode | null {
  if (ownerId === null) return "has-no-owner";
  if (cascade.prepared.reps.get(ownerId)?.rep.active !== true) {
    const known = cascade.trace.some((step) => step.step === "ghost-owner" && step.repId === ownerId);
    if (!known) cascade.trace.push({ step: "ghost-owner", repId: ownerId, stage });
    return "owner-inactive";
  }
  return hasBreached(cascade, ownerId) ? "owner-breached" : null;
}

/** The lead is theirs, whatever their load and hours. */
export function give(cascade: Cascade, repId: string, stage: OwnershipStage, detail: string): Placed {
  const rep = cascade.prepared.reps.get(repId);
  const capacity = rep?.settings.capacity ?? 0;
  const load = loadOf(cascade, repId);
  cascade.trace.push({ step: "stage-assigned", stage, because: stage });
  cascade.trace.push({ step: "noted", because: "claim", detail });
  if (load >= capacity) cascade.trace.push({ step: "over-capacity", repId, load, capacity });
  if (rep?.isAbsent === true) cascade.trace.push({ step: "noted", because: "owner-away", detail: repId });
  const opensAt = rep?.opensAt ?? null;
  return {
    outcome: { kind: "assigned", repId, stage, ...(opensAt === null ? {} : { opensAt }) },
    ledger: null,
  };
}
