import { openSubjects, resolveKinds } from "../store/alerts.ts";
import type { Db } from "../store/db.ts";
import { redriveAll } from "../store/inbox.ts";
import { planRefusedAgain } from "../store/operations.ts";
import { parkedAlert } from "./park.ts";
import { inboxChannel, unreadableAlert } from "./receive.ts";
import { poisonAlert } from "./take-over.ts";
import { taskRefusedAlert } from "./task-answers.ts";

export type Redriven = { events: number; tasks: number };

/**
 * Lets all parked events wait again as if they were new, of one workspace or (null) of all, and follow-up tasks that the
 * CRM refused, of leads that are still ours to follow; the alerts on them end. Answers how many; elements of a delivery
 * that were no events stay parked.
 */
export async function redriveParked(
  db: Db,
  { workspaceId, at }: { workspaceId: string | null; at: string },
): Promise<Redriven> {
  const redriven = await db.transaction(async (tx) => {
    const tasks = await planRefusedAgain(tx, await openSubjects(tx, workspaceId, taskRefusedAlert));
    const kinds = [parkedAlert, poisonAlert, unreadableAlert, "too-many-decisions", taskRefusedAlert] as const;
    await resolveKinds(tx, workspaceId, { kinds, at });
    return { events: await redriveAll(tx, workspaceId), tasks };
  });
  await db.notify(inboxChannel);
  return redriven;
}
