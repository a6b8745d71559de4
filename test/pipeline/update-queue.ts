import type { Notifier } from "../../src/crm/crm.ts";
import type { Permit } from "../../src/crm/throttle.ts";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import type { FeatureOff } from "../../src/model/connection.ts";
import type { Receipt } from "../../src/model/operation.ts";
import type { LeadWrite, Notice } from "../../src/model/task.ts";
import { sendNotices } from "../../src/pipeline/notices.ts";
import { ownerChanged } from "../../src/pipeline/owner-changed.ts";
import { createRecorder } from "../../src/pipeline/recorder.ts";
import { takeUpOperations } from "../../src/pipeline/repair.ts";
import { createSettler } from "../../src/pipeline/settler.ts";
import { checkTasks } from "../../src/pipeline/tasks.ts";
import { updateLeads } from "../../src/pipeline/update-leads.ts";
import type {
  GatheredBatch,
  Head,
  Link,
  NoticeJob,
  TaskJob,
  UnknownTask,
  UpdateJob,
  Workspace,
} from "../../src/pipeline/workspace.ts";
import type { Db } from "../../src/store/db.ts";
import { aLead, aShared, someFacts } from "../builders.ts";
import { createManualClock } from "../manual-clock.ts";
import { aConnection, takeLease } from "../store/records.ts";
import { idleStation } from "./idle-station.ts";

const readAt = aShared().now;
/** So many milliseconds after the facts were read. */
export const afterRead = (ms: number) => new Date(Date.parse(readAt) + ms).toISOString();

/** What the CRM does with a call of updates, and what of that is told. */
export type Fate = "done" | "answer-lost" | "not-arrived" | "held" | "lead-refused" | "task-refused";

const told: Partial<Record<Fate, Receipt>> = {
  "answer-lost": { kind: "unknown", because: "no answer" },
  "not-arrived": { kind: "unknown", because: "no answer" },
  held: { kind: "retry", because: "held", retryAt: afterRead(10_000) },
};
const refused = (rule: string): Receipt => ({ kind: "refused", because: "no", rule, fields: [] });

/** A CRM with one lead, that writes its owner and its tasks together where a write carries any. */
function aCrm() {
  const inCrm: { ownerId: string | null; tasks: Set<string> } = { ownerId: null, tasks: new Set() };
  const written: string[] = [];
  const fates: Fate[] = [];
  function updateOne({ key, leadId, ownerId, tasks = [] }: LeadWrite, fate: Fate): [string, Receipt][] {
    written.push([`${leadId} → ${ownerId}`, ...tasks.map(() => "task")].join(" + "));
    const taskKeys = tasks.map((task) => task.key);
    if (fate === "done" || fate === "answer-lost" || fate === "task-refused") inCrm.ownerId = ownerId ?? inCrm.ownerId;
    const isTaken = (taskKey: string) => inCrm.tasks.has(taskKey);
    const ofTask = (taskKey: string): Receipt =>
      isTaken(taskKey) ? { kind: "unknown", because: "taken" } : { kind: "done", crmId: `id of ${taskKey}` };
    const receipts = taskKeys.map((taskKey): [string, Receipt] => [
      taskKey,
      fate === "lead-refused"
        ? { kind: "retry", because: "its lead", retryAt: afterRead(0) }
        : fate === "task-refused"
          ? refused("NO_TASKS")
          : (told[fate] ?? ofTask(taskKey)),
    ]);
    if (fate === "done" || fate === "answer-lost") for (const taskKey of taskKeys) inCrm.tasks.add(taskKey);
    const own = fate === "lead-refused" ? refused("owner-not-assignable") : told[fate];
    return [[key, own ?? { kind: "done", crmId: leadId }], ...receipts];
  }
  return { inCrm, written, fates, updateOne };
}

/** Rings for each notice, or does with the next calls what `fates` say. */
function aBell() {
  const rung: Notice[] = [];
  const fates: Receipt[] = [];
  let off: FeatureOff | null = null;
  const notifier: Notifier = {
    maxBatch: 500,
    off: () => off,
    async send(notices) {
      const fate = fates.shift();
      if (fate === undefined || fate.kind === "unknown") rung.push(...notices);
      if (fate?.kind === "refused") off = { feature: "notifications", message: "No bell.", whatToDo: "Buy one." };
      return new Map(notices.map(({ key }) => [key, fate ?? { kind: "done", crmId: null }]));
    },
  };
  return { rung, fates, notifier };
}

/**
 * A connection whose updates wait until `send`, as do lone tasks and looks for them in `tasks` and `checks`. `written` is what the
 * CRM was told; `fates`: what it does with the next calls, everything at first. Five seconds have passed since the read.
 */
export async function anUpdateQueue(db: Db, { withTasks = false, absenceIsProof = true, notifies = false } = {}) {
  const clock = createManualClock(readAt);
  clock.advance(5_000);
  const lease = await takeLease(db.query, { now: readAt, holder: "one" });
  const queued: UpdateJob[] = [];
  const tasks: TaskJob[] = [];
  const checks: UnknownTask[] = [];
  const notices: NoticeJob[] = [];
  const crm = aCrm();
  const bell = aBell();
  const deps = {
    ...clock,
    db,
    log: silentLog,
    metrics: createMetrics(),
    onProgress: () => undefined,
    publicHolidays: () => [],
    settings: { publicUrl: "http://x" } as Partial<Deps["settings"]> as Deps["settings"],
  } as Partial<Deps> as Deps;
  const workspace = {
    ...{ lease, wake: () => undefined },
    readPolicy: async () => ({ policy: aShared().policy, version: 1 }),
  } as Partial<Workspace> as Workspace;
  const link = {
    ...{ connection: aConnection(), crm: { title: "The CRM" } as Partial<Link["crm"]> as Link["crm"] },
    inHand: new Set<string>(),
    unsent: new Map(),
    heads: new Map(),
    ownerLooks: new Map(),
    people: null,
    roster: { reps: [], stages: [] },
    updates: idleStation((jobs) => queued.push(...jobs)),
    tasks: idleStation((jobs) => tasks.push(...jobs)),
    checks: idleStation((unknowns) => checks.push(...unknowns)),
    notices: idleStation((jobs) => notices.push(...jobs)),
    settle: createSettler(deps, workspace, () => link),
    loadPlanned: () => undefined,
    client: {
      ...{ leadWrites: { maxBatch: 100, withTasks, streams: null }, absenceIsProof },
      ...(notifies ? { notifier: bell.notifier } : {}),
      readLeads: async (ids) => ids.map((id) => aLead({ id, ownerId: crm.inCrm.ownerId })),
      async updateLeads(writes) {
        const fate = crm.fates.shift() ?? "done";
        return new Map(writes.flatMap((write) => crm.updateOne(write, fate)));
      },
      findTasks: async (wanted) =>
        wanted
          .filter(({ key }) => crm.inCrm.tasks.has(key))
          .map(({ key, leadId }) => ({
            ...{ id: `id of ${key}`, key, leadId, holderId: null, dueAt: null },
            ...{ completed: false, completedAt: null, completedByAutomation: false },
          })),
    } as Partial<Link["client"]> as Link["client"],
  } as Partial<Link> as Link;
  const record = createRecorder(deps, workspace, () => link);
  const permit = { release: () => undefined, releaseReserve: () => undefined } as Partial<Permit> as Permit;
  return {
    ...{ ...crm, deps, workspace, link, tasks, checks, queued, bell },
    decide(leadId: string, { now, ownerId = null }: { now?: string; ownerId?: string | null } = {}) {
      const shared = aShared(now === undefined ? {} : { now });
      const head: Partial<Head> = { leadId, receivedAt: shared.now, rows: [], late: [], known: null };
      const ready = [{ head: head as Head, facts: someFacts({ lead: aLead({ id: leadId, ownerId }) }) }];
      const batch: GatheredBatch = { gathered: { shared, ready, ignored: [], readAtMs: 0 }, permit };
      return record(batch);
    },
    send: () => updateLeads(deps, workspace, link, { jobs: queued.splice(0), permit }),
    ring: () => sendNotices(deps, workspace, link, { notices: notices.splice(0), permit }),
    look: () => checkTasks(deps, workspace, link, { unknowns: checks.splice(0), permit }),
    /** So much time passes, and what was put off comes due. */
    pass: (ms: number) => clock.advance(ms),
    async claim(ownerId: string | null, at: string) {
      const followed = await ownerChanged(deps, workspace, link, { leadId: "101", ownerId, at });
      // A look at the CRM that nobody waits for has its answer by the next time.
      await new Promise((resolve) => setImmediate(resolve));
      return followed;
    },
    /** The process died, and another took over. */
    async takeOver() {
      for (const list of [queued, tasks, checks, notices]) list.length = 0;
      link.inHand.clear();
      link.unsent.clear();
      await takeUpOperations(deps, workspace, link);
    },
    statesOf: async (leadId: string) =>
      (
        await db.query
          .selectFrom("operations")
          .select(["kind", "state"])
          .where("leadId", "=", leadId)
          .orderBy("kind")
          .execute()
      ).map(({ kind, state }) => `${kind} ${state}`),
  };
}
