import type { Account, Opportunity } from "../model/account.ts";
import type { Lead, OwnerChange } from "../model/lead.ts";
import type { Rep } from "../model/rep.ts";
import type { Outcome } from "./decision.ts";
import type { DuplicateSign } from "./duplicates/signs.ts";
import type { Ledgers } from "./ledger.ts";
import type { Sign } from "./match/signs.ts";
import type { Policy } from "./policy.ts";

/** What all leads of a batch have in common. Stored once per content, under its hash (the policy by its version). */
export type Shared = {
  policy: Policy;
  policyVersion: number;
  /** One instant for the whole batch. */
  now: string;
  /** Sorted by id. */
  reps: readonly Rep[];
  /** The CRM's stage values, first to last: a stage write that would go backwards is known from this. */
  stages: readonly string[];
  /** Zone of the CRM account: for reps and policies that name none. */
  timeZone: string;
  /** The CRM of the leads, by name, where the policy has something of its own for it. */
  crm?: string;
  /** Public holidays by region (`DE`, `DE-BY`), as local dates of this year and the next; what is missing has none. */
  holidays?: Readonly<Record<string, readonly string[]>>;
};

/** Why a lead is decided: it qualified, its rep let the first touch lapse or left, it came back from deletion unowned,
 * a fresher lead was merged into it, the earlier lead that it followed has got an owner or is of no use any more, or the
 * list that held it has no reason to hold it any longer. */
export type Trigger = {
  qualifiedAt: string;
  /** 0 for the first decision of this qualification, then 1, 2 … for each one after it. */
  round: number;
  cause: "qualified" | "breached" | "owner-inactive" | "restored" | "merged" | "followed" | "waited";
  /** Reps who breached this lead in this qualification. */
  breachedBy: readonly string[];
  /** How many decisions before this one gave it to somebody; absent: each did. */
  owners?: number;
  /** Its person qualified in another CRM, while here it was in this stage; absent: it qualified here. */
  elsewhere?: { stage: string | null };
  /** The lists that have held it since it was last somebody's, each with the end of its time; absent: none. */
  waits?: readonly HeldBy[];
};

/** `until`: null holds a lead for as long as it takes. */
export type HeldBy = { level: string; until: string | null };

/** The account a lead belongs to, how it was found, and who else could have been meant. */
export type MatchedAccount = {
  account: Account;
  /** `reviewer`: by what one said of leads like it; `likeness`: by its name, place and phone. */
  by: "crm-association" | "reviewer" | "email-domain" | "website-domain" | "likeness";
  /** The domain, where it was found by one. */
  evidence: string;
  rivals: readonly Rival[];
  /** How likely it is, 0 to 1; absent: the CRM or a reviewer says so. */
  confidence?: number;
  /** What speaks for and against it, the weightiest first. */
  points?: readonly Point[];
  /** The CRM that has the account, by name, where that is another one than the lead's. */
  crm?: string;
  /** The lead's company is called otherwise than the account whose domain it has, or by another account's whole name. */
  isOtherwiseNamed?: true;
  /** Its part that was found, where the policy wants the head of a family. */
  foundAs?: string;
};

/** Another account that could have been meant, why it was not taken, and how likely it was by itself. */
export type Rival = { accountId: string; because: string; confidence?: number };

/** A sign (engine/match/signs.ts) and what it is worth: nats of odds, against when negative. */
export type Point = readonly [sign: Sign, points: number];

/**
 * Why an account in question is not taken: it is not likely enough; nothing beside the name says so; the lead names no
 * company and the policy takes none for its domain alone; the domain is one of its contacts', and the lead's company is
 * called otherwise; the domain is its own, and the lead's name all another account's; the names have one word in common, and
 * one of them is no more than that.
 */
export type Doubt =
  | "not-likely-enough"
  | "name-alone"
  | "domain-alone"
  | "domain-of-contacts"
  | "name-of-another"
  | "one-word"
  /** It belongs to one of several, and nothing tells which. */
  | "one-of-several";

/** An account that is not sure enough to be taken: a reviewer is asked. */
export type AccountSuggestion = {
  accountId: string;
  name: string | null;
  confidence: number;
  /** Absent in decisions of before: nobody noted it. */
  doubt?: Doubt;
  points: readonly Point[];
  rivals: readonly Rival[];
};

/** An earlier lead that was found to be the same person, and by what. */
export type EarlierLead = { leadId: string; by: DuplicateSign };

/**
 * What a rep has had to do with a lead's person or account, and when last: a touch (what stops a first-touch clock), or
 * that a decision gave them a lead of the account.
 */
export type Contact = { repId: string; at: string; how: "touched-person" | "touched-account" | "given-account" };

/** One lead's own facts: at most 4 kB as JSON under the default policy. */
export type LeadFacts = {
  trigger: Trigger;
  lead: Lead;
  match: MatchedAccount | null;
  /** Why no account was matched, when none was: `free-mail`, `no-domain`, `unknown-domain`, `account-in-review`. */
  noMatchBecause: string | null;
  /** What a reviewer is asked about, when no account is likely enough; absent: nothing. */
  suggested?: AccountSuggestion;
  /** Open opportunities of the matched account, at most the ten most recent. */
  opportunities: readonly Opportunity[];
  /** Newest first; empty when the lead has never had an owner. */
  ownerHistory: readonly OwnerChange[];
  /** The last rep whom an earlier decision gave this person to, in an earlier qualification. */
  earlierAssignment: Assignment | null;
  /** Who has had to do with the person or the account, as our own log tells; absent: nobody. */
  contacts?: readonly Contact[];
  /** Of the same person, the surest first; absent: none. */
  earlierLeads?: readonly EarlierLead[];
};

/** That a decision gave a lead to a rep, and when. */
export type Assignment = { repId: string; at: string };

/** What decisions gave a rep up to the `now` of a batch. The day and the week are the rep's own; weeks begin on Monday. */
export type RecentWork = {
  /** When the last of them was given. */
  lastAt: string;
  today: number;
  thisWeek: number;
  /** T1 leads of the last 60 minutes. */
  t1ThisHour: number;
  /** When the first of those was given; absent: there are none, or nobody knows. */
  t1OldestAt?: string;
};

/** What became of a lead so far. `ownerId`: who has it as far as we know; null while nobody has. */
export type LeadStanding = { state: Outcome["kind"] | "routing" | "parked"; ownerId: string | null };

/** What a decision moves. All maps are by id, plain objects without prototype surprises. */
export type State = Ledgers & {
  /** Rep id → open work in points, before this lead. */
  load: Readonly<Record<string, number>>;
  /** Account id → the last assignment of one of its leads, of those accounts that leads of the batch belong to. */
  accounts?: Readonly<Record<string, Assignment>>;
  /** Rep id → what they were given lately; who was given nothing is missing. */
  recent?: Readonly<Record<string, RecentWork>>;
  /** Lead id → where those stand that a lead of this batch may follow. Absent: there are none. */
  leads?: Readonly<Record<string, LeadStanding>>;
};

/** All that a decision depends on. */
export type Snapshot = { shared: Shared; facts: LeadFacts; state: State };
