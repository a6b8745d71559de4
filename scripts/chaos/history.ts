import type { Evidence, Violation } from "./check/violation.ts";
import { inputsOf, leadName } from "./truth.ts";
import type { World } from "./world.ts";

type Line = { at: number; text: string };

/**
 * The shortest history that shows a violation: what the CRM and our tables know of that one lead, and what was done to
 * processes meanwhile; in the order of time.
 */
export function historyOf({ lead }: Violation, last: Evidence | null, world: World): string[] {
  if (lead === null || last === null)
    return world.incidents.slice(-10).map((incident) => lineOf(incidentLine(incident)));
  const own = [...ofDeliveries(lead, world), ...ofCalls(lead, world), ...ofTables(lead, last.claim)].sort(byTime);
  const from = own[0]?.at ?? 0;
  const until = own.at(-1)?.at ?? 0;
  const meanwhile = world.incidents.map(incidentLine).filter(({ at }) => at >= from && at <= until);
  return [...own, ...meanwhile].sort(byTime).map(lineOf);
}

const byTime = (a: Line, b: Line) => a.at - b.at;
const lineOf = ({ at, text }: Line) => `${new Date(at).toISOString()}  ${text}`;
const incidentLine = ({ at, name, process }: World["incidents"][number]): Line => ({ at, text: `${process}: ${name}` });

type Lead = NonNullable<Violation["lead"]>;

function ofDeliveries({ portalId, leadId }: Lead, { hubspot }: World): Line[] {
  return hubspot.webhooks.deliveries.list({ portalId }).flatMap(({ at, status, error, events }) =>
    events
      .filter((event) => event.portalId === portalId && String(event.objectId) === leadId)
      .map(({ propertyName, propertyValue, attemptNumber, occurredAt }) => ({
        at,
        text: `webhook of ${new Date(occurredAt).toISOString()} ${propertyName ?? ""}=${propertyValue ?? ""}, try ${attemptNumber}: ${status ?? error ?? "no answer"}`,
      })),
  );
}

function ofCalls({ portalId, leadId }: Lead, { hubspot }: World): Line[] {
  return hubspot.requests
    .list({ portalId })
    .filter(({ body }) => isAbout(body, leadId))
    .map(({ at, route, status, fault, applied, body }) => {
      const owner = inputsOf(body).find(({ id }) => id === leadId)?.properties.hubspot_owner_id;
      const bent = fault === null ? "" : `, bent: ${fault}`;
      return {
        at,
        text: `call ${route}${owner === undefined ? "" : ` owner=${owner}`}: ${status}, ${applied ? "done" : "not done"}${bent}`,
      };
    });
}

/** As the record itself, or as what a task is associated with. */
const isAbout = (body: unknown, leadId: string) =>
  new RegExp(`"id":"?${leadId}"?[,}]`).test(JSON.stringify(body) ?? "");

function ofTables(lead: Lead, claim: Evidence["claim"]): Line[] {
  const isOwn = (row: { portalId: number; leadId: string }) => leadName(row) === leadName(lead);
  const inbox = claim.inbox
    .filter(({ portalId, subjectId }) => isOwn({ portalId, leadId: subjectId }))
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
