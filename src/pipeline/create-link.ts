import { crmOf } from "../crm/crm-of.ts";
import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { clientOfLink } from "./link-client.ts";
import { type Opened, openThrottle } from "./open-throttle.ts";
import { type Setup as Retry, retryHeads, retryLater, retryLooks, retryUpdates } from "./retry.ts";
import { createRecorder, routeBatch } from "./route.ts";
import { createSettler } from "./settler.ts";
import { createStation, type StationOptions } from "./station.ts";
import { loadRoster } from "./sync-reps.ts";
import { checkTasks, writeTasks } from "./tasks.ts";
import { createTokenSource } from "./tokens.ts";
import { updateLeads } from "./update-leads.ts";
import { lookAtFollowUps } from "./watch-sla.ts";
import type { Head, Link, TaskJob, UpdateJob, Workspace } from "./workspace.ts";

type Created = Omit<Retry, "link">;
type Setup = Retry & { throttle: Throttle };

/** All that talks to one connection's CRM, and the stations where its work waits for calls. */
export async function createLink(created: Created): Promise<Link> {
  const { deps, workspace, connection, pause } = created;
  const crm = crmOf(deps.crms, connection.crm);
  const { policy } = await workspace.readPolicy(connection.crm);
  const { throttle, pot } = findable(deps, connection, await openThrottle(deps, connection, policy));
  const open = crm.connect({
    externalId: connection.externalId,
    tokens: createTokenSource(deps, crm, connection, pause),
    throttle,
    now: deps.now,
    qualifyingStage: policy.qualifyingStage,
    capabilities: connection.capabilities,
    timeZone: connection.timeZone,
  });
  const client = clientOfLink(open, connection, () => link.people);
  const setup: Setup = { ...created, throttle, link: () => link };
  const stale = { accountIds: new Set<string>(), opportunityIds: new Set<string>() };
  const link: Link = {
    connection,
    crm,
    qualifyingStage: policy.qualifyingStage,
    client,
    throttle,
    pot,
    ...(await loadRoster(deps, connection, policy)),
    leads: createStation(leadStation(setup, client.maxBatch)),
    record: createRecorder(deps, workspace, () => link),
    settle: createSettler(deps, workspace, () => link),
    updates: createStation(updateStation(setup, client.leadWrites.maxBatch)),
    tasks: createStation({
      ...sharedOptions(setup, client.maxBatch),
      lane: "task",
      priorityOf: ({ operation }) => bounded(operation.priority),
      work: (jobs, permit) => writeTasks(deps, workspace, link, { jobs, permit }),
      onError: (error, jobs) => leaveToRepair(setup, error, jobs),
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
      atMostOf: ({ followUp }) => link.looksAtMost.get(followUp.decisionId) ?? client.maxBatch,
      work: (watched, permit) => lookAtFollowUps(deps, workspace, link, { watched, permit }),
      onError: (error, watched) => retryLooks(setup, error, watched),
    }),
    heads: new Map(),
    ownerLooks: new Map(),
    owed: [],
    watching: new Set(),
    unreadable: new Map(),
    looksAtMost: new Map(),
    inHand: new Set(),
    unsent: new Map(),
    listedWith: null,
    metOpportunities: { accountIds: new Set(), restUntil: 0 },
    missedDomains: new Map(),
    hintsTaken: new Map(),
    stale,
    refresh(more) {
      for (const id of more.accountIds) stale.accountIds.add(id);
      for (const id of more.opportunityIds) stale.opportunityIds.add(id);
    },
    loadPlanned: () => workspace.loadPlanned(link),
  };
  return link;
}

/** It can be found as long as it is open. */
function findable({ throttles }: Deps, { id }: Connection, { throttle, pot }: Opened): Opened {
  const found: Throttle = {
    ...throttle,
    close() {
      if (throttles.get(id) === found) throttles.delete(id);
      throttle.close();
    },
  };
  throttles.set(id, found);
  return { throttle: found, pot };
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
  // They may have been the last of a group.
  if (workspace.suspects.any) workspace.wake();
  const late = heads.flatMap((head) => head.late);
  if (late.length > 0) await workspace.takeRows(link, late);
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
    onError: (error, jobs) => retryUpdates(setup, error, jobs),
  };
}

/** Some of them may have been sent, and even created: what is recorded of them says how each goes on. */
function leaveToRepair(setup: Setup, error: unknown, jobs: readonly TaskJob[]): void {
  const link = setup.link();
  for (const { operation } of jobs) link.inHand.delete(operation.key);
  retryLater(setup, error, link.loadPlanned);
}
