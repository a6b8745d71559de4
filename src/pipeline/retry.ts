import { ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { CrmError, verdicts } from "../errors.ts";
import type { Connection } from "../model/connection.ts";
import { settleInbox } from "../store/inbox.ts";
import { withoutAnswer } from "./jobs-of.ts";
import { codeOf, concernsAccount, isPermanent, maxAttempts, mayHeal, parkRows } from "./park.ts";
import { retryWaitMs } from "./retry-wait.ts";
import type { Head, Link, UpdateJob, Watched, Workspace } from "./workspace.ts";

/** What the stations of one connection need when a batch fails. */
export type Setup = {
  deps: Deps;
  workspace: Workspace;
  connection: Connection;
  /** The grant is gone. */
  pause: (because: string) => Promise<void>;
  link: () => Link;
};

/** The leads could not be read or recorded: some are tried again, alone or together, and some are at their end. */
export function retryHeads(setup: Setup, error: unknown, heads: readonly Head[]): void {
  const link = setup.link();
  const { blamed, others } = blame(error, heads, ({ leadId }) => [leadId]);
  link.leads.push(others);
  for (const head of blamed) countFailure(head, error, blamed.length);
  const isOver = isPermanent(error) && (concernsAccount(error) || blamed.length === 1 || others.length > 0);
  const spent = isOver ? blamed : blamed.filter((head) => head.faults >= maxAttempts);
  const rest = blamed.filter((head) => !spent.includes(head));
  endHeads(setup, error, spent);
  retryLater(setup, error, () => link.leads.push(rest), rest[0]?.attempts ?? 0);
}

/** It may be the fault of one of them: in smaller and smaller batches fewer and fewer siblings share it. */
function countFailure(head: Head, error: unknown, company: number): void {
  head.attempts += 1;
  if (mayHeal(error)) return;
  if (!isPermanent(error)) head.faults += 1;
  if (!concernsAccount(error)) head.atMost = Math.max(1, company >> 2);
}

/** The CRM has no such lead, or a person must look: nothing more is tried. */
function endHeads({ deps, workspace, link }: Setup, error: unknown, heads: readonly Head[]): void {
  if (heads.length === 0) return;
  const rows = heads.flatMap((head) => [...head.rows, ...head.late]);
  for (const head of heads) link().heads.delete(head.leadId);
  const because = (code: string) => rows.map((row) => ({ ...row, because: code }));
  const ended = isGone(error)
    ? settleInbox(deps.db.query, workspace.lease, { ignored: because("lead-gone") })
    : parkRows(deps, workspace, link(), because(codeOf(error)));
  ended.then(workspace.wake, (failure: unknown) => {
    deps.log.error({ error: failure, connectionId: link().connection.id }, "parking failed; the rows are tried again");
    link().owed.push(...rows);
    workspace.wake();
  });
}

const isGone = (error: unknown) => error instanceof CrmError && error.kind === "not-found";

/** Whom a failed call is about: those that the CRM names, else all. */
function blame<T>(error: unknown, items: readonly T[], idsOf: (item: T) => string[]): { blamed: T[]; others: T[] } {
  const named = new Set(error instanceof CrmError ? error.recordIds : []);
  const blamed = items.filter((item) => idsOf(item).some((id) => named.has(id)));
  if (blamed.length === 0) return { blamed: [...items], others: [] };
  return { blamed, others: items.filter((item) => !blamed.includes(item)) };
}

/** Owner writes that failed as a batch. Whether they were sent or not, the owner is read before they are sent again. */
export function retryUpdates(setup: Setup, error: unknown, jobs: readonly UpdateJob[]): void {
  for (const job of jobs) job.releaseReserve();
  const at = setup.deps.now().toISOString();
  const { client } = setup.link();
  const again = (job: UpdateJob): UpdateJob => ({
    ...job,
    tasks: job.tasks.map((task) => withoutAnswer(task, { client, at })),
    seen: null,
    attempts: job.attempts + 1,
    releaseReserve: () => undefined,
  });
  const { blamed, others } = blame(error, jobs, ({ operation }) => [operation.leadId]);
  setup.link().updates.push(others.map(again));
  retryLater(setup, error, () => setup.link().updates.push(blamed.map(again)));
}

/** How long a follow-up is left alone that the CRM cannot hand out just now, and one that it refuses. */
const setAsideMs = { healing: 60_000, refused: 15 * 60_000 };

/**
 * Follow-ups that could not be looked at are due still, and found again by the next poll. Those to blame are left alone
 * for a while, or all others would never get their look; that they are overdue is an alarm (`alertOverdue`).
 */
export function retryLooks(setup: Setup, error: unknown, watched: readonly Watched[]): void {
  const { deps, link } = setup;
  const { blamed, others } = blame(error, watched, ({ followUp: { leadId, taskId } }) =>
    taskId === null ? [leadId] : [leadId, taskId],
  );
  const isRefused = !mayHeal(error);
  const until = deps.monotonic() + (isRefused ? setAsideMs.refused : setAsideMs.healing);
  // A server that falters may do so at one record: it is looked for among fewer and fewer, like one that is refused.
  const isSomebodys = isRefused || (error instanceof CrmError && error.kind === "unavailable");
  const isFound = others.length > 0 || (isSomebodys && watched.length === 1) || (isRefused && concernsAccount(error));
  for (const { followUp } of blamed) {
    const { decisionId, leadId, connectionId } = followUp;
    if (!isFound && isSomebodys) link().looksAtMost.set(decisionId, Math.max(1, watched.length >> 2));
    if (!isFound) continue;
    link().unreadable.set(decisionId, until);
    deps.log.warn(
      { leadId, connectionId, because: codeOf(error) },
      "a lead or its task cannot be read: its clock waits",
    );
  }
  retryLater(setup, error, () => undefined);
}

/** What a failed batch leads to: another try later, a paused connection, or silence when we are stopping anyway. */
export function retryLater(setup: Setup, error: unknown, again: () => void, attempts = 0): void {
  const { deps, connection } = setup;
  if (error instanceof ThrottleClosed) return;
  const verdict = error instanceof CrmError ? verdicts[error.kind] : "retry";
  deps.log.warn({ error, connectionId: connection.id, because: codeOf(error) }, "a batch failed");
  if (verdict === "pause-connection") {
    const words = error instanceof Error ? error.message : "the CRM refused this app's access";
    setup.pause(words).catch((failure: unknown) => deps.log.error({ error: failure }, "pausing a connection failed"));
    return;
  }
  const asked =
    error instanceof CrmError && error.retryAt !== undefined ? error.retryAt.getTime() - deps.now().getTime() : 0;
  deps.setTimer(Math.max(asked, retryWaitMs(attempts)), again);
}
