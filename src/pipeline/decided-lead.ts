import { overloadOf } from "../engine/claim.ts";
import { createLimits } from "../engine/first-touch.ts";
import { nextLook } from "../engine/next-turn.ts";
import { planWriteBack } from "../engine/plan.ts";
import { planTimers, type Timer } from "../engine/sla.ts";
import type { Shared } from "../engine/snapshot.ts";
import type { Operation } from "../model/operation.ts";
import type { Tx } from "../store/db.ts";
import type { DecidedLead } from "../store/decisions.ts";
import { waitTimerId } from "../store/held-leads.ts";
import type { NewTimer } from "../store/timers.ts";
import type { DecidedFresh } from "./decide-fresh.ts";
import { goesAlong, isUpdate } from "./jobs-of.ts";
import { knownOverCapacity } from "./owner-over-capacity.ts";
import type { DecisionContext, Link } from "./workspace.ts";

type Plan = { operations: readonly Operation[]; timers: readonly Timer[] };

/**
 * What carries out each decision of a batch: nothing where the connection is in shadow. A manager is not told again of a
 * rep who has more than they can carry.
 */
export async function plansOf(
  tx: Tx,
  { connection, client }: Pick<Link, "connection" | "client">,
  { shared, contexts }: { shared: Shared; contexts: readonly DecisionContext[] },
): Promise<Plan[]> {
  // What would be written is worked out from the decision at any time: nothing is planned that must not go out.
  if (connection.mode === "shadow") return contexts.map(() => ({ operations: [], timers: [] }));
  const limitsOf = createLimits(shared);
  const known = new Set(await knownOverCapacity(tx, connection.workspaceId, contexts));
  return contexts.map((context) => {
    const decided = { ...context, connectionId: connection.id };
    const repId = overloadOf(context.decision)?.repId;
    const isTold = repId !== undefined && known.has(repId);
    if (repId !== undefined) known.add(repId);
    const operations = planWriteBack(decided, limitsOf).filter(
      (operation) => !(isTold && tellsOfOverload(operation)) && isPossible(client, operation),
    );
    return { operations, timers: planTimers(decided, limitsOf) };
  });
}

/** Not every CRM tells leads from contacts. */
const isPossible = ({ convertLeads }: Link["client"], { body }: Operation): boolean =>
  body.kind !== "convert-lead" || convertLeads !== undefined;

const tellsOfOverload = ({ body }: Operation): boolean =>
  body.kind === "create-task" && body.template === "over-capacity";

/** A decision and all that follows from it, as it is stored. */
export function decidedLead(
  context: DecisionContext,
  { plan, keys, link }: { plan: Plan | undefined; keys: DecidedFresh["keys"]; link: Link },
): DecidedLead {
  const { decisionId, facts, decision, receivedAt } = context;
  const { qualifiedAt } = facts.trigger;
  const about = { leadId: facts.lead.id, decisionId, qualifiedAt };
  const { operations, timers } = plan ?? { operations: [], timers: [] };
  const limit = timers.find((timer) => timer.kind === "breach");
  const isSentAtOnce = (operation: Operation) => isUpdate(operation) || goesAlong(operation, link.client);
  return {
    decisionId,
    facts,
    decision,
    keys: keys.get(facts.lead.id) ?? { email: null, phone: null, name: null },
    receivedAt,
    sending: operations.filter(isSentAtOnce),
    operations: operations.filter((operation) => !isSentAtOnce(operation)),
    timers: [...timers.map(({ key, kind, dueAt }) => ({ ...about, id: key, kind, dueAt })), ...waitOf(context, about)],
    followUp:
      limit === undefined
        ? null
        : {
            ...about,
            taskKey: limit.taskKey,
            holderId: limit.repId,
            assignedAt: limit.assignedAt,
            dueAt: limit.breachAt,
          },
  };
}

function waitOf(
  { decision: { outcome }, decidedAt }: DecisionContext,
  about: Pick<NewTimer, "leadId" | "decisionId" | "qualifiedAt">,
): NewTimer[] {
  if (outcome.kind !== "queued" || outcome.held === undefined) return [];
  const dueAt = nextLook(outcome.held, decidedAt);
  return [{ ...about, id: waitTimerId(about.decisionId), kind: "wait", dueAt }];
}

/** Who took a lead from a list that held it works on it as if it had been given to them. */
export function workOf({ decision: { outcome }, facts }: DecisionContext) {
  const isClaimed = outcome.kind === "kept" && facts.trigger.cause === "waited";
  const repId = outcome.kind === "assigned" ? outcome.repId : isClaimed ? outcome.ownerId : null;
  return repId === null ? [] : [{ itemKind: "lead" as const, itemId: facts.lead.id, repId, points: 1 }];
}
