import { associatedIds } from "../../src/sandbox/hubspot/associations.ts";
import type { HubspotRecord, Portal } from "../../src/sandbox/hubspot/portal.ts";
import type { HubspotSandbox } from "../../src/sandbox/hubspot/sandbox.ts";
import type { WebhookEvent } from "../../src/sandbox/hubspot/webhook-events.ts";
import { eventKey } from "../../src/sandbox/hubspot/webhook-log.ts";

/** What the CRM knows for certain: its store, its request log, and what its sender saw. Times are epoch ms. */
export type Truth = {
  /** Every event of a record that some attempt of was sent; `acknowledged` by a 2xx that its sender saw. */
  events: readonly SentEvent[];
  /** Each entry of a contact into the qualifying stage since the install. */
  triggers: readonly Trigger[];
  /** Each owner that a call of the app asked for, done or not, whatever it carries. */
  ownerWrites: readonly OwnerWrite[];
  /** By `leadName`. */
  leads: ReadonlyMap<string, LeadTruth>;
  /** Every task that the app made, whatever it carries. */
  tasks: readonly TaskTruth[];
};

export type SentEvent = { key: string; portalId: number; objectId: string; occurredAt: number; acknowledged: boolean };
export type Trigger = { portalId: number; leadId: string; at: number };
export type OwnerWrite = {
  portalId: number;
  leadId: string;
  /** The decision that the stamp beside it names; null where there is none. */
  decisionId: string | null;
  ownerId: string;
  at: number;
};
export type LeadTruth = { portalId: number; leadId: string; ownerId: string | null; qualifies: boolean };
export type TaskTruth = {
  portalId: number;
  taskId: string;
  /** Null where it carries none of Baton. */
  key: string | null;
  leadIds: readonly string[];
  open: boolean;
  /** It is not open, and the app did not close it. */
  doneByPerson: boolean;
  createdAt: number;
  ownerId: string | null;
};

export const qualifyingStage = "marketingqualifiedlead";

/** The same lead id may stand in two portals. */
export const leadName = ({ portalId, leadId }: { portalId: number; leadId: string }): string => `${portalId} ${leadId}`;

export function readTruth(hubspot: HubspotSandbox, portals: readonly Portal[]): Truth {
  return {
    events: sentEvents(hubspot),
    triggers: portals.flatMap((portal) => contactsOf(portal).flatMap((contact) => triggersOf(portal, contact))),
    ownerWrites: ownerWrites(hubspot),
    leads: new Map(
      portals.flatMap((portal) =>
        contactsOf(portal).map((contact) => {
          const lead = leadOf(portal, contact);
          return [leadName(lead), lead] as const;
        }),
      ),
    ),
    tasks: portals.flatMap(tasksOf),
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
  return { key, portalId, objectId: String(objectId), occurredAt, acknowledged };
}

const contactsOf = (portal: Portal): HubspotRecord[] =>
  [...(portal.records.get("0-1")?.values() ?? [])].filter(({ archivedAt }) => archivedAt === null);

function triggersOf(portal: Portal, contact: HubspotRecord): Trigger[] {
  const entries = contact.history.get("lifecyclestage") ?? [];
  return entries
    .filter(({ value }) => value === qualifyingStage)
    .map(({ timestamp }) => ({ portalId: portal.id, leadId: contact.id, at: timestamp }));
}

function leadOf(portal: Portal, contact: HubspotRecord): LeadTruth {
  return {
    portalId: portal.id,
    leadId: contact.id,
    ownerId: contact.properties.get("hubspot_owner_id") ?? null,
    qualifies: contact.properties.get("lifecyclestage") === qualifyingStage,
  };
}

function tasksOf(portal: Portal): TaskTruth[] {
  return [...(portal.records.get("0-27")?.values() ?? [])].flatMap((task) => {
    // A task has a due date from the start, and whoever gave it that made it.
    if (task.history.get("hs_timestamp")?.at(-1)?.source.type !== "INTEGRATION") return [];
    return [
      {
        portalId: portal.id,
        taskId: task.id,
        key: keyOf(task),
        leadIds: associatedIds(portal, "0-27", task.id, "0-1"),
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
        return [{ portalId, leadId: id, decisionId, ownerId, at }];
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
