import { openAlertsOfAll } from "../store/alerts.ts";
import type { Query } from "../store/db.ts";

/** Each open alert of every workspace in three lines: when and on what, what happened, what to do. Oldest first. */
export async function listAlerts(db: Query, limit: number): Promise<string[]> {
  const alerts = await openAlertsOfAll(db, limit);
  return alerts.flatMap(({ raisedAt, workspaceId, kind, subjectId, message, whatToDo }) => [
    `${raisedAt} ${kind} (${subjectId}, workspace ${workspaceId})`,
    `  ${oneLine(message)}`,
    `  What to do: ${oneLine(whatToDo)}`,
  ]);
}

// A message may quote the CRM: nothing in it may move the cursor or start a line of its own.
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, " ");
