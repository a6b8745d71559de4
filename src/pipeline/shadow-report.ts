import { accountName } from "../crm/account-name.ts";
import { type CsvCell, csvLine } from "../csv.ts";
import { type Names, namesOf, ownerName } from "../engine/names.ts";
import { dayOf, tallyDays, tallyLines } from "../engine/shadow-tally.ts";
import { zonedTime } from "../engine/zoned-time.ts";
import type { Connection } from "../model/connection.ts";
import type { Query } from "../store/db.ts";
import { modeChanges, shadowOutcomes } from "../store/shadow.ts";
import { besideOf, type Compared, comparer } from "./compare-shadow.ts";
import { newestRoster } from "./newest-roster.ts";
import type { Said } from "./said.ts";
import { findLinked } from "./switch-mode.ts";

export const shadowColumns = [
  "day",
  "lead_id",
  "decision_id",
  "decided_at",
  "verdict",
  "ours",
  "theirs",
  "why_ours",
  "why_not_theirs",
] as const;

export type ShadowReader = { names: Names; timeZone: string };

const verdicts = { agreed: "agreed", differed: "differed", open: "not yet owned" } as const;

export function shadowCells(compared: Compared, { names, timeZone }: ShadowReader): CsvCell[] {
  const { leadId, decisionId, decidedAt, verdict, repId, ownerId, whyOurs, whyNotTheirs } = compared;
  return [
    dayOf(compared, timeZone),
    leadId,
    decisionId,
    decidedAt,
    verdicts[verdict],
    nameOf(repId, names),
    nameOf(ownerId, names),
    whyOurs,
    whyNotTheirs,
  ];
}

const nameOf = (repId: string | null, names: Names): string => (repId === null ? "nobody" : ownerName(names, repId));

/**
 * Day by day how far the CRM's owners are whom Baton would have given the leads to, and why each that differs does. Throws
 * `Refused` when it is not clear which connection is meant.
 */
export async function* shadowReport(
  db: Query,
  { connection: wanted, since }: { connection: string | null; since: string },
): AsyncGenerator<Said, void, undefined> {
  const connection = await findLinked(db, wanted);
  const { timeZone } = connection;
  const reader = { names: namesOf(await newestRoster(db, connection.workspaceId)), timeZone };
  for (const line of await stateLines(db, connection)) yield { line };
  const outcomes = await shadowOutcomes(db, { connectionId: connection.id, since });
  if (outcomes.length === 0) return yield { line: "Nothing was decided in shadow in these days." };
  for (const line of tallyLines(tallyDays(outcomes.map(besideOf), timeZone))) yield { line };
  yield { csv: csvLine([...shadowColumns]) };
  const compare = comparer(db, connection, reader.names);
  for (const [at, outcome] of outcomes.entries()) {
    const compared = await compare(outcome);
    yield { csv: csvLine(shadowCells(compared, reader)) };
    if (compared.verdict === "differed") for (const line of differenceLines(compared, reader)) yield { line };
    yield { progress: (at + 1) / outcomes.length };
  }
  for (const line of notes) yield { line };
}

const notes = [
  "",
  "The CRM's owner is the one of a day after the decision, and until then the last one that Baton heard of.",
  "Turns, caps and account locks go on as if Baton had given the leads; a rep's load is what the CRM says they have.",
];

async function stateLines(db: Query, connection: Connection): Promise<string[]> {
  const changes = await modeChanges(db, connection.id);
  const told = changes.map(({ at, mode, by }) => {
    const what = mode === "shadow" ? "put into shadow" : "live again";
    return `  ${what} on ${zonedTime(at, connection.timeZone)} by ${by}`;
  });
  return [`${accountName(connection)} is ${connection.mode === "shadow" ? "in shadow" : "live"}.`, ...told];
}

function differenceLines(compared: Compared, { names, timeZone }: ShadowReader): string[] {
  const { leadId, repId, ownerId, whyOurs, whyNotTheirs } = compared;
  const ours = repId === null ? "Baton would have given it to nobody" : `Baton: ${nameOf(repId, names)}`;
  return [
    "",
    `${dayOf(compared, timeZone)}, lead ${leadId}: ${ours}; the CRM: ${nameOf(ownerId, names)}.`,
    `  ${whyOurs}`,
    `  ${whyNotTheirs === "" ? "Why it was not theirs cannot be told any more." : whyNotTheirs}`,
  ];
}
