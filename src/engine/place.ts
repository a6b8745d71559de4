import type { Cascade, Placed } from "./cascade.ts";
import { claimants, isClaimStage } from "./claimants.ts";
import { followEarlier } from "./duplicates/follow-earlier.ts";
import { passGates } from "./gates.ts";
import { ownersBefore } from "./next-turn.ts";
import { placeByOverride } from "./overrides.ts";
import { give } from "./ownership.ts";
import { placeReferral, placeRegistered } from "./partner.ts";
import type { LeadFacts } from "./snapshot.ts";
import { placeInTerritory } from "./territory-team.ts";
import { queue } from "./waterfall.ts";

/** Where a lead goes: the first of these that has a place for it. */
export function place(cascade: Cascade): Placed {
  const { prepared, facts } = cascade;
  const { policy } = prepared.shared;
  const gated = passGates(cascade);
  if (gated !== null) return gated;
  if (turnsBefore(facts.trigger) >= policy.maxOwnersByAutomation) return queue(cascade, "owners-exhausted");
  return (
    placeByOverride(cascade) ??
    followEarlier(cascade) ??
    placeRegistered(cascade) ??
    placeByClaim(cascade) ??
    placeInTerritory(cascade)
  );
}

function placeByClaim(cascade: Cascade): Placed | null {
  for (const stage of cascade.stages) {
    const claim = isClaimStage(stage) ? claimants[stage](cascade) : null;
    if (claim !== null) return give(cascade, claim);
    const referred = stage === "partner" ? placeReferral(cascade) : null;
    if (referred !== null) return referred;
  }
  return null;
}

/** A merge starts no new turn: whoever has the survivor is to hear of the lead that came in. */
const turnsBefore = (trigger: LeadFacts["trigger"]): number => (trigger.cause === "merged" ? 0 : ownersBefore(trigger));
