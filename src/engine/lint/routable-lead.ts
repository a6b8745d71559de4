import type { LeadFacts } from "../snapshot.ts";
import type { LintInput } from "./finding.ts";
import { plainLead } from "./witness.ts";

/** A lead that no gate stops and that is for a rep; null: none was found. */
export function routableLead({ policy, now, solver }: LintInput): LeadFacts | null {
  const stops = policy.gates.map(({ when }) => when);
  const nurture = policy.tiers.filter(({ tier }) => tier === "nurture").map(({ when }) => when);
  const found = solver.solve({ all: [] }, [...stops, ...nurture]);
  if (found.kind === "holds") return found.lead;
  return stops.length + nurture.length === 0 ? plainLead(policy.qualifyingStage, now) : null;
}
