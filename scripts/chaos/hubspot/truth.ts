import { associatedIds } from "../../../src/sandbox/hubspot/associations.ts";
import type { HubspotRecord, Portal } from "../../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import type { WebhookEvent } from "../../../src/sandbox/hubspot/webhook-events.ts";
import { eventKey } from "../../../src/sandbox/hubspot/webhook-log.ts";
import {
  type LeadTruth,
  leadName,
  type OwnerWrite,
  type SentEvent,
  type TaskTruth,
  type Trigger,
  type Truth,
} from "../truth.ts";

export const qualifyingStage = "marketingqualifiedlead";

/** What people did to leads: those leads, and the lead of each task that lost it by that. */
export type Struck = { leads: ReadonlySet<string>; formerLeads: ReadonlyMap<string, string> };

const nothingStruck: Struck = { leads: new Set(), formerLeads: new Map() };

export function readTruth(hubspot: HubspotSandbox, portals: readonly Portal[], struck = nothingStruck): Truth {
  return {
    struck: struck.leads,
    events: sentEvents(hubspot),
    triggers: portals.flatMap(triggersIn),
    ownerWrites: ownerWrites(hubspot),
    leads: new Map(
      portals.flatMap((portal) =>
        contactsOf(portal).map((contact) => {
          const lead = leadOf(portal, contact);
          return [leadName(lead), lead] as const;
        }),
      ),
    ),
    tasks: portals.flatMap((portal) => tasksOf(portal, struck)),
  };
}

function sentEvents({ webhooks }: HubspotSandbox): SentEvent[] {
  const found = new Map<string, SentEvent>();
  for (const { status, events } of webhooks.deliveries.list()) {
    const acknowledged = status !== null && status >= 200 && status < 300;
    for (const event of events) {
      const key = eventKey(event);
      const known = found.get(key);
      if (known === undefined) {
        const sent = sentEvent(event, key, acknowledged);
        if (sent !== null) found.set(key, sent);
      } else if (acknowledged) known.acknowledged = true;
    }
  }
  return [...found.values()];
}

function sentEvent(event: WebhookEvent, key: string, acknowledged: boolean): SentEvent | null {
  if (event.objectId === undefined) return null;
  const { portalId, objectId, occurredAt } = event;
  return { key, accountId: String(portalId), objectId: String(objectId), occurredAt, acknowledged };
}

const contactsOf = (portal: Portal): HubspotRecord[] =>
  [...(portal.records.get("0-1")?.values() ?? [])].filter(({ archivedAt }) => archivedAt === null);

/** Also of those that are gone, and once more of those that were merged for the one that they live on in. */
function triggersIn(portal: Portal): Trigger[] {
  const contacts = [...(portal.records.get("0-1")?.values() ?? [])];
  return contacts.flatMap((contact) => {
    const survivorId = portal.mergedInto.get(contact.id);
    const leadIds = survivorId === undefined ? [contact.id] : [contact.id, survivorId];
    return leadIds.flatMap((leadId) => triggersOf(contact).map((at) => ({ accountId: String(portal.id), leadId, at })));
  });
}

/** By its history, and by the date that the record bears: what a merge makes has no entry of its own. */
function triggersOf({ properties, history }: HubspotRecord): number[] {
  const entries = (history.get("lifecyclestage") ?? []).filter(({ value }) => value === qualifyingStage);
  const enteredAt = Date.parse(properties.get(`hs_v2_date_entered_${qualifyingStage}`) ?? "");
  return [...new Set([...entries.map(({ timestamp }) => timestamp), ...(Number.isNaN(enteredAt) ? [] : [enteredAt])])];
}

function leadOf(portal: Portal, contact: HubspotRecord): LeadTruth {
  return {
    accountId: String(portal.id),
    leadId: contact.id,
    ownerId: contact.properties.get("hubspot_owner_id") ?? null,
    qualifies: contact.properties.get("lifecyclestage") === qualifyingStage,
  };
}

function tasksOf(portal: Portal, { formerLeads }: Struck): TaskTruth[] {
  return [...(portal.records.get("0-27")?.values() ?? [])].flatMap((task) => {
    // A task has a due date from the start, and whoever gave it that made it.
    if (task.history.get("hs_timestamp")?.at(-1)?.source.type !== "INTEGRATION") return [];
    const formerLead = formerLeads.get(`${portal.id} ${task.id}`);
    const leadIds = associatedIds(portal, "0-27", task.id, "0-1");
    return [
      {
        accountId: String(portal.id),
        taskId: task.id,
        key: keyOf(task),
        leadIds: leadIds.length === 0 && formerLead !== undefined ? [formerLead] : leadIds,
        open: task.archivedAt === null && task.properties.get("hs_task_status") !== "COMPLETED",
        doneByPerson: task.history.get("hs_task_status")?.[0]?.source.type === "CRM_UI",
        createdAt: task.createdAt,
        ownerId: task.properties.get("hubspot_owner_id") ?? null,
      },
    ];
  });
}

/** In the property that Baton makes, or at the end of the body where the account keeps none unique. */
function keyOf({ properties }: HubspotRecord): string | null {
  const inBody = /Baton ref: ([\w.:-]+)/.exec(properties.get("hs_task_body") ?? "")?.[1];
  return properties.get("baton_task_key") ?? inBody ?? null;
}

function ownerWrites({ requests }: HubspotSandbox): OwnerWrite[] {
  return requests
    .list()
    .filter(({ method, path }) => method !== "GET" && contactPath.test(path))
    .flatMap(({ portalId, at, path, body }) =>
      [...inputsOf(body), ...ofOneRecord(path, body)].flatMap(({ id, properties }) => {
        const ownerId = properties.hubspot_owner_id;
        if (portalId === null || ownerId === undefined) return [];
        const decisionId = /\/decisions\/(\w+)$/.exec(properties.baton_trace_url ?? "")?.[1] ?? null;
        return [{ accountId: String(portalId), leadId: id, decisionId, ownerId, at }];
      }),
    );
}

const contactPath = /^\/crm\/.*\/(?:contacts|0-1)(?:\/|$)/;

/** The body of a call that changes one record is its properties, and its path ends with the record. */
function ofOneRecord(path: string, body: unknown): ReturnType<typeof inputsOf> {
  const id = path.slice(path.lastIndexOf("/") + 1);
  return isRecord(body) && isRecord(body.properties) ? inputsOf({ inputs: [{ id, properties: body.properties }] }) : [];
}

/** What stands in the body of a batch, as far as it is one. */
export function inputsOf(body: unknown): { id: string; properties: Record<string, string> }[] {
  const inputs = isRecord(body) && Array.isArray(body.inputs) ? body.inputs.filter(isRecord) : [];
  return inputs.map(({ id, properties }) => ({
    id: String(id ?? ""),
    properties: Object.fromEntries(
      Object.entries(isRecord(properties) ? properties : {}).map(([name, value]) => [name, String(value)]),
    ),
  }));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
