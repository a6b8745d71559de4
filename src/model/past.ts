import type { FieldValue, Lead, OwnerChange } from "./lead.ts";

/** What something was from a moment on; "" from the beginning. */
export type Version<T> = { since: string; value: T };

/** Something as it was over time, newest first, and what of it nobody can tell. */
export type Past<T> = { versions: readonly [Version<T>, ...Version<T>[]]; doubts: readonly Doubt[] };

/**
 * A field that is not as it was then: of a lead its name in `Lead.fields`, or `ownerId`; of an account or a deal with
 * `account.` or `opportunity.` before it. `no-history`: the CRM keeps none of it, so it is as it is today; `history-cut`: what
 * the CRM tells of it begins later, so it is the oldest that is told; `not-there`: the CRM has no such field.
 */
export type Doubt = { field: string; because: "no-history" | "history-cut" | "not-there" };

/** Stage and status of a lead from a moment on. `status`: null until it was set after the lead qualified. */
export type WorkState = { at: string; stage: FieldValue; status: FieldValue };

/** A lead as the CRM's history has it at the moment when it qualified. */
export type PastLead = {
  /** As it was then; without an owner whom software gave it in that very minute. */
  lead: Lead;
  /** Who had had it until then, newest first. */
  before: readonly OwnerChange[];
  /** Who got it from that minute on, newest first; an owner without history as if in that moment. */
  after: readonly OwnerChange[];
  /** From the moment on, oldest first. */
  work: readonly WorkState[];
  doubts: readonly Doubt[];
  /** It was merged from others, whose past is its own now. */
  isMerged: boolean;
};
