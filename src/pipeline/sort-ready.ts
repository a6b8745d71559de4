import type { LeadFacts } from "../engine/snapshot.ts";
import { raiseAlert } from "../store/alerts.ts";
import type { Tx } from "../store/db.ts";
import { decidedIds, recentDecisionCounts } from "../store/decisions.ts";
import type { Settled } from "../store/inbox.ts";
import { isMerged, type LeadRow } from "../store/leads.ts";
import { leadGone } from "./facts.ts";
import { crossedRows, decidedAsPersons, routedElsewhere } from "./hand-over.ts";
import type { Gathered, Head, Link, Ready } from "./workspace.ts";

/** More decisions than this for one lead in ten minutes means that two systems fight over it (design.md I10). */
const decisionsInTenMinutes = 5;

/**
 * To decide; decided before; those whose person was decided in another CRM; those over which two systems fight; and those
 * that went since their events were taken in.
 */
export type Sorted = Record<"fresh" | "decided" | "elsewhere" | "fought" | "gone", readonly Ready[]>;

type Sorting = {
  all: readonly Ready[];
  known: ReadonlyMap<string, LeadRow>;
  batches: readonly Gathered[];
  now: string;
};

export async function sortReady(tx: Tx, link: Link, { all, known, batches, now }: Sorting): Promise<Sorted> {
  const { id: connectionId, workspaceId } = link.connection;
  // A lead that we never saw has no decisions: of a burst of new ones nothing needs to be looked up.
  const seen = all.filter(({ head }) => known.has(head.leadId));
  const decided = await decidedIds(
    tx,
    seen.map(({ decisionId }) => decisionId),
  );
  const leadIds = seen.map(({ head }) => head.leadId);
  const since = new Date(Date.parse(now) - 10 * 60_000).toISOString();
  const counts = await recentDecisionCounts(tx, { workspaceId, connectionId, leadIds, since });
  const isFought = ({ head }: Ready) => (counts.get(head.leadId) ?? 0) >= decisionsInTenMinutes;
  // One that was deleted or erased meanwhile: its facts must not be stored after the purge.
  // One that was merged away: its id still leads to the survivor, which is decided under its own. A reassignment that
  // waited for it is the survivor's now (`renameLead`), or void.
  const isGone = ({ head }: Ready) => {
    const row = known.get(head.leadId);
    return isMerged(row) || (row?.state === "gone" && head.known?.state !== "gone");
  };
  const isDecided = ({ decisionId, head, facts }: Ready) =>
    decided.has(decisionId) || isTakenOver(known.get(head.leadId), facts) || isOutdated(known.get(head.leadId), facts);
  const person = await decidedAsPersons(tx, link, { ready: all, known, batches });
  const isOver = (ready: Ready) => isDecided(ready) || person.here.has(ready);
  const undecided = all.filter((ready) => !isOver(ready) && !person.elsewhere.has(ready));
  const decidable = undecided.filter((ready) => !isFought(ready));
  return {
    fresh: decidable.filter((ready) => !isGone(ready)),
    decided: all.filter(isOver),
    elsewhere: all.filter((ready) => !isOver(ready) && person.elsewhere.has(ready)),
    fought: undecided.filter(isFought),
    gone: decidable.filter(isGone),
  };
}

/** It was decided under another id, of a lead that was merged into this one: its row came from there. */
function isTakenOver(row: LeadRow | undefined, { trigger }: LeadFacts): boolean {
  if (row === undefined || row.decisionId === null) return false;
  return row.qualifiedAt === trigger.qualifiedAt && trigger.round <= row.round;
}

/** It was to be given to another rep, and qualified anew before that: whoever has got it since has his own clock. */
function isOutdated(row: LeadRow | undefined, { trigger }: LeadFacts): boolean {
  if (trigger.round === 0 || row === undefined || row.qualifiedAt === null) return false;
  return Date.parse(trigger.qualifiedAt) < Date.parse(row.qualifiedAt);
}

/** Those that are not there any more. */
export const goneHeads = (batches: readonly Gathered[], { gone }: Sorted): Head[] => [
  ...batches.flatMap(({ ignored }) => ignored.flatMap(({ head, because }) => (because === leadGone ? head : []))),
  ...gone.map(({ head }) => head),
];

/** What becomes of the inbox rows of all that was gathered. */
export function settledRows(batches: readonly Gathered[], sorted: Sorted, now: string): Settled {
  const { fresh, decided, elsewhere, fought, gone } = sorted;
  const crossed = crossedRows(batches, now);
  const rowsOf = (ready: readonly Ready[]) => ready.flatMap(({ head }) => head.rows);
  const because = (code: string) => (row: Head["rows"][number]) => ({ ...row, because: code });
  return {
    done: rowsOf(fresh),
    ignored: [
      ...rowsOf(decided).map(because("already-decided")),
      ...rowsOf(elsewhere).map(because(routedElsewhere)),
      ...crossed.ignored,
      ...rowsOf(gone).map(because(leadGone)),
      ...batches.flatMap(({ ignored }) => ignored).flatMap(({ head, because: code }) => head.rows.map(because(code))),
    ],
    again: crossed.again,
    parked: rowsOf(fought).map(because("too-many-decisions")),
  };
}

/** Two systems fight over these. */
export async function alertFought(tx: Tx, link: Link, fought: readonly Ready[], raisedAt: string): Promise<void> {
  for (const { head } of fought) {
    await raiseAlert(tx, {
      workspaceId: link.connection.workspaceId,
      connectionId: link.connection.id,
      kind: "too-many-decisions",
      subjectId: head.leadId,
      message: `Lead ${head.leadId} was decided ${decisionsInTenMinutes} times in ten minutes, so it is parked.`,
      whatToDo:
        "Another workflow or app probably sets the same fields. Look at the lead's history in the CRM, switch one of the two off, then run `baton redrive`.",
      raisedAt,
    });
  }
}
