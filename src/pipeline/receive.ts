import { accountName } from "../crm/account-name.ts";
import type { Delivery } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import type { CrmEvent, Junk } from "../model/event.ts";
import { raiseAlert } from "../store/alerts.ts";
import { addEvents } from "../store/inbox.ts";
import type { ConnectionDirectory } from "./connection-directory.ts";
import { createGroup } from "./group.ts";
import type { InboxGauge } from "./inbox-gauge.ts";

/** Whoever stores work for the worker notifies this channel, without a payload. */
export const inboxChannel = "inbox";
/** Alerts of this kind end when the parked events are re-driven: somebody has seen them. */
export const unreadableAlert = "events-unreadable";

export type Door = Pick<Deps, "metrics" | "db"> & {
  directory: ConnectionDirectory;
  gauge: InboxGauge;
  /** Resolves when these rows are committed. */
  store: (rows: readonly NewRow[]) => Promise<void>;
};

export type Received = { kind: "stored"; unknown: number } | { kind: "inbox-full" };

type NewRow = Parameters<typeof addEvents>[1][number];

/** As many as a vendor has in flight (reliability.md §2). */
const deliveriesInFlight = 10;

/**
 * Stores what deliveries brought, and wakes the worker: those that come while one statement runs share the next. What
 * is stored already is counted as a duplicate.
 */
export function createInboxStore({ db, metrics }: Pick<Deps, "db" | "metrics">): Door["store"] {
  // A server stores half of them while the other half is parsed here; the embedded database has no processor of its own.
  const sideBySide = db.kind === "postgres" ? 2 : 1;
  const run = async (deliveries: readonly (readonly NewRow[])[]): Promise<void> => {
    const rows = deliveries.flat();
    const added = await addEvents(db.query, rows);
    const isWork = rows.some(({ state }) => state === undefined);
    // A hint: what is committed is acknowledged without it, and the worker looks into the inbox every second.
    if (added > 0 && isWork) db.notify(inboxChannel).catch(() => undefined);
    metrics.received({ stored: added, duplicates: rows.length - added });
  };
  return createGroup({ atMost: deliveriesInFlight / sideBySide, run, sideBySide, lookAround: true });
}

/**
 * Takes in one delivery, which may hold events of several accounts; those of accounts that are not installed are only
 * counted. `inbox-full`: nothing was stored, the sender should come back.
 */
export async function receive(
  door: Door,
  { crm, delivery, at }: { crm: Connection["crm"]; delivery: Delivery; at: Date },
): Promise<Received> {
  const connections = await door.directory.find(crm, accountsOf(delivery));
  const { rows, parked, unknown } = toRows(delivery, connections, at.toISOString());
  const perWorkspace = Map.groupBy(rows, (row) => row.workspaceId);
  for (const [workspaceId, own] of perWorkspace) {
    if (await door.gauge.wouldOverflow(workspaceId, own.length)) return { kind: "inbox-full" };
  }
  if (rows.length > 0) await door.store(rows);
  // Before it is answered: what the sender counts as delivered must not lie parked where nobody looks.
  for (const [connection, problems] of parked) await alertUnreadable(door, connection, { problems, at });
  for (const [workspaceId, own] of perWorkspace) door.gauge.added(workspaceId, own.length);
  door.metrics.received({ parked: [...parked.values()].flat().length, unknown });
  return { kind: "stored", unknown };
}

function accountsOf({ events, junk }: Delivery): ReadonlySet<string> {
  const ids = new Set(events.map((event) => event.externalId));
  for (const { externalId } of junk) if (externalId !== null) ids.add(externalId);
  return ids;
}

function toRows({ events, junk }: Delivery, connections: ReadonlyMap<string, Connection>, receivedAt: string) {
  const rows: NewRow[] = [];
  let unknown = 0;
  for (const event of events) {
    const connection = connections.get(event.externalId);
    if (connection) rows.push(eventRow(event, connection, receivedAt));
    else unknown += 1;
  }
  const parked = new Map<Connection, string[]>();
  for (const element of junk) {
    const connection = ownerOf(element, connections);
    if (!connection) {
      unknown += 1;
      continue;
    }
    rows.push(junkRow(element, connection, receivedAt));
    const problems = parked.get(connection) ?? [];
    problems.push(element.problem);
    parked.set(connection, problems);
  }
  return { rows, parked, unknown };
}

async function alertUnreadable(
  { db }: Door,
  connection: Connection,
  { problems, at }: { problems: readonly string[]; at: Date },
): Promise<void> {
  const { id: connectionId, workspaceId } = connection;
  await raiseAlert(db.query, {
    workspaceId,
    connectionId,
    kind: unreadableAlert,
    subjectId: connectionId,
    message: `Events of ${accountName(connection)} could not be read and are parked, the first of them for this reason: ${problems[0]}.`,
    whatToDo:
      "No lead is lost by it: the CRM itself is asked every few minutes who qualified. Report it, or update Baton; `baton redrive` ends this alert.",
    raisedAt: at.toISOString(),
  });
}

/** An element that names no account belongs to its siblings' one, when they have only one. */
function ownerOf({ externalId }: Junk, connections: ReadonlyMap<string, Connection>): Connection | undefined {
  if (externalId !== null) return connections.get(externalId);
  const [only, ...others] = connections.values();
  return others.length === 0 ? only : undefined;
}

/** What is stored of an event of a connection. */
export function eventRow(event: CrmEvent, connection: Connection, receivedAt: string): NewRow {
  return {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    eventKey: event.key,
    occurredAt: event.occurredAt,
    receivedAt,
    subjectKind: subjectKind(event.change.kind),
    subjectId: event.subjectId,
    change: event.change,
    byThisApp: event.byThisApp,
    // Our own write coming back: kept for the record, and nobody's work (design.md I10).
    ...(event.byThisApp ? { state: "ignored" as const, because: "echo" } : {}),
  };
}

// The time is part of the unique key: one that junk cannot move, so that the same junk is stored once.
const noTime = "1970-01-01T00:00:00.000Z";

function junkRow(junk: Junk, connection: Connection, receivedAt: string): NewRow {
  return {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    eventKey: junk.key,
    occurredAt: noTime,
    receivedAt,
    subjectKind: "junk",
    subjectId: junk.key,
    change: junk,
    byThisApp: false,
    state: "parked",
    because: junk.problem,
  };
}

function subjectKind(kind: CrmEvent["change"]["kind"]): "lead" | "account" | "opportunity" {
  if (kind.startsWith("account-")) return "account";
  return kind.startsWith("opportunity-") ? "opportunity" : "lead";
}
