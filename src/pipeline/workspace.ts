import type { Crm, CrmClient } from "../crm/crm.ts";
import type { DayPot } from "../crm/day-pot.ts";
import type { Permit, Throttle } from "../crm/throttle.ts";
import type { Decision } from "../engine/decision.ts";
import type { Names } from "../engine/names.ts";
import type { NoticeOperation } from "../engine/plan.ts";
import type { Policy } from "../engine/policy.ts";
import type { LeadFacts, Shared, Trigger } from "../engine/snapshot.ts";
import type { Connection } from "../model/connection.ts";
import type { Lead, OwnerChange } from "../model/lead.ts";
import type { Operation, Receipt } from "../model/operation.ts";
import type { Rep } from "../model/rep.ts";
import type { Counterpart, LeadName } from "../store/counterparts.ts";
import type { FollowUpRow } from "../store/follow-ups.ts";
import type { WaitingKey } from "../store/inbox.ts";
import type { LeadRow } from "../store/leads.ts";
import type { Lease } from "../store/leases.ts";
import type { SettledOperation } from "../store/operations.ts";
import type { TimerRow } from "../store/timers.ts";
import type { EventRow } from "./event-row.ts";
import type { People } from "./people.ts";
import type { Station } from "./station.ts";
import type { Turnstile, Visitor } from "./turnstile.ts";

/** What a run of a leased workspace works with; made by run-workspace.ts and gone with the lease. */
export type Workspace = {
  lease: Lease;
  links: ReadonlyMap<string, Link>;
  /** In force; of a `crm` as it is for the leads of that one. */
  readPolicy(crm?: string): Promise<PublishedPolicy>;
  /** There may be room or rows: look into the inbox. */
  wake(): void;
  /** A connection is not as it was opened any more. */
  reopen(): void;
  /** Sorts rows that are claimed already; never throws. */
  takeRows(link: Link, rows: readonly EventRow[]): Promise<void>;
  loadPlanned(link: Link): void;
  /** How the claims on the inbox are numbered, and which of them no answer came to: number → monotonic ms of its failure. */
  claims: { last: number; unanswered: Map<number, number> };
  suspects: SuspectWatch;
};

/** What a workspace knows of its suspects: events that were in hand when a process was lost (take-suspects.ts). */
export type SuspectWatch = {
  /** The same for all workspaces of a process. */
  turnstile: Turnstile;
  visitor: Visitor;
  /** Monotonic ms of the take-over. */
  sinceMs: number;
  /** False: there are none, which costs nothing to know. Only a take-over makes new ones. */
  any: boolean;
  /** The number of the claim that took the last group. */
  claim: number;
  /** Whether any event is parked because it killed. */
  killers: boolean;
};

export type PublishedPolicy = { policy: Policy; version: number };

/** Accounts whose opportunities were read, and until when (`deps.monotonic`) no others are asked for. */
export type MetOpportunities = { accountIds: Set<string>; restUntil: number };

/** One connection of the workspace, with all that talks to its CRM. */
export type Link = {
  connection: Connection;
  crm: Crm;
  /** By whose entry its client finds leads. */
  qualifyingStage: string;
  client: CrmClient;
  throttle: Throttle;
  /** Its calls of the account's day; in `throttle` it says who may call. */
  pot: DayPot;
  /** Replaced whole by sync-reps, as is `people`: null where the workspace has one CRM. */
  roster: Roster;
  people: People | null;
  leads: Station<Head>;
  /** Records one transaction at a time; what is gathered meanwhile goes into the next. */
  record(batch: GatheredBatch): Promise<void>;
  /** Notes what became of operations; what is to be noted meanwhile shares the next statement. */
  settle(outcomes: Outcomes): Promise<void>;
  updates: Station<UpdateJob>;
  tasks: Station<TaskJob>;
  checks: Station<UnknownTask>;
  notices: Station<NoticeJob>;
  /** Leads that are queued or being worked on, by id: one head per lead. */
  heads: Map<string, Head>;
  /** Claimed rows that nobody works on and that could not be given back: the next run gives them back. */
  owed: WaitingKey[];
  sla: Station<Watched>;
  /** Owners that the CRM was asked for to follow an event, by lead; `atMs`: when it answered, null until then. */
  ownerLooks: Map<string, OwnerLook>;
  /** Follow-ups that wait for a look or are being looked at, by decision id. */
  watching: Set<string>;
  /** Decision id → until when (`deps.monotonic`) a follow-up is left alone whose lead or task the CRM does not hand out. */
  unreadable: Map<string, number>;
  /** Decision id → with how many others at most a follow-up is looked at, whose batch failed by an unknown one of it. */
  looksAtMost: Map<string, number>;
  /** Keys of the operations that are queued or under way here; the rest of the unsettled ones wait in the database. */
  inHand: Set<string>;
  /**
   * Updates that are recorded as in flight and were not sent yet: they go without another word to the database, unless
   * somebody takes them out, who may then cancel them. By the key of each, those that are so recorded: it, and the tasks that go
   * with it.
   */
  unsent: Map<string, readonly string[]>;
  /** All accounts and opportunities that there were at the install are in our own tables, read with these fields; null: not yet. */
  listedWith: string | null;
  /** Null: all opportunities are listed. */
  metOpportunities: MetOpportunities | null;
  /** Domains that the CRM has no account of, each with until when (`deps.monotonic`) it is not asked again. */
  missedDomains: Map<string, number>;
  /** What was learned of accounts lately and is in the index: by what it is, when it was learned. */
  hintsTaken: Map<string, string>;
  /** Accounts and opportunities that an event named: they are read again in batches. */
  stale: { accountIds: Set<string>; opportunityIds: Set<string> };
  refresh(stale: { accountIds: Iterable<string>; opportunityIds: Iterable<string> }): void;
  /** Operations were planned outside a batch: fetch them from the database soon. */
  loadPlanned(): void;
};

/** `by`: who set the owner; null: nobody has one, or the workspace has one CRM, where that is not asked. */
export type OwnerLook = { ownerId: string | null; by: OwnerChange["by"] | null; atMs: number | null };

export type Roster = { reps: readonly Rep[]; stages: readonly string[] };

/** A lead that is to be decided, with every inbox row that says so. */
export type Head = {
  leadId: string;
  priority: 1 | 2 | 3;
  /** When the first of its events reached us. */
  receivedAt: string;
  rows: EventRow[];
  /** Rows that came while it was being decided: they make a head of their own afterwards. */
  late: EventRow[];
  cause: Trigger["cause"];
  /** Of the trigger, where the event tells; the record's own date wins. */
  qualifiedAt: string;
  round: number;
  /** It was decided, then deleted, and now it is back. */
  isRestored: boolean;
  /** Of whom another CRM told that they qualified, and as which lead; left out: it was told of here. */
  twin?: LeadName;
  breachedBy: readonly string[];
  /** Of the trigger, where it has them. */
  history: Pick<Trigger, "owners" | "waits" | "elsewhere">;
  /** What we knew of the lead when its events were taken in. */
  known: LeadRow | null;
  /** Failures of any kind: how long the next try waits. */
  attempts: number;
  /** Those that waiting does not heal: at so many the lead is parked. */
  faults: number;
  /** The largest batch it may be part of: less after it failed in company. */
  atMost: number;
};

/** A lead that is to be decided. `twin`: the same person's record in another CRM, where it was found and could be read. */
export type Qualified = { head: Head; lead: Lead; twin?: Twin };
export type Twin = { link: Link; lead: Lead };

/** What becomes of leads of a workspace with several CRMs. */
export type Crossed = {
  /** To be decided here. */
  here: readonly Qualified[];
  /** The same person is in the CRM whose records count: there it is decided. */
  elsewhere: readonly { head: Head; to: { link: Link; leadId: string } }[];
  /** Their person may come to that CRM any moment. */
  waiting: readonly Head[];
  /** Who is whom, as far as this look found out. */
  pairs: readonly Counterpart[];
};

/** What one read of leads gave. */
export type Gathered = {
  shared: Shared;
  ready: readonly { head: Head; facts: LeadFacts }[];
  /** Heads that need no decision, with the reason code. */
  ignored: readonly { head: Head; because: string }[];
  /** In a workspace with several CRMs, those that are not decided here; left out: it has one. */
  crossed?: Omit<Crossed, "here">;
  /** Monotonic ms: the facts were true no earlier than this. */
  readAtMs: number;
};

/** `permit` holds a token back for the owner write that follows. */
export type GatheredBatch = { gathered: Gathered; permit: Pick<Permit, "releaseReserve"> };

/** A lead whose facts are there, under the id that its decision has or will have. */
export type Ready = { head: Head; facts: LeadFacts; decisionId: string };

/**
 * `ended`: follow-ups of earlier decisions that these ones replace; `released`: leads that followed others and are to be
 * decided anew.
 */
export type Recorded = {
  contexts: readonly DecisionContext[];
  jobs: readonly UpdateJob[];
  ended: number;
  released: number;
};

/** What is needed to render the texts of a decision's writes. */
export type DecisionContext = {
  decisionId: string;
  decision: Decision;
  facts: LeadFacts;
  shared: Shared;
  /** Of all reps of `shared`. */
  names: Names;
  decidedAt: string;
  receivedAt: string;
};

/** One planned update of a lead, and the tasks that follow it. */
export type UpdateJob = {
  operation: Operation & { body: { kind: "update-lead" } };
  context: DecisionContext;
  tasks: readonly TaskJob[];
  /** The owner as last read; null when it has to be read before anything is sent. */
  seen: { ownerId: string | null; atMs: number } | null;
  attempts: number;
  /** Gives back the token that was held for this write; once for a whole batch. */
  releaseReserve: () => void;
};

/**
 * Only a task that is created needs the context; a change of one goes out for an erased decision too. `sentAt`: it went out with the
 * update of its lead, and no answer came.
 */
export type TaskJob = { operation: Operation; context: DecisionContext | null; attempts: number; sentAt?: string };

/**
 * A task that was sent without an answer, and must be looked for before it may be sent again. `isVoid`: it is not to be made any
 * more, and only to be known if it was.
 */
export type UnknownTask = { job: TaskJob; sentAt: string; absences: number; isVoid?: boolean };

/** What the CRM answered to a task. */
export type TaskAnswer = { job: TaskJob; receipt: Receipt; at: string };

/** Somebody who is to be told of a lead that is theirs now; `tries`: that proved that nobody was. */
export type NoticeJob = { operation: NoticeOperation; context: DecisionContext; tries: number };

/** `after`: the key of the update that it follows from. */
export type FollowingNotice = NoticeJob & { after: string };

/**
 * Where operations stand now; `tasks`: the answers to those of them that are tasks. `notices` follow from them and are planned
 * with them.
 */
export type Outcomes = {
  settled: readonly SettledOperation[];
  tasks: readonly TaskAnswer[];
  notices?: readonly FollowingNotice[];
};

/** An open follow-up, and the timer of it that came due; null in the regular look between timers. */
export type Watched = { followUp: FollowUpRow; timer: TimerRow | null };
