import { recordLinks } from "../crm/record-links.ts";
import { reasonLine } from "../engine/claim.ts";
import type { NoticeOperation } from "../engine/plan.ts";
import { repZone } from "../engine/rep-settings.ts";
import { noticeText, taskText } from "../engine/task-text.ts";
import type { LeadUpdate, Operation } from "../model/operation.ts";
import type { LeadWrite, Notice, TaskDraft } from "../model/task.ts";
import type { DecisionContext, Link } from "./workspace.ts";

/** The page of the decision, which tells who can read its steps. */
export function traceUrl(publicUrl: string, decisionId: string): string {
  return `${publicUrl}/decisions/${decisionId}`;
}

/** What Baton notes on the lead with this update; null when it notes nothing. */
export function renderStamp(
  context: DecisionContext,
  update: LeadUpdate,
  publicUrl: string,
): NonNullable<LeadWrite["stamp"]> | null {
  const sla = update.slaStatus === undefined ? {} : { slaStatus: update.slaStatus };
  if (update.stamp === undefined) return Object.keys(sla).length > 0 ? sla : null;
  const { decision } = context;
  return {
    tier: decision.tier,
    routedAt: context.decidedAt,
    rule: ruleOf(context),
    reason: reasonLine(decision, context.names),
    policyVersion: String(context.shared.policyVersion),
    traceUrl: traceUrl(publicUrl, context.decisionId),
    ...(update.slaDueAt === undefined ? {} : { slaDueAt: update.slaDueAt }),
    ...sla,
  };
}

function ruleOf({ decision }: DecisionContext): string {
  const { outcome } = decision;
  if (outcome.kind !== "assigned") return outcome.kind;
  return outcome.poolId === undefined ? outcome.stage : `${outcome.stage}: ${outcome.poolId}`;
}

/** What a rep is told of a lead that is theirs now. */
export function renderNotice({ key, leadId, body }: NoticeOperation, context: DecisionContext): Notice {
  const { ownerId: recipientId, template, dueAt } = body;
  const { facts, decision, names, shared } = context;
  const due = { at: dueAt, timeZone: repZone(shared, recipientId) };
  return { key, leadId, recipientId, ...noticeText({ template, facts, decision, names, due }) };
}

export function renderTask(
  operation: Operation & { body: { kind: "create-task" } },
  context: DecisionContext,
  { link, publicUrl }: { link: Link; publicUrl: string },
): TaskDraft {
  const { body, leadId, key } = operation;
  const { subject, body: html } = taskText({
    template: body.template,
    facts: context.facts,
    decision: context.decision,
    names: context.names,
    links: {
      lead: recordLinks(link.connection).lead(leadId),
      trace: traceUrl(publicUrl, context.decisionId),
    },
    due: { at: body.dueAt, timeZone: repZone(context.shared, body.ownerId) },
  });
  const { ownerId, dueAt, remindAt, priority } = body;
  return { key, leadId, ownerId, subject, body: html, dueAt, remindAt, priority };
}
