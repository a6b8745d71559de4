import type { ColumnType, Generated } from "kysely";
import type { Decision, LedgerPick, Step, Tier } from "../engine/decision.ts";
import type { Leavers, LedgerEntry } from "../engine/ledger.ts";
import type { LeadFacts, State, Trigger } from "../engine/snapshot.ts";
import type { Account, Opportunity } from "../model/account.ts";
import type { Capabilities, Connection } from "../model/connection.ts";
import type { EventChange, Junk } from "../model/event.ts";
import type { Operation, OperationBody, OperationKind, OperationState, Receipt } from "../model/operation.ts";
import type { Rep } from "../model/rep.ts";

/** Read as a parsed value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

/** Times are ISO strings in UTC, to the millisecond. */
type At = string;

type WorkspacesTable = {
  id: string;
  name: string;
  createdAt: At;
  policyVersion: number | null;
  /** What the keys of its leads are hashed with. */
  identitySalt: Generated<string>;
};

type PoliciesTable = {
  workspaceId: string;
  version: number;
  text: string;
  publishedAt: At;
  publishedBy: string | null;
  approvedBy: string | null;
  restores: number | null;
};

type ConnectionsTable = {
  id: string;
  workspaceId: string;
  crm: Connection["crm"];
  externalId: string;
  status: Connection["status"];
  pausedBecause: string | null;
  timeZone: string;
  uiHost: string;
  scopes: string[];
  capabilities: Json<Capabilities>;
  grantNumber: Generated<number>;
  mode: Generated<Connection["mode"]>;
  tokens: string | null;
  tokenKeyId: string | null;
  tokenExpiresAt: At | null;
  createdAt: At;
};

type ModeChangesTable = { connectionId: string; workspaceId: string; at: At; mode: Connection["mode"]; by: string };

export type ShadowOutcomesTable = {
  connectionId: string;
  leadId: string;
  qualifiedAt: At;
  workspaceId: string;
  /** The decision that is compared: the last one before the CRM had an owner. */
  decisionId: string;
  /** Of the first decision. */
  decidedAt: At;
  ownerId: string | null;
  ownerAt: At | null;
  settledAt: At | null;
};

type OauthStatesTable = { state: string; usedAt: At };

type LeasesTable = { workspaceId: string; holder: string; token: number; until: At; previousHolder: string };
type WorkersTable = { holder: string; since: At; until: At };

/** A pending row that is worked on has a `claimToken`. */
type InboxState = "pending" | "done" | "ignored" | "parked";
export type SubjectKind = "lead" | "account" | "opportunity" | "junk";
export type InboxTable = {
  connectionId: string;
  eventKey: string;
  occurredAt: At;
  workspaceId: string;
  receivedAt: At;
  subjectKind: SubjectKind;
  subjectId: string;
  change: Json<EventChange | Junk>;
  byThisApp: boolean;
  state: InboxState;
  claimToken: number | null;
  claimNumber: number | null;
  attempts: number;
  notBefore: At | null;
  because: string | null;
  /** How often a process was lost while it had this row claimed. */
  deaths: number;
};

export type LeadState = "routing" | "assigned" | "kept" | "queued" | "stopped" | "followed" | "parked" | "gone";
export type LeadsTable = {
  connectionId: string;
  leadId: string;
  workspaceId: string;
  decisionId: string | null;
  qualifiedAt: At | null;
  round: number;
  tier: Tier | null;
  state: LeadState;
  ownerId: string | null;
  decidedAt: At | null;
  touchedAt: At | null;
  mergedInto: string | null;
  earlierRepId: string | null;
  earlierAt: At | null;
  seenAt: At;
  /** Grows with each lead that is seen first. */
  number: Generated<number>;
  /** The earlier lead of the same person whose owner it waits for. */
  follows: string | null;
  /** As `hashedKey`; null: not known. */
  emailKey: string | null;
  phoneKey: string | null;
  nameKey: string | null;
};

/**
 * A decision without the runs of excluded reps that others have in common with it: in their place stands the hash under
 * which such a run is stored once, with the shared facts.
 */
export type StoredDecision = Omit<Decision, "trace"> & { trace: readonly (Step | string)[] };

/** What the decision at this position moved: weights are those of the table, as changed since; [place, new weight]. */
export type StoredPick = {
  at: number;
  poolId: string;
  paidBy: string;
  table: number;
  changed: readonly (readonly [number, number])[];
};

/** What moved the ledgers in a batch, in this order. A table has the weights of one set of candidates at its first pick. */
export type StoredMoves = {
  entries: readonly LedgerEntry[];
  tables: readonly Pick<LedgerPick, "repIds" | "weights">[];
  picks: readonly StoredPick[];
};

export type DecisionsTable = {
  id: string;
  qualifiedAt: At;
  workspaceId: string;
  connectionId: string;
  leadId: string;
  round: number;
  cause: Trigger["cause"];
  policyVersion: number;
  engineVersion: number;
  sharedHash: string;
  batchId: string;
  position: number;
  tier: Tier;
  outcomeKind: Decision["outcome"]["kind"];
  repId: string | null;
  stage: string | null;
  poolId: string | null;
  decision: Json<StoredDecision>;
  facts: Json<LeadFacts> | null;
  decidedAt: At;
  receivedAt: At | null;
  erasedAt: At | null;
};

export type BatchesTable = {
  workspaceId: string;
  id: string;
  sharedHash: string;
  stateBefore: Json<State>;
  ledgerMoves: Json<StoredMoves>;
  decidedAt: At;
  fencingToken: number;
  /** Grows with each batch that moved the ledgers of a workspace. */
  position: Generated<number>;
};

export type AssignmentsTable = {
  decisionId: string;
  workspaceId: string;
  connectionId: string;
  leadId: string;
  accountId: string | null;
  repId: string;
  tier: Tier;
  stage: string;
  at: At;
};

/** `day`: of the rep's own, in days since the epoch; `inWeek`: in its week up to then. */
export type AssignmentCountsTable = {
  workspaceId: string;
  repId: string;
  day: number;
  inDay: number;
  inWeek: number;
  lastAt: At;
};

type SharedFactsTable = { workspaceId: string; hash: string; body: string };

type LedgersTable = {
  workspaceId: string;
  poolId: string;
  credits: Json<Readonly<Record<string, number>>>;
  leavers: Json<Leavers>;
  updatedAt: At;
};

export type ItemKind = "lead" | "opportunity";
type OpenWorkTable = {
  workspaceId: string;
  itemKind: ItemKind;
  itemId: string;
  repId: string;
  points: number;
};

type LoadsTable = { workspaceId: string; repId: string; points: number };

export type OperationsTable = {
  key: string;
  qualifiedAt: At;
  workspaceId: string;
  connectionId: string;
  decisionId: string;
  leadId: string;
  kind: OperationKind;
  body: Json<OperationBody>;
  priority: Operation["priority"];
  state: OperationState;
  attempts: number;
  plannedAt: At;
  sentAt: At | null;
  fence: number | null;
  notBefore: At | null;
  crmId: string | null;
  receipt: Json<Receipt> | null;
  settledAt: At | null;
};

type TimerState = "armed" | "fired" | "cancelled";
export type TimersTable = {
  id: string;
  workspaceId: string;
  connectionId: string;
  leadId: string;
  decisionId: string;
  qualifiedAt: At;
  kind: string;
  dueAt: At;
  state: TimerState;
  settledAt: At | null;
};

export type FollowUpState = "open" | "touched" | "closed" | "deleted";
export type FollowUpsTable = {
  decisionId: string;
  workspaceId: string;
  connectionId: string;
  leadId: string;
  qualifiedAt: At;
  taskKey: string;
  taskId: string | null;
  holderId: string;
  assignedAt: At;
  dueAt: At;
  state: FollowUpState;
  touchedAt: At | null;
  touchedBy: string | null;
  readAt: At | null;
};

export type AlertsTable = {
  id: string;
  workspaceId: string;
  connectionId: string | null;
  kind: string;
  subjectId: string;
  message: string;
  whatToDo: string;
  raisedAt: At;
  resolvedAt: At | null;
};

type RepsTable = {
  connectionId: string;
  id: string;
  workspaceId: string;
  body: Json<Rep>;
  email: string | null;
  syncedAt: At;
};

type AccountsTable = {
  connectionId: string;
  id: string;
  workspaceId: string;
  body: Json<Account>;
  syncedAt: At;
  /** When it was asked for; null: not known. */
  readAt: At | null;
};

type AccountDomainsTable = { connectionId: string; domain: string; accountId: string; workspaceId: string };

type OpportunitiesTable = {
  connectionId: string;
  id: string;
  workspaceId: string;
  body: Json<Opportunity>;
  isOpen: boolean;
  ownerId: string | null;
  syncedAt: At;
  /** When it was asked for; null: not known. */
  readAt: At | null;
};

type OpportunityAccountsTable = {
  connectionId: string;
  opportunityId: string;
  accountId: string;
  workspaceId: string;
};

type SyncCursorsTable = {
  connectionId: string;
  kind: string;
  workspaceId: string;
  cursor: Json<unknown>;
  at: At;
};

type SpentCallsTable = { connectionId: string; at: At; workspaceId: string; calls: number };

/** The tables as queries see them: camelCase here, snake_case in SQL. */
export type Schema = {
  workspaces: WorkspacesTable;
  policies: PoliciesTable;
  connections: ConnectionsTable;
  modeChanges: ModeChangesTable;
  shadowOutcomes: ShadowOutcomesTable;
  oauthStates: OauthStatesTable;
  leases: LeasesTable;
  workers: WorkersTable;
  inbox: InboxTable;
  leads: LeadsTable;
  decisions: DecisionsTable;
  batches: BatchesTable;
  assignments: AssignmentsTable;
  assignmentCounts: AssignmentCountsTable;
  sharedFacts: SharedFactsTable;
  ledgers: LedgersTable;
  openWork: OpenWorkTable;
  loads: LoadsTable;
  operations: OperationsTable;
  timers: TimersTable;
  followUps: FollowUpsTable;
  alerts: AlertsTable;
  reps: RepsTable;
  accounts: AccountsTable;
  accountDomains: AccountDomainsTable;
  opportunities: OpportunitiesTable;
  opportunityAccounts: OpportunityAccountsTable;
  syncCursors: SyncCursorsTable;
  spentCalls: SpentCallsTable;
};
