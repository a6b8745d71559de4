import type { Cascade } from "./cascade.ts";
import type { Prepared } from "./prepare.ts";
import { dataMarks, isStaleAt } from "./qualify.ts";
import { readLead } from "./read-lead.ts";
import { residentsFor } from "./residency.ts";
import type { LeadFacts } from "./snapshot.ts";
import { tierOf } from "./tier.ts";
import type { Working } from "./working.ts";

/** A lead before its first stage: read as the policy reads it, with its tier and what its data lacks. */
export function startCascade(prepared: Prepared, given: LeadFacts, working: Working): Cascade {
  const { policy, now } = prepared.shared;
  const reading = readLead(policy, given, now);
  const { facts, motion } = reading;
  const { tier, steps: trace } = tierOf(policy, reading, now);
  if (isStaleAt(policy, facts, now)) trace.push({ step: "noted", because: "stale", detail: facts.trigger.qualifiedAt });
  return {
    prepared,
    facts,
    motion,
    stages: (motion === null ? undefined : prepared.stagesOfMotions.get(motion.name)) ?? policy.stages,
    residents: residentsFor(prepared.residents, facts),
    working,
    tier,
    trace,
    marks: new Set([...dataMarks(policy, facts), ...reading.marks]),
    excluded: new Set(),
    place: null,
    exceptions: new Map(),
  };
}
