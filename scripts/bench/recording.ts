import { sql } from "kysely";
import type { Permit } from "../../src/crm/throttle.ts";
import type { Deps } from "../../src/deps.ts";
import type { LeadFacts, Shared } from "../../src/engine/snapshot.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { EventRow } from "../../src/pipeline/event-row.ts";
import { isEventRow } from "../../src/pipeline/event-row.ts";
import { createRecorder } from "../../src/pipeline/recorder.ts";
import type { GatheredBatch, Head, Link, Workspace } from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { addEvents, claimInbox } from "../../src/store/inbox.ts";
import { acquireLease, type Lease } from "../../src/store/leases.ts";

export const leadsPerBatch = 100;

/** A leased workspace whose leads are read and are to be recorded, by the product's own recorder. */
export type Recording = {
  workspaceId: string;
  /** Batches of 100, each with the events that it ends: they are stored and claimed, as by the intake. */
  prepare(leads: readonly LeadFacts[]): Promise<GatheredBatch[]>;
  /** Resolves when it is committed; what is asked for meanwhile shares the next transaction. */
  record(batch: GatheredBatch): Promise<void>;
};

export async function openRecording(db: Db, workspaceId: string, shared: Shared): Promise<Recording> {
  const now = new Date().toISOString();
  const connectionId = `${workspaceId}-connection`;
  const lease = await leaseOf(db, workspaceId, now);
  const link = parseLink({
    connection: {
      id: connectionId,
      workspaceId,
      crm: "hubspot",
      externalId: "62515",
      status: "active",
      pausedBecause: null,
      timeZone: shared.timeZone,
      uiHost: "app.hubspot.com",
      scopes: [],
      grantNumber: 1,
      mode: "live",
      capabilities: { uniqueTaskKey: true, readsAvailability: true },
    },
    inHand: new Set(),
    unsent: new Map(),
    client: { leadWrites: { maxBatch: 100, withTasks: false, streams: null } } as Partial<
      Link["client"]
    > as Link["client"],
    updates: {
      ...{ push: () => undefined, waiting: () => 0, atWork: () => 0, busy: () => false, wake: () => undefined },
      drain: async () => undefined,
    },
    loadPlanned: () => undefined,
  });
  const deps = parseDeps({ db, log: silentLog, metrics: createMetrics(), onProgress: () => undefined });
  let claims = 0;

  async function claimRows(leads: readonly LeadFacts[]): Promise<Map<string, EventRow[]>> {
    const events = leads.map(({ lead, trigger }) => ({
      connectionId,
      eventKey: `${lead.id} turned MQL`,
      occurredAt: trigger.qualifiedAt,
      workspaceId,
      receivedAt: now,
      subjectKind: "lead" as const,
      subjectId: lead.id,
      change: { kind: "lead-changed" as const, field: "stage" as const, value: "marketingqualifiedlead" },
      byThisApp: false,
    }));
    for (let from = 0; from < events.length; from += 1_000) await addEvents(db.query, events.slice(from, from + 1_000));
    claims += 1;
    const limits = { connectionIds: [connectionId], limit: events.length, now, number: claims };
    const rows = await claimInbox(db.query, lease, limits);
    return Map.groupBy(rows.filter(isEventRow), ({ subjectId }) => subjectId);
  }

  return {
    workspaceId,
    async prepare(leads) {
      const rows = await claimRows(leads);
      const heads = leads.map((facts) => ({ head: headOf(facts, rows.get(facts.lead.id) ?? [], now), facts }));
      const batches: GatheredBatch[] = [];
      for (let from = 0; from < heads.length; from += leadsPerBatch) {
        const ready = heads.slice(from, from + leadsPerBatch);
        batches.push({ gathered: { shared, ready, ignored: [], readAtMs: 0 }, permit });
      }
      await sql`analyze`.execute(db.query);
      return batches;
    },
    record: createRecorder(deps, parseWorkspace({ lease }), () => link),
  };
}

async function leaseOf(db: Db, workspaceId: string, now: string): Promise<Lease> {
  const lease = await acquireLease(db.query, { workspaceId, holder: "bench", now, leaseMs: 3_600_000 });
  if (lease === null) throw new Error(`Somebody else holds workspace ${workspaceId}.`);
  return lease;
}

function headOf({ lead, trigger }: LeadFacts, rows: EventRow[], receivedAt: string): Head {
  return {
    leadId: lead.id,
    priority: 2,
    receivedAt,
    rows,
    late: [],
    cause: "qualified",
    qualifiedAt: trigger.qualifiedAt,
    round: 0,
    isRestored: false,
    breachedBy: [],
    history: {},
    known: null,
    attempts: 0,
    faults: 0,
    atMost: leadsPerBatch,
  };
}

const permit = { releaseReserve: () => undefined } as Partial<Permit> as Permit;

/** As much of each as recording looks at: it calls no CRM. */
const parseLink = (part: Partial<Link>): Link => part as Link;
const parseDeps = (part: Partial<Deps>): Deps => part as Deps;
const parseWorkspace = (part: Partial<Workspace>): Workspace => part as Workspace;
