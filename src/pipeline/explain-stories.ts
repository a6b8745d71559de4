import { explainClock } from "../engine/explain-clock.ts";
import { namesOf } from "../engine/names.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import type { ClockEvent } from "../store/clock-events.ts";
import type { Query } from "../store/db.ts";
import { decisionsOfLead } from "../store/decisions.ts";
import { type FollowUpRow, readFollowUps } from "../store/follow-ups.ts";
import { explainDecision, type Reader } from "./explain-decision.ts";
import { meantRep } from "./meant-rep.ts";
import { newestRoster, presentRoster } from "./newest-roster.ts";

/** What was decided about a lead, and what became of it: a list of sentences for each decision, the latest first. */
export async function storiesOf(
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
