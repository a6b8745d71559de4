import type { CloseReason, Operation, OperationBody, SlaStatus } from "../model/operation.ts";
import { createLimits, type LimitsOf } from "./first-touch.ts";
import { nextTurn } from "./next-turn.ts";
import { keepsWhenLate } from "./ownership.ts";
import { clockPosition, type Decided, isConverted, operationOf, taskKeyOf, tellManager } from "./plan.ts";
import { isQualified } from "./qualify.ts";
import type { Trigger } from "./snapshot.ts";

export type TimerKind = "at-risk" | "breach";

/** A running first-touch clock of one decision. All instants ISO. */
export type Timer = {
  /** Deterministic per decision and kind. */
  key: string;
  kind: TimerKind;
  decisionId: string;
  leadId: string;
  qualifiedAt: string;
  repId: string;
  taskKey: string;
  assignedAt: string;
  dueAt: string;
  /** When the breach timer of the same decision is due as planned. */
  breachAt: string;
};

/** The first human act on the lead since it was assigned, as the CRM's activity tells it. */
export type Touch =
  | { kind: "none" }
  | {
      kind: "touched";
      at: string;
      how: "task-completed" | "call" | "email" | "meeting" | "message";
      by: string | null;
    };

/** The follow-up task as the CRM has it now; `unknown` when it could not be read or was never made. */
export type TaskState =
  | { kind: "open"; dueAt: string | null; ownerId: string | null }
  | { kind: "completed"; at: string; by: string | null }
  | { kind: "deleted" }
  | { kind: "unknown" };

/** What was read of a watched lead. `due` is false in the regular look between timers; `isConverted` left out: it was not. */
export type Look = {
  timer: Timer;
  due: boolean;
  lead: { exists: boolean; isConverted?: boolean; ownerId: string | null; stage: string | null; status: string | null };
  touch: Touch;
  task: TaskState;
};

export type StopReason = "touched" | "owner-changed" | "no-longer-qualified" | "disposed" | "converted" | "lead-gone";

export type SlaAction =
  /** Both timers of the decision end here. `inTime`: touched no later than the breach limit. */
  | { kind: "stop"; because: "touched"; touchedAt: string; inTime: boolean }
  /** The same without a touch; `workOf`: whose open work the lead is from now on. */
  | { kind: "stop"; because: Exclude<StopReason, "touched">; workOf: string | null }
  /** This timer is due again then. */
  | { kind: "wait"; until: string; because: "snoozed" }
  /** The clock's status from now on. */
  | { kind: "mark"; status: SlaStatus }
  | { kind: "write"; operations: readonly Operation[] }
  /** Route the lead anew; all timers of the old decision have ended. */
  | { kind: "decide-again"; trigger: Trigger };

/** The first-touch timers of an assignment made at `shared.now`; none for any other outcome. */
export function planTimers(decided: Decided, limitsOf: LimitsOf = createLimits(decided.shared)): Timer[] {
  const { decision, decisionId, facts, shared } = decided;
  if (decision.outcome.kind !== "assigned") return [];
  const { repId } = decision.outcome;
  const { warnAt, breachAt } = limitsOf(decision, repId);
  const taskKey = taskKeyOf(decisionId);
  const timer = (kind: TimerKind, dueAt: string): Timer => ({
    key: `${decisionId}.${kind}`,
    kind,
    decisionId,
    leadId: facts.lead.id,
    qualifiedAt: facts.trigger.qualifiedAt,
    repId,
    taskKey,
    assignedAt: shared.now,
    dueAt,
    breachAt,
  });
  return [timer("at-risk", warnAt), timer("breach", breachAt)];
}

/**
 * What a look at a watched lead leads to, not performed; empty: nothing (a timer that was due has fired all the same).
 * `decided.shared` is as of now: its `now` is the time of the look, its policy and reps are today's.
 */
export function onTimer(decided: Decided, look: Look): SlaAction[] {
  const ended = endOf(decided, look);
  if (ended !== null) return ended;
  if (isInactive(decided, look.timer.repId) && !isContact(look)) return replaceInactive(decided, look);
  if (!look.due) return [];
  const snoozedUntil = snoozeOf(look);
  if (snoozedUntil !== null && ms(snoozedUntil) > ms(decided.shared.now)) {
    return [{ kind: "wait", until: snoozedUntil, because: "snoozed" }];
  }
  return look.timer.kind === "at-risk" ? remind(decided, look) : breach(decided, look);
}

/** Why watching ends before any limit counts; null: it goes on. */
function endOf(decided: Decided, look: Look): SlaAction[] | null {
  const { lead, timer } = look;
  if (!lead.exists) return stop("lead-gone", null);
  const touchedAt = touchOf(look);
  if (touchedAt !== null) return touched(decided, timer, touchedAt);
  // Whoever converts a lead has dealt with it, in whosever name the new record stands.
  if (lead.isConverted === true && !isConverted(decided)) {
    const operations = [statusOf(decided, timer, "stopped"), ...closeTask(decided, look, "converted")];
    return [...stop("converted", null), { kind: "write", operations }];
  }
  // The owner of before our write means that the write is not through yet, not that somebody took the lead. No task is known
  // before it is through: then nobody has the lead any more.
  const isCleared = lead.ownerId === null && look.task.kind !== "unknown";
  if (lead.ownerId !== timer.repId && (isCleared || lead.ownerId !== decided.facts.lead.ownerId)) {
    const operations = [statusOf(decided, timer, "stopped"), ...closeTask(decided, look, "handed-over")];
    return [...stop("owner-changed", lead.ownerId), { kind: "write", operations }];
  }
  // By us: the contact has no stage, and the clock runs until somebody touches it.
  if (lead.isConverted === true) return null;
  const because = isDisposed(decided, look) ? "disposed" : isStillOurs(decided, look) ? null : "no-longer-qualified";
  if (because === null) return null;
  const operations = [statusOf(decided, timer, "stopped"), ...closeTask(decided, look, because)];
  return [...stop(because, null), { kind: "write", operations }];
}

/**
 * Somebody gave the lead a status that ends the work on it: no touch, and nothing to pass on either. The status that it
 * came with says nothing, until our own write has put another in its place.
 */
function isDisposed({ facts, shared }: Decided, { lead, timer }: Look): boolean {
  if (lead.status === null || !shared.policy.dispositions.includes(lead.status)) return false;
  const isWritten = lead.ownerId === timer.repId && facts.lead.ownerId !== timer.repId;
  return lead.status !== facts.lead.fields.status || (shared.policy.writes.status !== null && isWritten);
}

/** A merge may have left it in another stage: it is as good as the one that it was decided in. */
const isStillOurs = (decided: Decided, look: Look): boolean =>
  look.lead.stage === decided.facts.lead.fields.stage || isStillQualified(decided, look);

function isStillQualified({ facts, shared }: Decided, { lead }: Look): boolean {
  const fields = { ...facts.lead.fields, stage: lead.stage };
  // Our own assignment may have moved the stage on, so the lead counts as one that has been through a round.
  return isQualified(shared.policy, { lead: { ...facts.lead, fields }, trigger: { ...facts.trigger, round: 1 } });
}

function stop(because: Exclude<StopReason, "touched">, workOf: string | null): SlaAction[] {
  return [
    { kind: "stop", because, workOf },
    { kind: "mark", status: "stopped" },
  ];
}

function touchOf({ touch, task, timer }: Look): string | null {
  const instants = [touch.kind === "touched" ? touch.at : null, task.kind === "completed" ? task.at : null];
  const since = instants.filter((at) => at !== null).filter((at) => ms(at) >= ms(timer.assignedAt));
  return since.sort((a, b) => ms(a) - ms(b))[0] ?? null;
}

function touched(decided: Decided, timer: Timer, touchedAt: string): SlaAction[] {
  // A touch at the very instant of the limit is in time.
  const inTime = ms(touchedAt) <= ms(timer.breachAt);
  return [
    { kind: "stop", because: "touched", touchedAt, inTime },
    { kind: "mark", status: inTime ? "met" : "breached" },
    { kind: "write", operations: [statusOf(decided, timer, inTime ? "met" : "breached")] },
  ];
}

const dayMs = 86_400_000;

const ms = (at: string): number => Date.parse(at);

/**
 * A task moved to a later date is waited for, at most until a day after the assignment; null: not snoozed. Reminder and
 * ladder move, the promise itself does not.
 */
function snoozeOf({ task, timer }: Look): string | null {
  if (task.kind !== "open" || task.dueAt === null) return null;
  const until = Math.min(ms(task.dueAt), ms(timer.assignedAt) + dayMs);
  return until > ms(timer.breachAt) ? new Date(until).toISOString() : null;
}

const isOpen = ({ task }: Look): boolean => task.kind === "open" || task.kind === "unknown";

function remind(decided: Decided, look: Look): SlaAction[] {
  // After an outage both timers may be due at once: only the highest step counts.
  if (ms(look.timer.breachAt) <= ms(decided.shared.now)) return [];
  // Reminding a task reaches whoever holds it now. A deleted one is not made again: the clock runs on.
  const body: OperationBody = { kind: "remind-task", taskKey: look.timer.taskKey, remindAt: decided.shared.now };
  const operations = isOpen(look) ? [operationOf(decided, clockPosition(look.timer.taskKey, "at-risk"), body)] : [];
  return [
    { kind: "mark", status: "at_risk" },
    { kind: "write", operations: [...operations, statusOf(decided, look.timer, "at_risk")] },
  ];
}

function breach(decided: Decided, look: Look): SlaAction[] {
  const operations = [...managerTask(decided, look.timer), statusOf(decided, look.timer, "breached")];
  if (!isReassigned(decided, look)) {
    return [
      { kind: "mark", status: "breached" },
      { kind: "write", operations },
    ];
  }
  const breachedBy = [...new Set([...decided.facts.trigger.breachedBy, look.timer.repId])];
  return [
    { kind: "mark", status: "breached" },
    { kind: "write", operations: [...operations, ...closeTask(decided, look, "breached")] },
    decideAgain(decided, { cause: "breached", breachedBy }),
  ];
}

/** It is a person of an account, and no lead that could be passed on. */
const isContact = ({ lead }: Look): boolean => lead.isConverted === true;

const isInactive = ({ shared }: Decided, repId: string): boolean =>
  shared.reps.some((rep) => rep.id === repId && !rep.active);

/** A rep who has left works no lead: whoever is next gets it, account owners' leads too, and no breach is charged. */
function replaceInactive(decided: Decided, look: Look): SlaAction[] {
  const operations = closeTask(decided, look, "reassigned");
  return [
    { kind: "mark", status: "stopped" },
    ...(operations.length === 0 ? [] : [{ kind: "write" as const, operations }]),
    decideAgain(decided, { cause: "owner-inactive", breachedBy: decided.facts.trigger.breachedBy }),
  ];
}

const decideAgain = (decided: Decided, change: Pick<Trigger, "cause" | "breachedBy">): SlaAction => ({
  kind: "decide-again",
  trigger: nextTurn(decided, change),
});

function closeTask(decided: Decided, look: Look, because: CloseReason): Operation[] {
  const body: OperationBody = { kind: "close-task", taskKey: look.timer.taskKey, because };
  return isOpen(look) ? [operationOf(decided, clockPosition(look.timer.taskKey, because), body)] : [];
}

/**
 * An owner with a claim (stages 1–4, or an earlier lead of the person) keeps the lead and the catch-all person is the end of the ladder: their manager
 * decides. So it is when a person gave the task to somebody else: the lead is in hand, by a human's choice; when it was
 * converted into a contact of an account; and when a merge left the lead in a stage in which nobody else would be given it.
 */
function isReassigned(decided: Decided, look: Look): boolean {
  const { decision } = decided;
  const { task, timer } = look;
  if (decision.outcome.kind !== "assigned" || isContact(look) || !isStillQualified(decided, look)) return false;
  const { stage } = decision.outcome;
  if (keepsWhenLate(stage) || stage === "catch-all") return false;
  return task.kind !== "open" || task.ownerId === null || task.ownerId === timer.repId;
}

function managerTask(decided: Decided, { repId, taskKey }: Timer): Operation[] {
  const template = "breach-manager";
  const position = clockPosition(taskKey, template);
  return tellManager(decided, createLimits(decided.shared), { repId, template, position });
}

const statusOf = (decided: Decided, { taskKey }: Timer, slaStatus: SlaStatus): Operation =>
  operationOf(decided, clockPosition(taskKey, `sla-${slaStatus}`), { kind: "update-lead", update: { slaStatus } });
