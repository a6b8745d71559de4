import type { Claim } from "../claim.ts";
import type { Truth } from "../truth.ts";

/** A broken promise, and the record that shows it. */
export type Violation = {
  /** As in design.md: I1, I9, … */
  promise: string;
  what: string;
  /** Null: no single lead shows it. */
  lead: { accountId: string; leadId: string } | null;
};

/**
 * What is held against each other. The truth is read before and after the claim: what was acknowledged before must be
 * in it, and nothing may be in it that the CRM did not know afterwards.
 */
export type Evidence = {
  before: Truth;
  claim: Claim;
  after: Truth;
  /** Each lease as it was seen earlier in this run. */
  leasesSeen: Claim["leases"];
  /** When a process that routes was killed, or stood still until its lease was lost. Epoch ms. */
  deaths: readonly number[];
};

export type Check = (evidence: Evidence) => readonly Violation[];
