import type { Account, Opportunity } from "../model/account.ts";
import type { Capabilities, FeatureOff, Tokens } from "../model/connection.ts";
import type { CrmEvent, Junk } from "../model/event.ts";
import type { Lead, LeadField, OwnerChange } from "../model/lead.ts";
import type { Receipt } from "../model/operation.ts";
import type { Past, PastLead } from "../model/past.ts";
import type { ListedRep, Rep } from "../model/rep.ts";
import type {
  LeadActivity,
  LeadConversion,
  LeadWrite,
  Notice,
  TaskChange,
  TaskDraft,
  TaskState,
} from "../model/task.ts";
import type { Lane, Permit, Throttle, ThrottleOptions } from "./throttle.ts";

/** How a call is paid for: a permit that was taken beforehand, or the lane in which to wait for one. */
export type Pay = { lane: Lane; permit?: Permit };

/** One page of a listing; `next` is null on the last. */
export type Page<T> = { items: readonly T[]; next: string | null };

/** `mergedIds`: of leads that were merged into it, whose qualification its own may be. */
export type QualifiedLead = { id: string; qualifiedAt: string; mergedIds: readonly string[] };

/** A lead that entered the qualifying stage, and when it last did. */
export type EnteredLead = { id: string; enteredAt: string };

/** A deal over time. It was not there before `createdAt`. */
export type PastOpportunity = { createdAt: string; past: Past<Opportunity> };

/** A request as it came in over the wire, before anything parsed it. */
export type SignedRequest = {
  method: string;
  /** Path and query exactly as received. */
  target: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  body: Uint8Array;
};

/** Pages of records in the CRM's user interface, by their ids. */
export type RecordLinks = { lead(id: string): string; account(id: string): string };

export type Delivery = { events: readonly CrmEvent[]; junk: readonly Junk[] };

/** What an installation through OAuth gives. */
export type Installed = {
  externalId: string;
  name: string;
  timeZone: string;
  uiHost: string;
  scopes: readonly string[];
  tokens: Tokens;
};

/** By whose leave an account is called, and where; `instanceUrl`: null where all accounts have one. */
export type Access = { token: string; instanceUrl: string | null };

/** Hands out an access token that is valid for at least another minute; refreshes are single-flight and persisted first. */
export type TokenSource = {
  get(): Promise<Access>;
  /** The CRM answered 401 to this token: refresh unless somebody already did. */
  renew(rejected: string): Promise<Access>;
  /** By which tokens are refreshed, for who ends the grant; null: without one. */
  refreshToken(): Promise<string | null>;
};

/** Deliveries that a CRM sends to us. */
export type CrmWebhooks = {
  /** Path of the endpoint, as a route: `:secret` stands for a segment that is another one for each account. */
  path: string;
  /** Where the deliveries of one account go. */
  pathOf(externalId: string): string;
  mediaType: "application/json" | "text/xml";
  /** Null when the signature proves that the CRM sent it; otherwise why not. */
  whyForged(request: SignedRequest, now: Date): string | null;
  /**
   * Throws Invalid when the body is no delivery at all; odd elements are `junk`, their siblings are kept. `now`: stands for
   * the time of events that have none of their own.
   */
  parseDelivery(body: string, now: Date): Delivery;
  /** The body, of the same media type, by which the sender knows that a delivery is stored; null: the status says so. */
  acknowledgement: string | null;
};

/** An entry under `by_crm` of a policy, as its text has it. */
export type PolicyWords = {
  qualifying_stage: string;
  dispositions: readonly string[];
  writes: { stage: string | null; status: string | null };
};

/** One CRM product. Everything that differs between CRMs is behind this and `CrmClient`. */
export type Crm = {
  /** In small letters: it stands in addresses, and in the database. */
  name: string;
  /** What people call it. */
  title: string;
  /** What of the shipped policy is called otherwise there; null: nothing is. */
  policyWords: PolicyWords | null;
  /** How this CRM tells of changes by calling us; null: it does not. */
  webhooks: CrmWebhooks | null;
  /** `state` is unguessable; who proves by PKCE that he began the installation takes his proof from it. */
  authorizeUrl(options: { state: string; redirectUri: string }): string;
  /** Throws CrmError `rejected` with the CRM's words when the code is not good. */
  exchangeCode(options: { code: string; state: string; redirectUri: string; now: Date }): Promise<Installed>;
  /** Throws CrmError `unauthorized-final` when the grant is gone (uninstalled, revoked). */
  refreshTokens(tokens: Tokens, now: Date): Promise<Tokens>;
  connect(options: ConnectOptions): CrmClient;
  /** `share`: of the CRM's budget, for calls beside others that nobody here knows of; default: all of it. */
  createThrottle(
    options: Pick<ThrottleOptions, "setTimer" | "onCall" | "pot"> & { monotonic: () => number; share?: number },
  ): Throttle;
};

export type SetTimer = (ms: number, run: () => void) => () => void;

export type ConnectOptions = {
  externalId: string;
  tokens: TokenSource;
  throttle: Throttle;
  now: () => Date;
  /** The stage value whose entry qualifies a lead. */
  qualifyingStage: string;
  capabilities: Capabilities;
  /** IANA zone of the CRM account: a spent day's budget comes back at its midnight. */
  timeZone: string;
};

/** Changes that came over a feed, and the cursor to go on from once they are stored. `isIncomplete`: there were others besides. */
export type FeedBatch = { events: readonly CrmEvent[]; isIncomplete: boolean; cursor: string };

/**
 * Why a feed ended. `cut`: go on from the last cursor. `lost`: the CRM does not have what came after it any more.
 * `unauthorized`: open it again, with another token. `denied`: nothing but a person helps. `spent`: no more is told for today.
 */
export type FeedEnd = { why: "cut" | "lost" | "unauthorized" | "denied" | "spent" | "stopped"; because: string };

/** `ended` resolves once and never rejects. */
export type OpenFeed = { ended: Promise<FeedEnd>; stop(): void };

/** Changes over a connection that we open, for CRMs that do not call us. */
export type ChangeFeed = {
  /** `after`: a cursor; null: what comes from now on. No more is asked for until `onBatch` has resolved. Throws CrmError. */
  open(options: {
    after: string | null;
    onBatch(batch: FeedBatch): Promise<void>;
    setTimer: SetTimer;
  }): Promise<OpenFeed>;
};

export type PastWanted = { leadId: string; at: string };
export type PastFields = { lead: readonly LeadField[]; crm: readonly string[] };

/** How a CRM takes updates of leads. */
export type LeadWrites = {
  /** Of one `updateLeads` at most. */
  maxBatch: number;
  /** An update carries the new tasks of its lead (`LeadWrite.tasks`): all of that is written, or nothing. False: `createTasks` makes them. */
  withTasks: boolean;
  /**
   * Calls in flight at once at most, no two of which write leads of one account: they would wait for each other's locks. Null: as
   * many as the budget allows.
   */
  streams: number | null;
};

/** Notifications of the CRM itself, on the desk and on the phone. */
export type Notifier = {
  /** Of one `send` at most. */
  maxBatch: number;
  /** Why the account lets nobody be told, as far as is known; null: it does. */
  off(): FeatureOff | null;
  /**
   * One receipt per notice, by its key; `unknown`: it may have come, and must not be sent again. One call, and two more the first
   * time. Never throws for a single notice; throws when the grant is gone.
   */
  send(notices: readonly Notice[], pay: Pay): Promise<ReadonlyMap<string, Receipt>>;
};

/**
 * One connection. Each method makes one API call unless it says otherwise, and throws CrmError.
 * Ids are the CRM's; lists hold at most `maxBatch` ids where nothing else is said. A permit that came along is spent, or given back where there was
 * nothing to ask. What a CRM has none of, such as deals, is an empty page or list of that.
 */
export type CrmClient = {
  maxBatch: number;
  /** Of one `readLeads`: `maxBatch` at least. */
  maxLeadBatch: number;
  maxHistoryBatch: number;
  leadWrites: LeadWrites;
  /** Left out: this CRM has none. */
  feed?: ChangeFeed;
  /** Left out: this CRM tells by its tasks. */
  notifier?: Notifier;
  /**
   * At most `maxLeadBatch` ids. `crmFields` are fields by the CRM's own names, given back as `crm.<name>`. Ids that are not there
   * any more are left out.
   */
  readLeads(ids: readonly string[], crmFields: readonly string[], pay: Pay): Promise<readonly Lead[]>;
  /**
   * Address → a lead that has it, by these addresses in small letters, at most `maxBatch`; of several the newest. Those that
   * nobody has are missing.
   */
  findLeadsByEmail(emails: readonly string[], pay: Pay): Promise<ReadonlyMap<string, string>>;
  /** Newest first, by lead id; at most `maxHistoryBatch` ids. */
  readOwnerHistory(ids: readonly string[], pay: Pay): Promise<ReadonlyMap<string, readonly OwnerChange[]>>;
  /** `crmFields` are fields by the CRM's own names, given back in `crm`; one that the CRM does not have is null. */
  readAccounts(ids: readonly string[], crmFields: readonly string[], pay: Pay): Promise<readonly Account[]>;
  /** Two calls: the records and their accounts. */
  readOpportunities(ids: readonly string[], pay: Pay): Promise<readonly Opportunity[]>;
  /**
   * Those of at most `maxBatch` accounts, open and closed, of very many the newest. One call to find them, and two for each
   * hundred.
   */
  findOpportunities(accountIds: readonly string[], pay: Pick<Pay, "lane">): Promise<readonly Opportunity[]>;
  listAccounts(after: string | null, crmFields: readonly string[], pay: Pay): Promise<Page<Account>>;
  /**
   * Ids of accounts of these registrable domains, at most `maxBatch` and at most as many ids; from the CRM's search, which
   * lags. One call, or a few where the domains are long.
   */
  findAccountsByDomain(domains: readonly string[], pay: Pick<Pay, "lane">): Promise<readonly string[]>;
  /** Two calls a page. */
  listOpportunities(after: string | null, pay: Pay): Promise<Page<Opportunity>>;
  /**
   * All reps, active and inactive, with hours and absences where the CRM tells them; users as whom software works are told
   * apart, where the CRM has such. A few calls.
   */
  listReps(pay: Pay): Promise<readonly ListedRep[]>;
  /** The values of the stage field, first to last. */
  listStages(pay: Pay): Promise<readonly string[]>;
  /** Leads that entered the qualifying stage since; from the CRM's search, which lags. */
  findQualified(options: { since: Date; after: string | null }, pay: Pay): Promise<Page<QualifiedLead>>;
  /** Leads whose last entry into the qualifying stage lies in [from, to), whatever stage they are in now; in no order of time. */
  findEntered(options: { from: Date; to: Date; after: string | null }, pay: Pay): Promise<Page<EnteredLead>>;
  /** What the CRM's history tells. */
  past: {
    /**
     * Leads as they were at a moment each; at most `maxHistoryBatch`. Of their fields just those that are named are read,
     * ours and the CRM's own. Ids that are not there any more are left out.
     */
    readLeads(wanted: readonly PastWanted[], fields: PastFields, pay: Pay): Promise<readonly PastLead[]>;
    /** At most `maxHistoryBatch` ids; by account id. */
    readAccounts(
      ids: readonly string[],
      crmFields: readonly string[],
      pay: Pay,
    ): Promise<ReadonlyMap<string, Past<Account>>>;
    /** All deals of these accounts, whatever became of them; at most `maxBatch` accounts. A few calls. */
    readOpportunities(accountIds: readonly string[], pay: Pay): Promise<readonly PastOpportunity[]>;
    /** Deals that are open, or were closed since by their close date; without their accounts. A few calls a page. */
    listOpportunities(options: { since: Date; after: string | null }, pay: Pay): Promise<Page<PastOpportunity>>;
    /** All reps; who left is there up to the last lead that the CRM gave them, as far as they own it still. Many calls. */
    listReps(pay: Pay): Promise<readonly Past<Rep>[]>;
  };
  findChangedAccounts(options: { since: Date; after: string | null }, pay: Pay): Promise<Page<{ id: string }>>;
  findChangedOpportunities(options: { since: Date; after: string | null }, pay: Pay): Promise<Page<{ id: string }>>;
  /**
   * One receipt per write, and per task that it carries, by their keys; at most `leadWrites.maxBatch` writes. One call, and a few
   * more where records are refused. Never throws for a single record; throws when nothing was sent. A task that is refused does
   * not keep its lead from being written. The tasks of a lead that is refused are `retry`: nothing was made of them.
   */
  updateLeads(writes: readonly LeadWrite[], pay: Pay): Promise<ReadonlyMap<string, Receipt>>;
  /**
   * One receipt per conversion, by its key; `crmId` is the person's. What hangs on the lead, its tasks too, is the person's from
   * then on. Safe to repeat: of a lead that was converted before it is true already. A few calls. Left out: this CRM does not
   * tell leads from persons.
   */
  convertLeads?(conversions: readonly LeadConversion[], pay: Pay): Promise<ReadonlyMap<string, Receipt>>;
  createTasks(drafts: readonly TaskDraft[], pay: Pay): Promise<ReadonlyMap<string, Receipt>>;
  updateTasks(changes: readonly TaskChange[], pay: Pay): Promise<ReadonlyMap<string, Receipt>>;
  /** Tasks that are not there any more are left out. */
  readTasks(ids: readonly string[], pay: Pay): Promise<readonly TaskState[]>;
  /**
   * After an unknown outcome: the tasks of these leads that carry one of these keys, read without search.
   * One call where the CRM keeps task keys unique, else two.
   */
  findTasks(wanted: readonly { key: string; leadId: string }[], pay: Pay): Promise<readonly TaskState[]>;
  /** True when an absent answer of `findTasks` proves absence at once (unique keys), false when it must be asked again later. */
  absenceIsProof: boolean;
  /**
   * Who owns these leads, their stage, and the first touch by a person after `since`. Leads that are not there any
   * more are left out. One call when no activity stamp moved; up to seven more for those where one did.
   */
  readActivity(leads: readonly { leadId: string; since: string }[], pay: Pay): Promise<readonly LeadActivity[]>;
  /** Creates what Baton stamps on leads and tasks, where it is missing; says what this account allows. Several calls. */
  ensureSchema(pay: Pay): Promise<Capabilities>;
  uninstall(pay: Pay): Promise<void>;
};
