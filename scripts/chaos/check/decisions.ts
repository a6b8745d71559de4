import { firstBreachMs, mostOwners } from "../policy-file.ts";
import { leadName, type OwnerWrite, type TaskTruth, type Trigger } from "../truth.ts";
import type { Evidence, Violation } from "./violation.ts";

/** A batch is as of the earliest of its reads, which may be a little before the lead of a later one qualified. */
const soonestBreachMs = firstBreachMs - 60_000;

/** I1: each qualification that the CRM knows is decided at most once a round, and nothing else is. */
export function oneDecisionPerTrigger({ claim, after }: Evidence): Violation[] {
  const triggers = new Set(after.triggers.map(({ at, ...lead }) => `${leadName(lead)} ${at}`));
  const seen = new Set<string>();
  return claim.decisions.flatMap(({ accountId, leadId, qualifiedAt, round, cause, decidedAt }) => {
    const trigger = `${leadName({ accountId, leadId })} ${Date.parse(qualifiedAt)}`;
    const name = `${trigger} ${round}`;
    const isTwice = seen.has(name);
    seen.add(name);
    const lead = { accountId, leadId };
    if (isTwice) return [{ promise: "I1", what: `round ${round} of ${qualifiedAt} is decided twice`, lead }];
    // What it followed may have got its owner at any time, and so may people merge or restore it.
    const isEarly = Date.parse(decidedAt) < Date.parse(qualifiedAt) + round * soonestBreachMs;
    const isDueAtAnyTime = cause === "followed" || cause === "merged" || cause === "restored";
    if (round > 0 && !isDueAtAnyTime && isEarly)
      return [{ promise: "I1", what: `round ${round} of ${qualifiedAt} is decided before anybody could breach`, lead }];
    if (triggers.has(trigger)) return [];
    return [{ promise: "I1", what: `a decision for ${qualifiedAt}, when the lead did not qualify`, lead }];
  });
}

/**
 * I1, by the CRM alone: no owner is written for more decisions, and no more tasks are made, than the lead's
 * qualifications and the time since them explain, whatever Baton says that it decided.
 */
export function oneDecisionSeenPerTrigger({ after }: Evidence): Violation[] {
  const triggers = Map.groupBy(after.triggers, leadName);
  const tasks = after.tasks.flatMap(({ accountId, leadIds, createdAt }) =>
    leadIds.map((leadId) => ({ accountId, leadId, at: createdAt })),
  );
  // What people merge or restore is decided anew for that.
  const isLeftAlone = (seen: Trigger) => !after.struck.has(leadName(seen));
  return [
    ...tooMany(firstWrites(after.ownerWrites).filter(isLeftAlone), triggers, "its owner was decided"),
    ...tooMany(tasks.filter(isLeftAlone), triggers, "a task was made for it"),
  ];
}

function tooMany(
  seen: readonly Trigger[],
  triggers: ReadonlyMap<string, readonly Trigger[]>,
  what: string,
): Violation[] {
  return [...Map.groupBy(seen, leadName)].flatMap(([name, own]) => {
    const qualified = triggers.get(name) ?? [];
    const inOrder = own.toSorted((a, b) => a.at - b.at);
    const excess = inOrder.findIndex(({ at }, before) => before + 1 > mostDecisions(qualified, at));
    const first = inOrder[excess];
    if (first === undefined) return [];
    const { accountId, leadId, at } = first;
    const by = `${excess + 1} times by ${new Date(at).toISOString()}`;
    const times = qualified.filter((trigger) => trigger.at <= at).length;
    return [{ promise: "I1", what: `${what} ${by}, and it had qualified ${times} times`, lead: { accountId, leadId } }];
  });
}

/** So long the clock of one qualification may run on after the next: until then nobody has to know of that one (I15). */
const foundWithinMs = 15 * 60_000;

/** One for each qualification, and for each breach that there was time for until the next one was found. */
function mostDecisions(triggers: readonly Trigger[], at: number): number {
  const times = triggers.map((trigger) => trigger.at).filter((time) => time <= at);
  const next = times.sort((a, b) => a - b).slice(1);
  return times.reduce((sum, time, index) => {
    const until = Math.min(at, (next[index] ?? at) + foundWithinMs);
    const breaches = Math.floor((until - time) / soonestBreachMs);
    return sum + Math.min(mostOwners, 1 + breaches);
  }, 0);
}

/** The first of the writes that carry the same decision; each that carries none. */
function firstWrites(writes: readonly OwnerWrite[]): OwnerWrite[] {
  const seen = new Set<string>();
  return writes.filter((write) => {
    const name = `${leadName(write)} ${write.decisionId}`;
    const isFirst = write.decisionId === null || !seen.has(name);
    seen.add(name);
    return isFirst;
  });
}

/** I2: all writes of one decision carry the same owner, and it is the one that was decided. */
export function oneOwnerPerDecision({ claim, after }: Evidence): Violation[] {
  const decided = new Map(claim.decisions.map((decision) => [decision.id, decision]));
  const violations: Violation[] = [];
  for (const [decisionId, writes] of Map.groupBy(after.ownerWrites, (write) => write.decisionId)) {
    if (decisionId === null) continue;
    const owners = [...new Set(writes.map(({ ownerId }) => ownerId))];
    const outcome = decided.get(decisionId)?.outcome;
    const [{ accountId, leadId } = { accountId: "", leadId: "" }] = writes;
    const lead = { accountId, leadId };
    if (owners.length > 1)
      violations.push({ promise: "I2", what: `decision ${decisionId} wrote the owners ${owners.join(", ")}`, lead });
    // A decision that was made after the claim was read is looked at the next time.
    if (outcome?.kind === "assigned" && owners.some((owner) => owner !== outcome.repId)) {
      const what = `decision ${decisionId} chose ${outcome.repId} and wrote ${owners.join(", ")}`;
      violations.push({ promise: "I2", what, lead });
    }
  }
  return violations;
}

/** I2: no owner is written that no decision stands for. */
export function everyOwnerIsStamped({ after }: Evidence): Violation[] {
  return after.ownerWrites
    .filter(({ decisionId }) => decisionId === null)
    .map(({ accountId, leadId, ownerId }) => ({
      promise: "I2",
      what: `the owner ${ownerId} was written without a decision's stamp`,
      lead: { accountId, leadId },
    }));
}

/** I3: a key makes one task, and a decision has at most one open. */
export function oneTaskPerDecision({ claim, after }: Evidence): Violation[] {
  const decisionOf = decisionsByKey(claim);
  const violations: Violation[] = [];
  for (const [key, tasks] of Map.groupBy(after.tasks, (task) => task.key)) {
    const [first] = tasks;
    if (key === null || first === undefined || tasks.length < 2) continue;
    const ids = tasks.map(({ taskId }) => taskId).join(", ");
    violations.push({ promise: "I3", what: `the key ${key} made the tasks ${ids}`, lead: leadOf(first) });
  }
  const open = after.tasks.filter((task) => task.open && decisionOf(task) !== undefined);
  for (const [decisionId, tasks] of Map.groupBy(open, decisionOf)) {
    const keys = new Set(tasks.map(({ key }) => key));
    const [first] = tasks;
    if (first === undefined || keys.size < 2) continue;
    violations.push({ promise: "I3", what: `decision ${decisionId} has ${keys.size} open tasks`, lead: leadOf(first) });
  }
  return violations;
}

/** I3: a task hangs on one lead, and carries the key of what planned it before it was made. */
export function everyTaskIsPlanned({ claim, before, after }: Evidence): Violation[] {
  const decisionOf = decisionsByKey(claim);
  const onNoLead = after.tasks
    .filter(({ leadIds }) => leadIds.length !== 1)
    .map((task) => ({ task, what: `hangs on ${task.leadIds.length} leads` }));
  const unplanned = before.tasks
    .filter((task) => decisionOf(task) === undefined)
    .map((task) => ({ task, what: task.key === null ? "carries no key" : `carries the unknown key ${task.key}` }));
  return [...onNoLead, ...unplanned].map(({ task, what }) => ({
    promise: "I3",
    what: `the task ${task.taskId} ${what}`,
    lead: task.leadIds.length === 0 ? null : leadOf(task),
  }));
}

/** A task → the decision that planned it, as far as its key tells one. */
export function decisionsByKey({ operations }: Evidence["claim"]): (task: TaskTruth) => string | undefined {
  const decisionOf = new Map(operations.map(({ key, decisionId }) => [key, decisionId]));
  return ({ key }) => (key === null ? undefined : decisionOf.get(key));
}

const leadOf = ({ accountId, leadIds }: { accountId: string; leadIds: readonly string[] }) => ({
  accountId,
  leadId: leadIds[0] ?? "",
});
