import type { DecisionClaim } from "../claim.ts";
import { mostOwners } from "../policy-file.ts";
import { type LeadTruth, leadName, type TaskTruth, type Trigger } from "../truth.ts";
import { decisionsByKey } from "./decisions.ts";
import type { Evidence, Violation } from "./violation.ts";

/** I14, when all is calm: nothing waits, nothing is under way, nothing is parked. */
export function nothingIsLeft({ claim }: Evidence): Violation[] {
  const waiting = claim.inbox
    .filter(({ state }) => state === "pending" || state === "parked")
    .map(({ accountId, subjectId, state, because, attempts }) => ({
      promise: "I14",
      what: `an event is ${state}${because === null ? "" : `: ${because}`} after ${attempts} attempts`,
      lead: { accountId, leadId: subjectId },
    }));
  const unsettled = claim.operations
    .filter(({ settledAt }) => settledAt === null)
    .map(({ accountId, leadId, kind, state, key }) => ({
      promise: "I14",
      what: `the ${kind} ${key} is ${state}`,
      lead: { accountId, leadId },
    }));
  return [...waiting, ...unsettled];
}

/** I1 and I15, when all is calm: the last qualification of each lead that is still qualified was decided. */
export function everyLeadIsDecided({ claim, after }: Evidence): Violation[] {
  const decided = new Set(claim.decisions.map((one) => `${leadName(one)} ${Date.parse(one.qualifiedAt)}`));
  return lastTriggers(after.triggers).flatMap(({ accountId, leadId, at }) => {
    const name = leadName({ accountId, leadId });
    if (after.leads.get(name)?.qualifies !== true || decided.has(`${name} ${at}`)) return [];
    // It may be decided under the id of one that was merged into it; that it is in hand is asked for all the same.
    if (after.struck.has(name)) return [];
    const what = `it qualified at ${new Date(at).toISOString()} and was never decided`;
    return [{ promise: "I1", what, lead: { accountId, leadId } }];
  });
}

/**
 * I1 and I3, when all is calm, by the CRM alone: every lead that is qualified has an owner, and a task since it
 * qualified last, which is open or was done by a person. There is always somebody who can take it: the rig's reps never
 * sleep, are never full, and cover every country of its load. Only after three reps who let it lie it is people's.
 */
export function everyQualifiedLeadIsInHand({ after }: Evidence): Violation[] {
  const tasksOf = Map.groupBy(
    after.tasks.flatMap((task) => task.leadIds.map((leadId) => ({ ...task, leadId }))),
    leadName,
  );
  return lastTriggers(after.triggers).flatMap(({ accountId, leadId, at }) => {
    const name = leadName({ accountId, leadId });
    const lead = after.leads.get(name);
    if (lead?.qualifies !== true) return [];
    // What came of a merge goes on with what was there.
    const isOld = ({ createdAt }: TaskTruth) => createdAt < at && !after.struck.has(name);
    const since = (tasksOf.get(name) ?? []).filter((task) => !isOld(task));
    const wrong: string[] = [];
    if (lead.ownerId === null) wrong.push("it qualifies and has no owner");
    if (since.length === 0) wrong.push("it qualifies and no task was made since");
    else if (since.length < mostOwners && !since.some(({ open, doneByPerson }) => open || doneByPerson))
      wrong.push("it qualifies and no task of it is open or done");
    return wrong.map((what) => ({ promise: "I1", what, lead: { accountId, leadId } }));
  });
}

/** I2 and I3, when all is calm: the CRM shows the last decision, its owner and its one task. */
export function everyDecisionIsWritten({ claim, after }: Evidence): Violation[] {
  const tasks = Map.groupBy(after.tasks, decisionsByKey(claim));
  return lastDecisions(claim.decisions).flatMap((decision) => {
    const { accountId, leadId, id, outcome } = decision;
    if (outcome.kind !== "assigned" || after.struck.has(leadName(decision))) return [];
    const lead: LeadTruth | undefined = after.leads.get(leadName(decision));
    const own = tasks.get(id) ?? [];
    const wrong: string[] = [];
    if (lead?.ownerId !== outcome.repId) wrong.push(`its owner is ${lead?.ownerId}, and ${outcome.repId} was decided`);
    if (own.length !== 1) wrong.push(`decision ${id} made ${own.length} tasks`);
    return wrong.map((what) => ({ promise: "I3", what, lead: { accountId, leadId } }));
  });
}

/** I14, when all is calm: a lead follows another only as long as that one has no owner either. */
export function nobodyFollowsInVain({ claim }: Evidence): Violation[] {
  const last = new Map(lastDecisions(claim.decisions).map((decision) => [leadName(decision), decision]));
  return [...last.values()].flatMap(({ accountId, leadId, outcome }) => {
    if (outcome.kind !== "followed") return [];
    const first = last.get(leadName({ accountId, leadId: outcome.leadId }))?.outcome.kind ?? "never decided";
    if (first === "queued" || first === "followed") return [];
    const what = `it follows lead ${outcome.leadId}, which is ${first}`;
    return [{ promise: "I14", what, lead: { accountId, leadId } }];
  });
}

/** I3, when all is calm: whoever has the lead in the CRM has its open task. */
export function openTaskIsOfTheOwner({ after }: Evidence): Violation[] {
  return after.tasks
    .filter((task) => task.open)
    .flatMap(({ accountId, taskId, leadIds, ownerId }) =>
      leadIds.flatMap((leadId) => {
        const name = leadName({ accountId, leadId });
        const owner = after.leads.get(name)?.ownerId ?? null;
        if (ownerId === owner) return [];
        const what = `the open task ${taskId} is of ${ownerId}, and the lead is of ${owner}`;
        return [{ promise: "I3", what, lead: { accountId, leadId } }];
      }),
    );
}

/** I3, when all is calm: what an earlier decision of a lead left open is closed. */
export function oneOpenTaskPerLead({ after }: Evidence): Violation[] {
  const open = after.tasks
    .filter((task) => task.open)
    .flatMap(({ accountId, taskId, leadIds }) => leadIds.map((leadId) => ({ accountId, leadId, taskId })));
  return [...Map.groupBy(open, leadName).values()].flatMap((tasks) => {
    const [first] = tasks;
    if (first === undefined || tasks.length < 2) return [];
    const { accountId, leadId } = first;
    const what = `it has the open tasks ${tasks.map(({ taskId }) => taskId).join(", ")}`;
    return [{ promise: "I3", what, lead: { accountId, leadId } }];
  });
}

function lastTriggers(triggers: readonly Trigger[]): Trigger[] {
  const last = new Map<string, Trigger>();
  for (const trigger of triggers) {
    const known = last.get(leadName(trigger));
    if (known === undefined || known.at < trigger.at) last.set(leadName(trigger), trigger);
  }
  return [...last.values()];
}

function lastDecisions(decisions: readonly DecisionClaim[]): DecisionClaim[] {
  const last = new Map<string, DecisionClaim>();
  const isLater = (a: DecisionClaim, b: DecisionClaim) =>
    a.qualifiedAt > b.qualifiedAt || (a.qualifiedAt === b.qualifiedAt && a.round > b.round);
  for (const decision of decisions) {
    const known = last.get(leadName(decision));
    if (known === undefined || isLater(decision, known)) last.set(leadName(decision), decision);
  }
  return [...last.values()];
}
