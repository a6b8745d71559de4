import type { Throttle } from "../crm/throttle.ts";
import { ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import { CrmError, verdicts } from "../errors.ts";
import type { Connection } from "../model/connection.ts";
import { settleInbox } from "../store/inbox.ts";
import { createSettler } from "./note-settled.ts";
import { codeOf, concernsAccount, isPermanent, maxAttempts, mayHeal, parkRows } from "./park.ts";
import { retryWaitMs } from "./retry-wait.ts";
import { createRecorder, routeBatch } from "./route.ts";
import { createStation, type StationOptions } from "./station.ts";
import { loadRoster } from "./sync-reps.ts";
import { checkTasks, writeTasks } from "./tasks.ts";
import { createTokenSource } from "./tokens.ts";
import { updateLeads } from "./update-leads.ts";
import { lookAtFollowUps } from "./watch-sla.ts";
import type { Head, Link, UpdateJob, Workspace } from "./workspace.ts";

type Created = { deps: Deps; workspace: Workspace; connection: Connection; pause: (because: string) => Promise<void> };
type Setup = Created & { link: () => Link; throttle: Throttle };

/** All that talks to one connection's CRM, and the stations where its work waits for calls. */
export async function createLink(created: Created): Promise<Link> {
  const { deps, workspace, connection, pause } = created;
  const crm = deps.crms[connection.crm];
  const { monotonic, setTimer, metrics } = deps;
  const throttle = crm.createThrottle({ monotonic, setTimer, onCall: metrics.called });
  const { policy } = await workspace.readPolicy();
  const client = crm.connect({
    externalId: connection.externalId,
    tokens: createTokenSource(deps, crm, connection, pause),
    throttle,
    now: deps.now,
    qualifyingStage: policy.qualifyingStage,
    capabilities: connection.capabilities,
    timeZone: connection.timeZone,
  });
  const setup: Setup = { ...created, throttle, link: () => link };
  const stale = { accountIds: new Set<string>(), opportunityIds: new Set<string>() };
  const link: Link = {
    connection,
    crm,
    client,
    throttle,
    roster: await loadRoster(deps, connection.id),
    leads: createStation(leadStation(setup, client.maxBatch)),
    record: createRecorder(deps, workspace, () => link),
    settle: createSettler(deps, workspace),
    updates: createStation(updateStation(setup, client.maxBatch)),
    tasks: createStation({
      ...sharedOptions(setup, client.maxBatch),
      lane: "task",
      priorityOf: ({ operation }) => bounded(operation.priority),
      work: (jobs, permit) => writeTasks(deps, workspace, link, { jobs, permit }),
      onError: (error, jobs) => retryLater(setup, error, () => link.tasks.push(jobs)),
    }),
    checks: createStation({
      ...sharedOptions(setup, client.maxBatch),
      lane: "task",
      priorityOf: () => 1,
      work: (unknowns, permit) => checkTasks(deps, workspace, link, { unknowns, permit }),
      onError: (error, unknowns) => retryLater(setup, error, () => link.checks.push(unknowns)),
    }),
    sla: createStation({
      ...sharedOptions(setup, client.maxBatch),
      lane: "sla",
      priorityOf: ({ timer }) => (timer === null ? 3 : 1),
      work: (watched, permit) => lookAtFollowUps(deps, workspace, link, { watched, permit }),
      // What was not looked at is due still, and found again by the next poll.
      onError: (error) => retryLater(setup, error, () => undefined),
    }),
    heads: new Map(),
    owed: [],
    watching: new Set(),
    inHand: new Set(),
    unsent: new Set(),
    stale,
    refresh(more) {
      for (const id of more.accountIds) stale.accountIds.add(id);
      for (const id of more.opportunityIds) stale.opportunityIds.add(id);
    },
    loadPlanned: () => workspace.loadPlanned(link),
  };
  return link;
}

const bounded = (priority: number): 1 | 2 | 3 => (priority <= 1 ? 1 : priority === 2 ? 2 : 3);

const sharedOptions = ({ throttle }: Setup, maxBatch: number) => ({ throttle, maxBatch });

function leadStation(setup: Setup, maxBatch: number): StationOptions<Head> {
  const { deps, workspace } = setup;
  return {
    ...sharedOptions(setup, maxBatch),
    lane: "live-read",
    reserveNext: true,
    priorityOf: (head) => head.priority,
    atMostOf: (head) => Math.min(maxBatch, head.atMost),
    async work(heads, permit) {
      try {
        await routeBatch(deps, workspace, setup.link(), { heads, permit });
      } catch (error) {
        permit.releaseReserve();
        throw error;
      } finally {
        permit.release();
      }
      await finishHeads(workspace, setup.link(), heads);
    },
    onError: (error, heads) => retryHeads(setup, error, heads),
  };
}

/** The leads are free again; what came for them meanwhile gets its turn. */
async function finishHeads(workspace: Workspace, link: Link, heads: readonly Head[]): Promise<void> {
  for (const head of heads) link.heads.delete(head.leadId);
  const late = heads.flatMap((head) => head.late);
  if (late.length > 0) await workspace.takeRows(link, late);
}

function retryHeads(setup: Setup, error: unknown, heads: readonly Head[]): void {
  const link = setup.link();
  const { blamed, others } = blame(error, heads, ({ leadId }) => leadId);
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
function blame<T>(error: unknown, items: readonly T[], idOf: (item: T) => string): { blamed: T[]; others: T[] } {
  const named = new Set(error instanceof CrmError ? error.recordIds : []);
  const blamed = items.filter((item) => named.has(idOf(item)));
  if (blamed.length === 0) return { blamed: [...items], others: [] };
  return { blamed, others: items.filter((item) => !blamed.includes(item)) };
}

function updateStation(setup: Setup, maxBatch: number): StationOptions<UpdateJob> {
  const { deps, workspace } = setup;
  return {
    ...sharedOptions(setup, maxBatch),
    lane: "owner-write",
    priorityOf: ({ operation }) => bounded(operation.priority),
    async work(jobs, permit) {
      try {
        await updateLeads(deps, workspace, setup.link(), { jobs, permit });
      } finally {
        permit.release();
      }
    },
    onError(error, jobs) {
      for (const job of jobs) job.releaseReserve();
      // Whether it was sent or not, the owner is read before it is sent again.
      const again = (job: UpdateJob) => ({
        ...job,
        seen: null,
        attempts: job.attempts + 1,
        releaseReserve: () => undefined,
      });
      const { blamed, others } = blame(error, jobs, ({ operation }) => operation.leadId);
      setup.link().updates.push(others.map(again));
      retryLater(setup, error, () => setup.link().updates.push(blamed.map(again)));
    },
  };
}

/** What a failed batch leads to: another try later, a paused connection, or silence when we are stopping anyway. */
function retryLater(setup: Setup, error: unknown, again: () => void, attempts = 0): void {
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
