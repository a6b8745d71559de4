import type { Evidence } from "../../scripts/chaos/check/violation.ts";
import type { BatchClaim, ClockClaim, DecisionClaim, InboxClaim, OperationClaim } from "../../scripts/chaos/claim.ts";
import type { OwnerWrite, SentEvent, TaskTruth, Trigger, Truth } from "../../scripts/chaos/truth.ts";

export const accountId = "62515";
export const workspaceId = "w1";
export const leadId = "101";
export const at = Date.parse("2026-11-17T14:00:00.000Z");
export const instant = new Date(at).toISOString();
const later = new Date(at + 1_000).toISOString();

export const anEvent = (event: Partial<SentEvent> = {}): SentEvent => ({
  key: "e1",
  accountId,
  objectId: leadId,
  occurredAt: at,
  acknowledged: true,
  ...event,
});
export const aTrigger = (trigger: Partial<Trigger> = {}): Trigger => ({ accountId, leadId, at, ...trigger });
export const aRow = (row: Partial<InboxClaim> = {}): InboxClaim => ({
  accountId,
  workspaceId,
  subjectId: leadId,
  occurredAt: instant,
  receivedAt: later,
  state: "done",
  because: null,
  attempts: 1,
  isOwn: false,
  ...row,
});
export const aDecision = (decision: Partial<DecisionClaim> = {}): DecisionClaim => ({
  accountId,
  workspaceId,
  id: "d1",
  leadId,
  qualifiedAt: instant,
  round: 0,
  cause: "qualified",
  batchId: "b1",
  position: 0,
  policyVersion: 1,
  outcome: { kind: "assigned", repId: "100", stage: "rotation", poolId: "dach" } as DecisionClaim["outcome"],
  ledger: { poolId: "dach", moves: { "100": -0.5, "101": 0.5 } },
  decidedAt: later,
  ...decision,
});
export const aBatch = (batch: Partial<BatchClaim> = {}): BatchClaim => ({
  workspaceId,
  id: "b1",
  fencingToken: 1,
  decidedAt: later,
  before: {},
  entries: [{ poolId: "dach", because: "joined", repIds: ["100", "101"], moves: { "100": 0, "101": 0 } }],
  ...batch,
});
export const anOperation = (operation: Partial<OperationClaim> = {}): OperationClaim => ({
  accountId,
  key: "k1",
  decisionId: "d1",
  leadId,
  kind: "create-task",
  state: "confirmed",
  plannedAt: later,
  sentAt: later,
  settledAt: later,
  ...operation,
});
export const aTask = (task: Partial<TaskTruth> = {}): TaskTruth => ({
  accountId,
  taskId: "1001",
  key: "k1",
  leadIds: [leadId],
  open: true,
  doneByPerson: false,
  createdAt: at + 1_600,
  ownerId: "100",
  ...task,
});
export const anOwnerWrite = (write: Partial<OwnerWrite> = {}): OwnerWrite => ({
  accountId,
  leadId,
  decisionId: "d1",
  ownerId: "100",
  at: at + 1_500,
  ...write,
});

export const aClock = (clock: Partial<ClockClaim> = {}): ClockClaim => ({
  decisionId: "d1",
  state: "open",
  timers: 2,
  armed: 2,
  ...clock,
});

/** One lead that qualified, was decided and written: nothing is wrong. */
export function evidence(changed: { truth?: Partial<Truth>; claim?: Partial<Evidence["claim"]> } = {}): Evidence {
  const truth: Truth = {
    events: [anEvent()],
    triggers: [aTrigger()],
    ownerWrites: [anOwnerWrite()],
    leads: new Map([[`${accountId} ${leadId}`, { accountId, leadId, ownerId: "100", qualifies: true }]]),
    tasks: [aTask()],
    struck: new Set(),
    ...changed.truth,
  };
  return {
    before: truth,
    after: truth,
    deaths: [],
    leasesSeen: [{ workspaceId, token: 1, staleBatches: 0 }],
    claim: {
      inbox: [aRow()],
      decisions: [aDecision()],
      batches: [aBatch()],
      ledgers: [{ workspaceId, poolId: "dach", credits: { "100": -0.5, "101": 0.5 } }],
      operations: [anOperation(), anOperation({ key: "k2", kind: "update-lead" })],
      leases: [{ workspaceId, token: 1, staleBatches: 0 }],
      clocks: (changed.claim?.decisions ?? [aDecision()]).map(({ id }) => aClock({ decisionId: id })),
      wrongLoads: [],
      replayMismatches: [],
      replayed: 1,
      ...changed.claim,
    },
  };
}
