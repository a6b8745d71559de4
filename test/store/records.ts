import type { Decision } from "../../src/engine/decision.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import type { Connection } from "../../src/model/connection.ts";
import type { Operation } from "../../src/model/operation.ts";
import type { Query } from "../../src/store/db.ts";
import type { BatchRecord, DecidedLead } from "../../src/store/decisions.ts";
import type { NewEvent } from "../../src/store/inbox.ts";
import { acquireLease, type Lease } from "../../src/store/leases.ts";

export const workspaceId = "w1";
export const connectionId = "c1";
export const now = "2026-11-20T10:00:00.000Z";

/** `now` and so many seconds. */
export function after(seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1000).toISOString();
}

export async function takeLease(db: Query, wanted: Partial<Parameters<typeof acquireLease>[1]> = {}): Promise<Lease> {
  const lease = await acquireLease(db, { workspaceId, holder: "one", now, leaseMs: 30_000, ...wanted });
  if (lease === null) throw new Error("the lease is held by another");
  return lease;
}

export function anEvent(eventKey: string, event: Partial<NewEvent> = {}): NewEvent {
  return {
    connectionId,
    eventKey,
    occurredAt: now,
    workspaceId,
    receivedAt: now,
    subjectKind: "lead",
    subjectId: "101",
    change: { kind: "lead-changed", field: "stage", value: "marketingqualifiedlead" },
    byThisApp: false,
    ...event,
  };
}

export function aConnection(connection: Partial<Connection> = {}): Connection {
  return {
    id: connectionId,
    workspaceId,
    crm: "hubspot",
    externalId: "62515",
    status: "active",
    pausedBecause: null,
    timeZone: "Europe/Berlin",
    uiHost: "app.hubspot.com",
    scopes: ["oauth", "crm.objects.contacts.read"],
    grantNumber: 1,
    mode: "live",
    capabilities: { uniqueTaskKey: true, readsAvailability: true },
    ...connection,
  };
}

export function someFacts(leadId: string, qualifiedAt = now): LeadFacts {
  return {
    trigger: { qualifiedAt, round: 0, cause: "qualified", breachedBy: [] },
    lead: {
      id: leadId,
      ownerId: null,
      accountId: null,
      qualifiedAt,
      createdAt: now,
      fields: { email: `lead-${leadId}@example.com`, firstName: "Ada", country: "Germany" },
    },
    match: null,
    noMatchBecause: "unknown-domain",
    opportunities: [],
    ownerHistory: [],
    earlierAssignment: null,
  };
}

export function aDecision(leadId: string, decision: Partial<Decision> = {}): Decision {
  return {
    leadId,
    outcome: { kind: "assigned", repId: "rep-a", stage: "pick", poolId: "dach" },
    tier: "T2",
    trace: [{ step: "rep-chosen", repId: "rep-a", because: "credit", poolId: "dach" }],
    marks: [],
    ...decision,
  };
}

export function anOperation(key: string, operation: Partial<Operation> = {}): Operation {
  return {
    key,
    connectionId,
    decisionId: "d1",
    leadId: "101",
    qualifiedAt: now,
    priority: 2,
    body: { kind: "update-lead", update: { owner: { ownerId: "rep-a", expectOwnerId: null }, stamp: true } },
    ...operation,
  };
}

/** A lead that was assigned, with an owner write, a task, two timers and a follow-up. */
export function aDecidedLead(leadId: string, { qualifiedAt = now }: { qualifiedAt?: string } = {}): DecidedLead {
  const decisionId = `d-${leadId}-${qualifiedAt}`;
  const ids = { leadId, decisionId, qualifiedAt };
  return {
    decisionId,
    facts: someFacts(leadId, qualifiedAt),
    decision: aDecision(leadId),
    keys: { email: null, phone: null, name: null },
    receivedAt: now,
    sending: [anOperation(`${decisionId}-owner`, { decisionId, leadId, qualifiedAt })],
    operations: [
      anOperation(`${decisionId}-task`, {
        decisionId,
        leadId,
        qualifiedAt,
        body: {
          kind: "create-task",
          ownerId: "rep-a",
          template: "first-touch",
          dueAt: after(3600),
          remindAt: after(1800),
          priority: "medium",
        },
      }),
    ],
    timers: [
      { ...ids, id: `${decisionId}-warn`, kind: "at-risk", dueAt: after(1800) },
      { ...ids, id: `${decisionId}-breach`, kind: "breach", dueAt: after(3600) },
    ],
    followUp: { ...ids, taskKey: `${decisionId}-task`, holderId: "rep-a", assignedAt: now, dueAt: after(3600) },
  };
}

export function aBatch(lease: Lease, leads: readonly DecidedLead[], batch: Partial<BatchRecord> = {}): BatchRecord {
  return {
    workspaceId,
    connectionId,
    batchId: "b1",
    lease,
    decidedAt: now,
    policyVersion: 1,
    engineVersion: 1,
    shared: { hash: "h1", body: JSON.stringify({ now, reps: ["rep-a", "rep-b"] }) },
    stateBefore: { credits: { dach: { "rep-a": 0, "rep-b": 0 } }, load: {} },
    ledgersAfter: { credits: {} },
    counts: [],
    inbox: {},
    ledgerEntries: [],
    picks: leads.map(() => ({ poolId: "dach", paidBy: "rep-a", repIds: ["rep-a", "rep-b"], weights: [1, 1] })),
    leads,
    ...batch,
  };
}

export async function workspaceIds(db: Query): Promise<string[]> {
  const rows = await db.selectFrom("workspaces").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}
