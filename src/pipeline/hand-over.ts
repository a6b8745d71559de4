import { identityOf, keysOf } from "../engine/duplicates/identity.ts";
import { decidedAsOthers, lockPersons, noteCounterparts } from "../store/counterparts.ts";
import type { Tx } from "../store/db.ts";
import type { Settled } from "../store/inbox.ts";
import type { LeadRow } from "../store/leads.ts";
import { lookAgainMs } from "./cross-over.ts";
import { syncLagMs } from "./echo.ts";
import { enqueueAll, enqueueOwn } from "./own-events.ts";
import type { Gathered, Head, Link, Ready } from "./workspace.ts";

/** Why a lead is not decided: its person is, as a lead of another CRM of the workspace. */
export const routedElsewhere = "routed-in-the-other-crm";

/** What the events of a lead wait for whose person the vendors' sync may bring to the owner authority. */
export const waitsForPerson = "waits-for-the-other-crm";

/** What qualifies within the time of a sync in two CRMs qualified once. */
const oneQualificationMs = syncLagMs;

/** Notes who is whom, and lets those be decided where their person is in the owner authority. Tells how many were handed over. */
export async function handOver(tx: Tx, link: Link, batches: readonly Gathered[], at: string): Promise<number> {
  const { workspaceId, id: connectionId } = link.connection;
  const crossed = batches.flatMap((batch) => batch.crossed ?? []);
  await noteCounterparts(tx, { workspaceId, pairs: crossed.flatMap(({ pairs }) => pairs), at });
  const handed = crossed.flatMap(({ elsewhere }) => elsewhere);
  for (const { head, to } of handed) {
    const { qualifiedAt, leadId } = head;
    const change = { kind: "lead-elsewhere", qualifiedAt, connectionId, leadId } as const;
    await enqueueOwn(tx, to.link, { leadId: to.leadId, at: head.receivedAt, change });
  }
  return handed.length;
}

/**
 * Those that were handed over and are not there any more, are looked at again where they came from, as every lead ends somewhere.
 * Tells how many.
 */
export async function handBack(tx: Tx, { connection }: Link, gone: readonly Head[]): Promise<number> {
  const back = gone.flatMap(({ twin, qualifiedAt, receivedAt }) =>
    twin === undefined ? [] : [{ twin, qualifiedAt, receivedAt }],
  );
  for (const { twin, qualifiedAt, receivedAt } of back) {
    const place = { connection: { id: twin.connectionId, workspaceId: connection.workspaceId } };
    const own = { leadId: twin.leadId, at: receivedAt, change: { kind: "lead-found", qualifiedAt } } as const;
    // It may have been found before, and handed over.
    await enqueueAll(tx, place, [own], { reviveIgnored: true });
  }
  return back.length;
}

/** What becomes of the inbox rows of those that are not decided here, or not yet. */
export function crossedRows(batches: readonly Gathered[], now: string): Required<Pick<Settled, "ignored" | "again">> {
  const crossed = batches.flatMap((batch) => batch.crossed ?? []);
  const notBefore = new Date(Date.parse(now) + lookAgainMs).toISOString();
  return {
    ignored: crossed
      .flatMap(({ elsewhere }) => elsewhere)
      .flatMap(({ head }) => head.rows.map((row) => ({ ...row, because: routedElsewhere }))),
    again: crossed
      .flatMap(({ waiting }) => waiting)
      .flatMap(({ rows }) => rows.map((row) => ({ ...row, notBefore, waitsFor: waitsForPerson }))),
  };
}

type Batch = { ready: readonly Ready[]; known: ReadonlyMap<string, LeadRow>; batches: readonly Gathered[] };

/**
 * Of a workspace with several CRMs: those whose qualification was decided before, as the lead that their person is in another
 * CRM or by what that one told of this one. Nobody else decides about persons until the transaction ends.
 */
export async function decidedAsPersons(
  tx: Tx,
  { connection, people }: Link,
  { ready, known, batches }: Batch,
): Promise<{ here: ReadonlySet<Ready>; elsewhere: ReadonlySet<Ready> }> {
  if (people === null) return { here: new Set(), elsewhere: new Set() };
  await lockPersons(tx, connection.workspaceId);
  const first = ready.filter(({ facts: { trigger } }) => trigger.round === 0 && trigger.cause === "qualified");
  const spanOf = ({ facts }: Ready) => {
    const at = Date.parse(facts.trigger.qualifiedAt);
    return [at - oneQualificationMs, at + oneQualificationMs].map((ms) => new Date(ms).toISOString());
  };
  const pairs = batches.flatMap(({ crossed }) => crossed?.pairs ?? []);
  const twins = new Set(pairs.flatMap(({ of }) => (of.connectionId === connection.id ? [of.leadId] : [])));
  const isKnown = (one: Ready): boolean => {
    // A lead of this CRM alone may well qualify twice in so short a time.
    if (one.head.twin === undefined && !twins.has(one.head.leadId)) return false;
    const row = known.get(one.head.leadId);
    const [from = "", to = ""] = spanOf(one);
    const { decisionId = null, qualifiedAt = null, state } = row ?? {};
    return decisionId !== null && qualifiedAt !== null && state !== "gone" && qualifiedAt >= from && qualifiedAt <= to;
  };
  const here = new Set(first.filter(isKnown));
  const others = first.filter((one) => !here.has(one));
  const seekers = others.map((one) => {
    const [from = "", to = ""] = spanOf(one);
    return { leadId: one.head.leadId, email: keysOf(identityOf(one.facts)).email, from, to };
  });
  const decided = await decidedAsOthers(
    tx,
    { workspaceId: connection.workspaceId, connectionId: connection.id },
    seekers,
  );
  return { here, elsewhere: new Set(others.filter(({ head }) => decided.has(head.leadId))) };
}
