import type { Shift } from "../model/rep.ts";
import type { Tier } from "./decision.ts";
import type { DuplicateSign } from "./duplicates/signs.ts";
import type { Matching } from "./match/matching.ts";
import type { PostalSpan } from "./normalise/postal-code.ts";
import type { ConditionValue, OperatorName } from "./operators.ts";
import type { StrategyId } from "./strategies/index.ts";

/** A condition over a lead's and its account's fields. `field` is `lead.<our name>`, `account.<our name>`, or either with `crm.<theirs>`. */
export type Condition =
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition }
  | { field: string; operator: OperatorName; value: ConditionValue };

/** One that asks of a field. */
export type ConditionLine = Extract<Condition, { field: string }>;

/** Those of a condition, however deep they stand. */
export function linesOf(condition: Condition): ConditionLine[] {
  if ("all" in condition) return condition.all.flatMap(linesOf);
  if ("any" in condition) return condition.any.flatMap(linesOf);
  return "not" in condition ? linesOf(condition.not) : [condition];
}

/** Points for who a lead is. */
export type FitRule = { name: string; when: Condition; points: number };

/**
 * Points for what a lead did: once where `when` holds, or times the number in the field `per`, at most `atMost` then.
 * With a half-life they halve each so many days since the time in the field `at`; an act without a time earns none.
 */
export type EngagementRule = {
  name: string;
  when: Condition | null;
  points: number;
  per: string | null;
  atMost: number | null;
  halfLifeDays: number | null;
  at: string | null;
};

/** What makes an MQL, and what its score is made of: an object with a version of its own. */
export type Qualification = {
  version: string;
  name: string;
  /** The definition: a lead in the qualifying stage that does not meet it stays in nurture. Null: whoever is there. */
  when: Condition | null;
  /** Acts by which somebody asks to talk to sales; null: not known of anybody. */
  handRaiser: Condition | null;
  /** Content acts that count; null: not known of anybody. */
  content: Condition | null;
  /** Whose score counts: the CRM's, or the one that the rules below make. */
  score: "crm" | "own";
  fit: readonly FitRule[];
  engagement: readonly EngagementRule[];
  /** The score is the weighted sum of fit and engagement, each from 0 to 100, and so is the sum. */
  weights: { fit: number; engagement: number };
};

/** Where leads come from, and what is different about those. First match wins; a lead of none is an ordinary MQL. */
export type Motion = {
  name: string;
  when: Condition;
  stagesOff: readonly StageName[];
  /** Instead of the policy's own, tier by tier. */
  firstTouch: Readonly<Partial<Record<keyof Policy["firstTouch"], FirstTouch>>>;
  /** No lead of it is hotter than this. */
  tierCap: Tier | null;
  /** Not null: they come many at once. What is written for them gives way to everything else. */
  batch: Batch | null;
};

/** Who looks after each list in which leads may wait or end; null: nobody whom the policy names. */
export const reviewersOf = ({ catchAll, waterfall, motions }: Policy): { name: string; reviewer: string | null }[] => [
  { name: catchAll.queueId, reviewer: catchAll.reviewer },
  ...waterfall,
  ...motions.flatMap(({ batch }) => (batch === null ? [] : [{ name: batch.queueId, reviewer: batch.reviewer }])),
];

/** Where leads that come many at once wait while those who could have them are full, and who looks after them there. */
export type Batch = { queueId: string; reviewer: string | null };

/**
 * May the person be contacted? What `field` says is compared with the two lists; a list of several (with `;`) is refused
 * where one is. In `optInCountries` a lead without a granted consent is stopped, elsewhere it goes on, marked.
 */
export type Consent = {
  field: string;
  granted: readonly string[];
  refused: readonly string[];
  optInCountries: readonly string[];
};

/** Leads of these countries go to reps of these teams and to nobody else, whatever else would have to give way. */
export type Residency = { countries: readonly string[]; teams: readonly string[] };

/**
 * When a field was last set stands in another one. A value older than `months` is marked, and gives way to an enrichment
 * that is not. Keys are fields as conditions name them.
 */
export type StaleFields = {
  months: number;
  datedBy: Readonly<Record<string, string>>;
  enriched: Readonly<Record<string, { from: string; at: string }>>;
};

/** An industry, and what else people call it. */
export type Industry = { name: string; synonyms: readonly string[] };

/** Stops a lead before any stage: do-not-route, competitor. */
export type Gate = { name: string; when: Condition; because: string };

/**
 * Leads that the policy sends to one rep (`repId`: an owner id or name), pool or queue, whoever has a claim to them. Over
 * after the day `until` (an ISO date) in the CRM account's zone; null: never.
 */
export type Override = {
  name: string;
  when: Condition;
  to: { repId: string } | { poolId: string } | { queueId: string };
  until: string | null;
  because: string;
};

export type TierRule = { tier: Tier; when: Condition; because: string };

/**
 * Country codes are ISO 3166-1 alpha-2, `*` every known country that no other territory names; `states` and `postalCodes`
 * narrow to those of its one country. `accounts` (the CRM's ids, domains or names) are its own wherever they are.
 */
export type Territory = {
  name: string;
  countries: readonly string[];
  states: readonly string[];
  postalCodes: readonly PostalSpan[];
  accounts: readonly string[];
  pool: string;
  /** Who works it when nobody of `pool` can: only territory, language and availability bind there. */
  teamPool: string | null;
  /** Who sells there besides the members of its pools: specialists of every territory, remote sellers. */
  also: { teams: readonly string[]; reps: readonly string[] };
};

/**
 * Employees: `min` ≤ n ≤ `max`; null = unbounded. `fallback` takes leads whose size is unknown.
 * Its specialists are the members of `teams` and the reps whose settings name it; without any, it narrows nothing.
 */
export type Segment = {
  name: string;
  min: number | null;
  max: number | null;
  fallback: boolean;
  teams: readonly string[];
};

/**
 * Who speaks a language: the members of `teams`, and the reps whose settings name it. In `countries` it narrows always,
 * elsewhere where somebody in the pool speaks it. `language` is an ISO 639-1 code.
 */
export type Language = { language: string; countries: readonly string[]; teams: readonly string[] };

/** An industry or product, for leads of which there are specialists: the members of `teams`, and reps whose settings name it. */
export type Vertical = { name: string; when: Condition; teams: readonly string[] };

/** How long a lead may be held, in minutes: of real time for T1, of the working time of who could take it for the others. */
export type TimeAllowed = Readonly<Record<"T1" | "T2" | "T3", number>>;

/**
 * Members are those in any of `teams` (`*`: everyone), of any of `roles`, with any of `tags`, or named in `reps` (owner
 * ids or names). A pool of pools has
 * `groups` instead: it rotates between them by their weights, then inside the one whose turn it is.
 */
export type Pool = {
  name: string;
  teams: readonly string[];
  reps: readonly string[];
  roles: readonly string[];
  tags: readonly string[];
  groups: readonly { pool: string; weight: number }[];
  strategy: StrategyId;
  /** How long its list offers a lead to its members, where the strategy is `claim`. */
  claimWithin: TimeAllowed;
};

/**
 * One step of the waterfall: a pool, or (`isList`) a mere list from which anybody may take a lead. `wait`: how long it
 * holds a lead that somebody will soon be able to take; null: not at all. `reviewer` answers for what ends there.
 */
export type WaterfallLevel = {
  name: string;
  isList: boolean;
  wait: TimeAllowed | null;
  reviewer: string | null;
};

/**
 * How many leads a rep is given on a day and in a week of theirs (Monday to Sunday), and how many T1 leads in any 60
 * minutes; null: no limit. Claims are not bound by them, and count.
 */
export type Caps = { leadsPerDay: number | null; leadsPerWeek: number | null; t1PerHour: number | null };

/** What the policy adds to what the CRM knows of a rep. Keys of `Policy.reps`, and `managerId`, are owner ids or names. */
export type RepSettings = {
  weight: number;
  /** A newcomer's weight is `factor` of theirs for so many days from `from` (an ISO date), in their own zone. */
  ramp: { from: string; days: number; factor: number } | null;
  capacity: number;
  caps: Caps;
  seniority: number;
  segments: readonly string[];
  /** ISO 639-1 codes. */
  languages: readonly string[];
  verticals: readonly string[];
  managerId: string | null;
  /** Whose public holidays they have: `DE`, `DE-BY`. Null: those of the country of their time zone. */
  holidayRegion: string | null;
  /** What they are, one thing, and whatever else tells them apart: pools name them by these. */
  role: string | null;
  tags: readonly string[];
  /** Leads that they are never given. */
  never: Condition | null;
  /** Who gets the leads that they have a claim to while they are away: an owner id or name. */
  backupId: string | null;
};

/** Business minutes in the assignee's hours, from assignment. */
export type FirstTouch = { warnMinutes: number; breachMinutes: number };

/** The ordered cascade. `narrow` stages may be relaxed in the order of `relax`. */
export type StageName =
  | "open-opportunity"
  | "customer"
  | "owned-account"
  | "prior-owner"
  | "account-lock"
  | "partner"
  | "territory"
  | "language"
  | "segment"
  | "vertical"
  | "tier"
  | "availability"
  | "pick";

/** What CRMs have values of their own for. */
export type CrmOwn = Partial<Pick<Policy, "qualifyingStage" | "dispositions" | "writes">>;

export type Policy = {
  name: string;
  /** The CRM stage value whose entry qualifies a lead. */
  qualifyingStage: string;
  /**
   * The CRM whose records say who has a lead that several of a workspace's CRMs have, by the name of its connection; null:
   * there is one, or the first that was linked.
   */
  ownerAuthority: string | null;
  /** What is otherwise for the leads of one CRM, by the name of its connection. */
  byCrm: Readonly<Record<string, CrmOwn>>;
  qualification: Qualification;
  /** Fields whose absence is marked, as conditions name them. */
  minimumFields: readonly string[];
  staleFields: StaleFields | null;
  /** The policy's own, before those that are known anyway. */
  industries: readonly Industry[];
  gates: readonly Gate[];
  consent: Consent | null;
  residency: readonly Residency[];
  /** A human-set owner no older than this is kept. */
  keepHumanOwnerDays: number;
  /** Stages whose claim counts more than a human-set owner all the same. */
  overrideHumanOwner: readonly StageName[];
  /** First match of those that are not over wins, before every claim. */
  overrides: readonly Override[];
  motions: readonly Motion[];
  /** By what a lead is found to be of a person who has an earlier one; empty: nobody looks for one. */
  duplicates: { match: readonly DuplicateSign[] };
  matching: Matching;
  /** A lead that is decided later than this after it qualified is flagged; null: none is. */
  staleAfterMinutes: number | null;
  /** First match wins; nothing matches: T3. */
  tiers: readonly TierRule[];
  stages: readonly StageName[];
  /** Who touched a person or their account counts for so many days; so does who was given a lead of the account. */
  priorContactDays: number;
  /** For so many days the next lead of an account goes to the rep who got its last one. */
  accountLockDays: number;
  /** A member who returns to a pool within so many days has the credit that they left with; later they begin at the mean. */
  keepCreditDays: number;
  relax: readonly StageName[];
  territories: readonly Territory[];
  /** Whose address says where a lead is when the two differ: the company's, or the contact's. */
  location: "headquarters" | "contact";
  languages: readonly Language[];
  segments: readonly Segment[];
  /** First match wins. */
  verticals: readonly Vertical[];
  /** For the tier stage: the least seniority that may take this tier, and a pool that may take it whatever the seniority. */
  tierNeeds: Readonly<Partial<Record<Tier, { seniority: number; orPool: string | null }>>>;
  pools: readonly Pool[];
  /** In order; then the catch-all, who takes whatever is left. */
  waterfall: readonly WaterfallLevel[];
  /** Points of an open opportunity by the third of its pipeline, and how many more when it stands in a stage for long. */
  opportunityLoad: { early: number; mid: number; late: number; slowAfterDays: number; slow: number };
  /** Who answers for a lead until somebody has it, where no reviewer of its list does; null: the catch-all person. */
  holder: string | null;
  catchAll: { repId: string | null; queueId: string; reviewer: string | null };
  /** The pool that covers the hours in which nobody of a lead's own reps is on shift. */
  followTheSun: string | null;
  /** Leads that partners bring: a registered deal, a referral (null: there is no such thing), and who has them. */
  partner: { registered: Condition | null; referral: Condition | null; poolId: string; queueId: string } | null;
  /** The CRM's own field of an account that holds its customer-success manager (an owner id or name), `account.crm.<theirs>`. */
  customerSuccess: string | null;
  reps: Readonly<Record<string, RepSettings>>;
  repDefaults: RepSettings;
  /** From this share of a rep's capacity on, each lead that they are given says so; null: none does. */
  nearCapacity: number | null;
  /**
   * Whose turns count while they are away, for when they are back: nobody's, up to as many as a full round of their pool
   * would give them, or all.
   */
  catchUp: "none" | "capped" | "full";
  /** `companyHolidays` are local dates, ISO, on which nobody works. */
  hours: {
    shifts: readonly Shift[];
    timeZone: string | null;
    publicHolidays: boolean;
    companyHolidays: readonly string[];
  };
  firstTouch: Readonly<Record<"T1" | "T2" | "T3", FirstTouch>>;
  maxOwnersByAutomation: number;
  /** The tiers whose new owners are told by the CRM's own notifications, where it has such. */
  notify: { crm: readonly ("T1" | "T2" | "T3")[] };
  /** Of the calls that the CRM allows an account in a day the share that Baton makes; `urgent`: of those, kept for owners. */
  requests: { share: number; urgent: number };
  /** CRM status values that end a rep's work on a lead, and its clock: it takes no capacity any more. */
  dispositions: readonly string[];
  writes: {
    /** The CRM stage to set on assignment; null leaves the stage alone. */
    stage: string | null;
    status: string | null;
    clearBackwardStage: boolean;
  };
};
