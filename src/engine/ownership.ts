import type { Account, Opportunity } from "../model/account.ts";
import { backupsOf } from "./backups.ts";
import { type Cascade, hasBreached, type Placed, pass } from "./cascade.ts";
import { fieldValue } from "./conditions.ts";
import { contactsOf, holdersOf } from "./contacts.ts";
import type { ReasonCode } from "./decision.ts";
import { type Exclusion, exclude, whyInactive } from "./eligibility.ts";
import { isException } from "./exceptions.ts";
import type { StageName } from "./policy.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { isFirstTurn } from "./qualify.ts";
import { findRep } from "./rep-settings.ts";
import { mayHave } from "./residency.ts";
import { placeInTerritory } from "./territory-team.ts";

type OwnershipStage = Extract<StageName, "open-opportunity" | "customer" | "owned-account" | "prior-owner">;

/** By what a rep may have a claim: a stage, an earlier lead of the same person, or that the policy says so of such leads. */
type ClaimName = OwnershipStage | "account-lock" | "duplicate" | "override";

/** Who the lead belongs to, by what, why, and what says so (`account 12`; null: the trace tells already). */
export type Claim = { repId: string; stage: ClaimName; because: ReasonCode; detail: string | null };

/** Stages 1–4: who has a claim to the lead, null: on to the next. A claim wins over capacity; nobody's turn moves. */
export const ownershipClaimants: Readonly<Record<OwnershipStage, (cascade: Cascade) => Claim | null>> = {
  "open-opportunity": openOpportunity,
  customer,
  "owned-account": ownedAccount,
  "prior-owner": priorOwner,
};

/** A claim for no other reason than its stage. */
export const claimBy = (stage: ClaimName, repId: string, detail: string): Claim => ({
  repId,
  stage,
  because: stage,
  detail,
});

export const isOwnershipStage = (stage: string): stage is OwnershipStage => Object.hasOwn(ownershipClaimants, stage);

/** Does whoever has a lead by this claim keep it when they are late? */
export const keepsWhenLate = (stage: string): boolean => isOwnershipStage(stage) || stage === "duplicate";

function openOpportunity(cascade: Cascade): Claim | null {
  const { match, opportunities } = cascade.facts;
  const open = opportunities.filter((opportunity) => opportunity.isOpen).sort(byOpportunityTieBreaker);
  if (match === null) return pass(cascade, "open-opportunity", "no-account");
  let because: ReasonCode = "no-open-opportunity";
  for (const { ownerId, id } of open) {
    const refusal = refuse(cascade, ownerId, "open-opportunity");
    if (refusal === null && ownerId !== null) return claimBy("open-opportunity", ownerId, `opportunity ${id}`);
    because = refusal ?? because;
  }
  return pass(cascade, "open-opportunity", because);
}

/** Latest activity, then furthest stage, then lowest id. */
function byOpportunityTieBreaker(a: Opportunity, b: Opportunity): number {
  const recent = (Date.parse(b.lastActivityAt ?? "") || 0) - (Date.parse(a.lastActivityAt ?? "") || 0);
  return recent || b.stageOrder - a.stageOrder || a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}

function ownedAccount(cascade: Cascade): Claim | null {
  const account = cascade.facts.match?.account;
  return account === undefined
    ? pass(cascade, "owned-account", "no-account")
    : accountOwner(cascade, "owned-account", account);
}

function customer(cascade: Cascade): Claim | null {
  const account = cascade.facts.match?.account;
  if (account === undefined) return pass(cascade, "customer", "no-account");
  if (!account.isCustomer) return pass(cascade, "customer", "not-a-customer");
  return successManager(cascade, account) ?? accountOwner(cascade, "customer", account);
}

function accountOwner(cascade: Cascade, stage: "customer" | "owned-account", { id, ownerId }: Account): Claim | null {
  const refusal = refuse(cascade, ownerId, stage);
  if (refusal !== null || ownerId === null) return pass(cascade, stage, refusal ?? "account-has-no-owner");
  return claimBy(stage, ownerId, `account ${id}`);
}

/** Where a customer has one who may have the lead, they come before the account's owner. */
function successManager(cascade: Cascade, { id }: Account): Claim | null {
  const { shared } = cascade.prepared;
  const { customerSuccess } = shared.policy;
  const named = customerSuccess === null ? null : fieldValue(cascade.facts, customerSuccess);
  if (named === null) return null;
  const repId = findRep(shared.reps, named)?.id ?? named;
  const refusal = refuse(cascade, repId, "customer");
  if (refusal !== null) return pass(cascade, "customer-success", refusal);
  return { ...claimBy("customer", repId, `account ${id}`), because: "customer-success" };
}

function priorOwner(cascade: Cascade): Claim | null {
  const { facts } = cascade;
  if (!isFirstTurn(facts.trigger) && facts.trigger.cause !== "merged")
    return pass(cascade, "prior-owner", "reassignment");
  let because: ReasonCode = "no-prior-owner";
  for (const ownerId of holdersOf(facts)) {
    const refusal = refuse(cascade, ownerId, "prior-owner");
    if (refusal === null) return claimBy("prior-owner", ownerId, `rep ${ownerId}`);
    because = refusal;
  }
  for (const { repId, how } of contactsOf(facts, cascade.prepared.shared, cascade.stages)) {
    // Who has left and was only in contact owns nothing: no ghost is told of.
    const isActive = cascade.prepared.reps.get(repId)?.rep.active === true;
    const refusal = isActive ? refuse(cascade, repId, "prior-owner") : "contact-inactive";
    if (refusal === null) return { ...claimBy("prior-owner", repId, `rep ${repId}`), because: how };
    because = refusal;
  }
  return pass(cascade, "prior-owner", because);
}

/** Why this owner cannot have the lead; null: they can. */
export function refuse(cascade: Cascade, ownerId: string | null, stage: ClaimName): ReasonCode | null {
  if (ownerId === null) return "has-no-owner";
  const owner = cascade.prepared.reps.get(ownerId);
  if (owner?.rep.software) return "owner-software";
  if (owner?.rep.noUser) return "owner-no-user";
  if (owner?.rep.active !== true) {
    const known = cascade.trace.some((step) => step.step === "ghost-owner" && step.repId === ownerId);
    if (!known) cascade.trace.push({ step: "ghost-owner", repId: ownerId, stage });
    return "owner-inactive";
  }
  if (!mayHave(cascade, ownerId)) return "residency";
  if (isException(cascade, owner)) return "owner-exception";
  return hasBreached(cascade, ownerId) ? "owner-breached" : null;
}

/**
 * The lead is theirs, whatever their load and hours; while they are away it is their backup's, and without one of those
 * their territory's team gets it like any other lead. The claim stays theirs.
 */
export function give(cascade: Cascade, { repId, stage, because, detail }: Claim): Placed {
  cascade.trace.push({ step: "stage-assigned", stage, because });
  if (detail !== null) cascade.trace.push({ step: "noted", because: "claim", detail });
  if (cascade.prepared.reps.get(repId)?.isAbsent !== true) return assign(cascade, repId, { stage });
  cascade.trace.push({ step: "noted", because: "owner-away", detail: repId });
  const backup = backupsOf(cascade.prepared.reps, repId).find((rep) => mayTake(cascade, rep));
  if (backup !== undefined) {
    cascade.trace.push({ step: "backup-chosen", repId: backup.rep.id, backupFor: repId });
    return assign(cascade, backup.rep.id, { stage, backupFor: repId });
  }
  cascade.trace.push({ step: "noted", because: "no-backup", detail: repId });
  return placeInTerritory(cascade);
}

/** A backup is as the owner: neither load nor the hour keeps the lead from them. */
function mayTake(cascade: Cascade, backup: PreparedRep): boolean {
  const because = whyNot(cascade, backup);
  if (because !== null) exclude(cascade, backup.rep.id, because);
  return because === null;
}

function whyNot(cascade: Cascade, backup: PreparedRep): Exclusion | null {
  const { rep, isAbsent } = backup;
  if (!rep.active) return whyInactive(rep);
  if (!mayHave(cascade, rep.id)) return "residency";
  if (isException(cascade, backup)) return "exception";
  if (isAbsent) return "away";
  return hasBreached(cascade, rep.id) ? "breached" : null;
}

function assign(cascade: Cascade, repId: string, how: { stage: Claim["stage"]; backupFor?: string }): Placed {
  const rep = cascade.prepared.reps.get(repId);
  const capacity = rep?.settings.capacity ?? 0;
  const load = cascade.working.work.get(repId)?.load ?? 0;
  if (load >= capacity) cascade.trace.push({ step: "over-capacity", repId, load, capacity });
  const opensAt = rep?.opensAt ?? null;
  return {
    outcome: { kind: "assigned", repId, ...how, ...(opensAt === null ? {} : { opensAt }) },
    ledger: null,
  };
}
