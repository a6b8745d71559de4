import type { Deps } from "../deps.ts";
import type { TaskChange, TaskState } from "../model/task.ts";
import { type SentTask, tasksSentAgain } from "../store/operations.ts";
import { doubledNote } from "./closing-note.ts";
import { lookSince, saveSyncCursor } from "./cursors.ts";
import type { Link } from "./workspace.ts";

/** An answer may tell nothing and its effect come when we have long looked twice and sent again: by then there are two. */
const overlapMs = 86_400_000;

/**
 * Closes what the CRM made of a task beside the one that we know, for tasks that were sent more than once since the
 * last look and the day before it (reliability.md §3.3, the last net). Nothing to do where the CRM keeps keys unique.
 */
export async function closeDoubledTasks(deps: Deps, link: Link): Promise<void> {
  const { client, connection } = link;
  if (client.absenceIsProof || connection.mode === "shadow") return;
  const startedAt = deps.now();
  const since = await lookSince(deps, link, { kind: "doubled-tasks", overlapMs, now: startedAt });
  const sent = await tasksSentAgain(deps.db.query, connection.id, since.toISOString());
  for (let from = 0; from < sent.length; from += client.maxBatch)
    await closeDoubled(deps, link, sent.slice(from, from + client.maxBatch));
  await saveSyncCursor(deps, link, { kind: "doubled-tasks", cursor: { since: startedAt.toISOString() } });
}

async function closeDoubled(deps: Deps, link: Link, sent: readonly SentTask[]): Promise<void> {
  const found = await link.client.findTasks(sent, { lane: "sync" });
  const changes = found.filter((task) => isDouble(task, sent)).map(closing);
  if (changes.length === 0) return;
  for (const [taskId, receipt] of await link.client.updateTasks(changes, { lane: "sync" })) {
    deps.log.warn({ taskId, outcome: receipt.kind }, "a task that the CRM had made twice was closed");
    deps.metrics.doubledTask();
  }
}

const isDouble = (task: TaskState, sent: readonly SentTask[]): boolean =>
  !task.completed && sent.some(({ key, crmId }) => key === task.key && crmId !== task.id);

const closing = ({ id }: TaskState): TaskChange => ({ key: id, taskId: id, close: { note: doubledNote } });
