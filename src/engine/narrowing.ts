import { type Cascade, pass } from "./cascade.ts";
import { normaliseEmployees } from "./normalise/employees.ts";
import type { Segment, StageName } from "./policy.ts";
import type { PreparedRep } from "./prepare.ts";

/** A stage that had narrowed the candidates, kept so that it can be relaxed. */
export type Filter = { stage: StageName; keeps: (rep: PreparedRep) => boolean };

/** Segment and tier: applies those that the policy has, in its order, and returns the ones that narrowed anything. */
export function narrow(cascade: Cascade, members: readonly PreparedRep[]): Filter[] {
  const filters: Filter[] = [];
  let left = members;
  for (const stage of cascade.prepared.shared.policy.stages) {
    const made = stage === "segment" ? bySegment(cascade) : stage === "tier" ? byTier(cascade) : null;
    if (made === null) continue;
    const kept = left.filter(made.keeps);
    if (kept.length === left.length) {
      pass(cascade, stage, "everyone-fits");
      continue;
    }
    cascade.trace.push({ step: "stage-narrowed", stage, to: made.to, left: kept.length });
    filters.push({ stage, keeps: made.keeps });
    left = kept;
  }
  return filters;
}

type Made = { to: string; keeps: Filter["keeps"] };

function bySegment(cascade: Cascade): Made | null {
  const segment = segmentOf(cascade);
  if (segment === null) return pass(cascade, "segment", "no-segment");
  const specialists = cascade.prepared.specialists.get(segment.name);
  if (specialists === undefined || specialists.size === 0) return pass(cascade, "segment", "no-specialists");
  return { to: segment.name, keeps: ({ rep }) => specialists.has(rep.id) };
}

function segmentOf(cascade: Cascade): Segment | null {
  const { facts, prepared, marks } = cascade;
  const { segments } = prepared.shared.policy;
  const known = normaliseEmployees(facts.match?.account.employees);
  const employees = known.value === null ? normaliseEmployees(facts.lead.fields.employees) : known;
  if (employees.mark !== null) marks.add(employees.mark);
  const { value } = employees;
  if (value === null) return segments.find((segment) => segment.fallback) ?? null;
  return segments.find(({ min, max }) => (min === null || value >= min) && (max === null || value <= max)) ?? null;
}

function byTier(cascade: Cascade): Made | null {
  const { prepared, tier } = cascade;
  const needs = prepared.shared.policy.tierNeeds[tier];
  if (needs === undefined) return pass(cascade, "tier", "any-rep-may");
  const fastTrack = needs.orPool === null ? undefined : prepared.pools.get(needs.orPool);
  const members = new Set(fastTrack?.members.map(({ rep }) => rep.id));
  return { to: tier, keeps: ({ rep, settings }) => settings.seniority >= needs.seniority || members.has(rep.id) };
}
