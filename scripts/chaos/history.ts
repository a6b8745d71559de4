import type { Evidence, Violation } from "./check/violation.ts";
import type { Line } from "./crm.ts";
import { leadName } from "./truth.ts";
import type { World } from "./world.ts";

/**
 * The shortest history that shows a violation: what the CRM and our tables know of that one lead, and what was done to
 * processes meanwhile; in the order of time.
 */
export function historyOf({ lead }: Violation, last: Evidence | null, world: World): string[] {
  if (lead === null || last === null)
    return world.incidents.slice(-10).map((incident) => lineOf(incidentLine(incident)));
  const own = [...ofCrm(lead, world), ...ofTables(lead, last.claim)].sort(byTime);
  const from = own[0]?.at ?? 0;
  const until = own.at(-1)?.at ?? 0;
  const meanwhile = world.incidents.map(incidentLine).filter(({ at }) => at >= from && at <= until);
  return [...own, ...meanwhile].sort(byTime).map(lineOf);
}

const byTime = (a: Line, b: Line) => a.at - b.at;
const lineOf = ({ at, text }: Line) => `${new Date(at).toISOString()}  ${text}`;
const incidentLine = ({ at, name, process }: World["incidents"][number]): Line => ({ at, text: `${process}: ${name}` });

type Lead = NonNullable<Violation["lead"]>;

const ofCrm = (lead: Lead, { crms }: World): Line[] =>
  crms.filter(({ accountIds }) => accountIds.includes(lead.accountId)).flatMap((crm) => crm.historyOf(lead));

function ofTables(lead: Lead, claim: Evidence["claim"]): Line[] {
  const isOwn = (row: { accountId: string; leadId: string }) => leadName(row) === leadName(lead);
  const inbox = claim.inbox
    .filter(({ accountId, subjectId }) => isOwn({ accountId, leadId: subjectId }))
    .map(({ receivedAt, occurredAt, state, because, attempts }) => ({
      at: Date.parse(receivedAt),
      text: `inbox: event of ${occurredAt} is ${state}${because === null ? "" : ` (${because})`}, attempts ${attempts}`,
    }));
  const decisions = claim.decisions.filter(isOwn).map(({ decidedAt, id, round, qualifiedAt, outcome }) => ({
    at: Date.parse(decidedAt),
    text: `decision ${id}, round ${round} of ${qualifiedAt}: ${JSON.stringify(outcome)}`,
  }));
  const operations = claim.operations.filter(isOwn).map(({ plannedAt, key, kind, state, sentAt, settledAt }) => ({
    at: Date.parse(plannedAt),
    text: `operation ${key} ${kind}: ${state}, sent ${sentAt ?? "never"}, settled ${settledAt ?? "never"}`,
  }));
  return [...inbox, ...decisions, ...operations];
}
