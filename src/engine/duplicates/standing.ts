import { type Outcome, ownerOf } from "../decision.ts";
import type { LeadStanding } from "../snapshot.ts";

/** Where a lead stands by its decision, for those that may follow it. */
export const standingOf = (outcome: Outcome): LeadStanding => ({ state: outcome.kind, ownerId: ownerOf(outcome) });
