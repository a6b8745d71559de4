import { hash } from "node:crypto";
import type { Lead } from "../model/lead.ts";
import type { LeadUpdate, Operation, OperationBody, TaskTemplate } from "../model/operation.ts";
import { conflictOf, overloadOf } from "./claim.ts";
import type { Decision } from "./decision.ts";
import { awayOwnerOf, createLimits, type LimitsOf, motionOf } from "./first-touch.ts";
import { managerOf } from "./manager.ts";
import { isFirstTurn } from "./qualify.ts";
import { findRep } from "./rep-settings.ts";
import type { LeadFacts, MatchedAccount, Shared } from "./snapshot.ts";

/** A decision with what it was made from and where it will be written. */
export type Decided = {
  shared: Shared;
  facts: LeadFacts;
  decision: Decision;
  decisionId: string;
  connectionId: string;
};

/** Deterministic key of the operation at `position` of a decision: 26 letters and digits, 130 bits. */
export function operationKey(decisionId: string, kind: OperationBody["kind"], position: string): string {
  const digest = hash("sha256", JSON.stringify([decisionId, kind, position]), "buffer");
  return base32(digest.subarray(0, 17)).slice(0, 26);
}

/** Key of the update that carries out a decision; one or more parts of it may live on after a refusal. */
export const updateKeyOf = (decisionId: string): string => operationKey(decisionId, "update-lead", "0");

/** Key of one part of an update that was refused as a whole. */
export const partKeyOf = (wholeKey: string, name: string): string => `${wholeKey}.${name}`;

/** Key of the owner's part of the update that carries out a decision. */
export const ownerPartKeyOf = (decisionId: string): string => partKeyOf(updateKeyOf(decisionId), "owner");

/** Key of the follow-up task of a decision, whether it makes one or not. */
export const taskKeyOf = (decisionId: string): string => operationKey(decisionId, "create-task", "1");

/**
 * Position of an operation that belongs to one clock of a decision. A lead that comes back from a deletion has a new
 * clock under the same decision, which the key of its task tells from the one before.
 */
export const clockPosition = (taskKey: string, what: string): string => `${what}-${taskKey}`;

/**
 * The writes that carry out a decision, not performed: an update of the lead first, then its task, then one for
 * whoever has a claim to it and does not get it. A stage that would go backwards is left out unless the policy clears it.
 */
export function planWriteBack(decided: Decided, limitsOf: LimitsOf = createLimits(decided.shared)): Operation[] {
  const { decision, facts, shared } = decided;
  const { outcome } = decision;
  if (outcome.kind === "stopped" || outcome.kind === "kept" || outcome.kind === "followed")
    return [updateLead(decided, { stamp: true })];
  if (outcome.kind === "queued") {
    // Nobody has to do anything yet: it is decided anew when somebody can take it, or its time is over.
    if (outcome.held !== undefined) return [updateLead(decided, { stamp: true })];
    const catchAll = findRep(shared.reps, shared.policy.catchAll.repId);
    const task =
      catchAll === null
        ? []
        : [createTask(decided, limitsOf, { ownerId: catchAll.id, template: "unrouted", position: "1" })];
    return [updateLead(decided, { stamp: true }), ...task, ...tellClaimants(decided, limitsOf)];
  }
  const update: LeadUpdate = {
    owner: { ownerId: outcome.repId, expectOwnerId: facts.lead.ownerId },
    ...stageUpdate(shared, facts),
    ...(shared.policy.writes.status === null ? {} : { status: { value: shared.policy.writes.status } }),
    stamp: true,
    slaDueAt: limitsOf(decision, outcome.repId).breachAt,
    slaStatus: "running",
  };
  return [
    updateLead(decided, update),
    createTask(decided, limitsOf, { ownerId: outcome.repId, template: templateOf(facts), position: "1" }),
    ...tellClaimants(decided, limitsOf),
    ...tellOfOverload(decided, limitsOf),
    ...convertLead(decided),
  ];
}

/**
 * Is the lead made a person of its account, as the policy has it? A match that is not sure enough to route by is none. Nobody
 * can undo a conversion: where the lead's company is called otherwise than the account, the lead is routed by it and no more,
 * unless the CRM or a reviewer says that it is the account's.
 */
export function isConverted({ shared, facts, decision }: Pick<Decided, "shared" | "facts" | "decision">): boolean {
  const match = ownMatch(facts);
  const isSure = match !== null && match.isOtherwiseNamed !== true;
  return shared.policy.matching.convert && isSure && decision.outcome.kind === "assigned";
}

/** An account of another CRM is none that a record of this one could name. */
const ownMatch = ({ match }: Pick<LeadFacts, "match">): MatchedAccount | null =>
  match === null || match.crm !== undefined ? null : match;

function convertLead(decided: Decided): Operation[] {
  const { decision, facts } = decided;
  const match = ownMatch(facts);
  if (!isConverted(decided) || match === null || decision.outcome.kind !== "assigned") return [];
  const body = { accountId: match.account.id, ownerId: decision.outcome.repId };
  return [operationOf(decided, "convert", { kind: "convert-lead", ...body })];
}

/** What the rep whom a lead is given to reads. */
const templateOf = ({ trigger }: LeadFacts): TaskTemplate =>
  isFirstTurn(trigger) || trigger.cause === "merged" ? "first-touch" : "reassigned";

/**
 * Tells the new owner in the CRM itself, once the CRM has this update: a write that came to nothing tells nobody. None for an
 * update without an owner, and for tiers of which the policy tells none.
 */
export function planNotice(decided: Decided, { owner, slaDueAt }: LeadUpdate): NoticeOperation[] {
  const { decision, facts, shared } = decided;
  if (owner === undefined || !shared.policy.notify.crm.some((tier) => tier === decision.tier)) return [];
  const { ownerId } = owner;
  const dueAt = slaDueAt ?? createLimits(shared)(decision, ownerId).breachAt;
  const body = { kind: "notify", ownerId, template: templateOf(facts), dueAt } as const;
  return [{ ...operationOf(decided, "0", body), body }];
}

export type NoticeOperation = Operation & { body: { kind: "notify" } };

/**
 * A task for whoever has the claim to the lead and does not get it: they are away, or a partner registered the deal. A
 * reassignment tells nothing new.
 */
function tellClaimants(decided: Decided, limitsOf: LimitsOf): Operation[] {
  const { decision, facts } = decided;
  const { outcome } = decision;
  if (facts.trigger.cause === "breached") return [];
  const told = [
    { ownerId: awayOwnerOf(decision), template: "owner-away" as const },
    { ownerId: conflictOf(decision)?.repId ?? null, template: "channel-conflict" as const },
  ];
  const isHolder = (ownerId: string) => outcome.kind === "assigned" && outcome.repId === ownerId;
  return told.flatMap(({ ownerId, template }) =>
    ownerId === null || isHolder(ownerId)
      ? []
      : [createTask(decided, limitsOf, { ownerId, template, position: template })],
  );
}

/**
 * A task for the manager of whom this lead, by a claim, takes over what they can carry. Whether they know already is not
 * in the decision: whoever carries it out leaves the task away then.
 */
function tellOfOverload(decided: Decided, limitsOf: LimitsOf): Operation[] {
  const step = overloadOf(decided.decision);
  if (step === null) return [];
  const template = "over-capacity";
  return tellManager(decided, limitsOf, { repId: step.repId, template, position: template });
}

/** A task for whoever decides about the rep's leads, by their own hours; none when there is nobody. */
export function tellManager(
  decided: Decided,
  limitsOf: LimitsOf,
  { repId, template, position }: { repId: string; template: "breach-manager" | "over-capacity"; position: string },
): Operation[] {
  const manager = managerOf(decided.shared, repId);
  if (manager === null) return [];
  const { warnAt, breachAt } = limitsOf(decided.decision, manager.id);
  const priority = decided.decision.tier === "T1" ? "high" : "medium";
  const task = { ownerId: manager.id, template, dueAt: breachAt, remindAt: warnAt, priority } as const;
  return [operationOf(decided, position, { kind: "create-task", ...task })];
}

/** An operation of a decision; `priority` comes from its tier and its motion. */
export function operationOf(decided: Decided, position: string, body: OperationBody): Operation {
  return {
    key: operationKey(decided.decisionId, body.kind, position),
    connectionId: decided.connectionId,
    decisionId: decided.decisionId,
    leadId: decided.facts.lead.id,
    qualifiedAt: decided.facts.trigger.qualifiedAt,
    priority: priorityOf(decided),
    body,
  };
}

/** A batch gives way to everything that comes one by one. */
function priorityOf({ decision, shared }: Decided): Operation["priority"] {
  const motion = motionOf(decision);
  const isBatch = motion !== null && shared.policy.motions.some(({ name, batch }) => batch !== null && name === motion);
  return isBatch ? priorities.nurture : priorities[decision.tier];
}

const priorities = { T1: 1, T2: 2, T3: 3, nurture: 4 } as const;

const taskPriorities = { T1: "high", T2: "medium", T3: "low", nurture: "low" } as const;

const updateLead = (decided: Decided, update: LeadUpdate): Operation =>
  operationOf(decided, "0", { kind: "update-lead", update: { ...update, ...accountUpdate(decided.facts) } });

/** An account that stands there already stays, whoever put it there. */
function accountUpdate(facts: LeadFacts): Pick<LeadUpdate, "account"> {
  const match = ownMatch(facts);
  return match === null || namesAccount(facts.lead) ? {} : { account: { accountId: match.account.id } };
}

/** Does the CRM name an account of the lead, by itself or in the lookup that Baton fills? */
export const namesAccount = ({ accountId, notedAccountId }: Lead): boolean =>
  accountId !== null || notedAccountId !== undefined;

function createTask(
  decided: Decided,
  limitsOf: LimitsOf,
  { ownerId, template, position }: { ownerId: string; template: TaskTemplate; position: string },
): Operation {
  const { warnAt, breachAt } = limitsOf(decided.decision, ownerId);
  return operationOf(decided, position, {
    kind: "create-task",
    ownerId,
    template,
    dueAt: breachAt,
    remindAt: warnAt,
    priority: taskPriorities[decided.decision.tier],
  });
}

function stageUpdate({ policy, stages }: Shared, facts: LeadFacts): Pick<LeadUpdate, "stage"> {
  const value = policy.writes.stage;
  const current = facts.lead.fields.stage ?? null;
  if (value === null || value === current) return {};
  const to = stages.indexOf(value);
  const from = current === null ? -1 : stages.indexOf(current);
  if (to === -1) return {};
  if (to > from) return { stage: { value, clearFirst: false } };
  return policy.writes.clearBackwardStage ? { stage: { value, clearFirst: true } } : {};
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((value >>> bits) & 31);
    }
  }
  return text;
}
