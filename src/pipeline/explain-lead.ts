import type { Deps } from "../deps.ts";
import { explainClock } from "../engine/explain-clock.ts";
import { namesOf } from "../engine/names.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import { type ClockEvent, clockEventsOfLead } from "../store/clock-events.ts";
import { allConnections } from "../store/connections.ts";
import type { Query } from "../store/db.ts";
import { decisionsOfLead } from "../store/decisions.ts";
import { type FollowUpRow, readFollowUps } from "../store/follow-ups.ts";
import { idsOfPerson } from "../store/leads.ts";
import { explainDecision, type Reader } from "./explain-decision.ts";
import { explainWaiting } from "./explain-waiting.ts";
import { meantRep } from "./meant-rep.ts";
import { newestRoster, presentRoster } from "./newest-roster.ts";

/**
 * The whole story of a lead as sentences, latest decision first, those of leads that were merged into it after its own;
 * and before all what is not worked yet; empty when nothing is known. `leadId` is the CRM's. `rep`, an owner id or a name,
 * asks why they have not got it; throws `Refused` when nobody is meant by it.
 */
export async function explainLead(
  { db }: Pick<Deps, "db">,
  leadId: string,
  rep: string | null = null,
): Promise<string[]> {
  const stories: string[][] = [];
  for (const connection of await allConnections(db.query)) {
    const ids = await idsOfPerson(db.query, connection.id, leadId);
    const events: ClockEvent[] = [];
    // A clock goes on under the survivor's id.
    for (const id of ids) events.push(...(await clockEventsOfLead(db.query, connection.workspaceId, id)));
    const waiting = await explainWaiting(db.query, connection, leadId);
    if (waiting.length > 0) stories.push(waiting);
    for (const id of ids) {
      const [first, ...others] = await storiesOf(db.query, connection, { leadId: id, events, rep });
      if (first === undefined) continue;
      const merged = id === leadId ? [] : [`Of lead ${id}, which was merged into this one:`];
      stories.push([...merged, ...first], ...others);
    }
  }
  return stories.flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
}

/** One for each decision. */
async function storiesOf(
  db: Query,
  { id, workspaceId, timeZone }: Connection,
  { leadId, events, rep }: { leadId: string; events: readonly ClockEvent[]; rep: string | null },
): Promise<string[][]> {
  const rows = (await decisionsOfLead(db, workspaceId, leadId)).filter((row) => row.connectionId === id);
  if (rows.length === 0) return [];
  const names = namesOf(await newestRoster(db, workspaceId));
  const askedFor = rep === null ? null : meantRep(await presentRoster(db, workspaceId), rep);
  const followUps = await readFollowUps(
    db,
    rows.map((row) => row.id),
  );
  const stories: string[][] = [];
  for (const row of rows) {
    const head = `Decision ${row.id} of ${zonedTime(row.decidedAt, timeZone)}, policy version ${row.policyVersion}:`;
    const { outcome } = row.decision;
    const followUp = followUps.find(({ decisionId }) => decisionId === row.id);
    const clock =
      followUp === undefined
        ? []
        : clockOf(followUp, "stage" in outcome ? outcome.stage : null, events, { names, timeZone });
    stories.push([head, ...(await explainDecision(db, row, { names, timeZone, askedFor })), ...clock]);
  }
  return stories;
}

function clockOf(
  followUp: FollowUpRow,
  stage: string | null,
  all: readonly ClockEvent[],
  reader: Pick<Reader, "names" | "timeZone">,
): string[] {
  const { decisionId, holderId, assignedAt, dueAt, state, touchedAt, touchedBy } = followUp;
  // A lead that came back from a deletion has a new clock: what happened to the one before is not its story.
  const events = all.filter((event) => event.decisionId === decisionId && event.at >= assignedAt);
  const last = (what: ClockEvent["what"]) => events.findLast((event) => event.what === what) ?? null;
  const touch = touchedAt === null ? null : { at: touchedAt, by: touchedBy };
  // A breach timer fires as well when it finds that somebody acted in time.
  const isInTime = touch !== null && Date.parse(touch.at) <= Date.parse(dueAt);
  return explainClock(
    {
      holderId,
      dueAt,
      remindedAt: last("reminded")?.at ?? null,
      breachedAt: isInTime ? null : (last("breached")?.at ?? null),
      stage,
      touch,
      closed: state === "open" ? null : (last("closed") ?? { at: null, because: null }),
    },
    reader,
  );
}
