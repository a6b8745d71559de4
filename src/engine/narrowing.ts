import { type Cascade, pass, whereabouts } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import { normaliseEmployees } from "./normalise/employees.ts";
import { normaliseLanguage } from "./normalise/language.ts";
import type { Policy, Segment, StageName } from "./policy.ts";
import type { Specialists } from "./policy-roster.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import type { LeadFacts } from "./snapshot.ts";

/** A stage that had narrowed the candidates, kept so that it can be relaxed. */
export type Filter = { stage: StageName; keeps: (rep: PreparedRep) => boolean };

/** Language, segment, vertical and tier: applies those that the policy has, in its order, and returns the ones that narrowed anything. */
export function narrow(cascade: Cascade, members: readonly PreparedRep[]): Filter[] {
  const filters: Filter[] = [];
  let left = members;
  for (const stage of cascade.stages) {
    const made = isNarrowing(stage) ? narrowings[stage](cascade, members) : null;
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

/** Those of another pool who may have the lead by its language: the only stage besides territory that binds in a team. */
export function narrowByLanguage(cascade: Cascade, members: readonly PreparedRep[]): readonly PreparedRep[] {
  if (!cascade.stages.includes("language")) return members;
  const made = byLanguage(cascade, members);
  return made === null ? members : members.filter(made.keeps);
}

type Made = { to: string; keeps: Filter["keeps"] };

type Narrowing = Extract<StageName, "language" | "segment" | "vertical" | "tier">;

const narrowings: Readonly<Record<Narrowing, (cascade: Cascade, members: readonly PreparedRep[]) => Made | null>> = {
  language: byLanguage,
  segment: bySegment,
  vertical: byVertical,
  tier: byTier,
};

const isNarrowing = (stage: StageName): stage is Narrowing => Object.hasOwn(narrowings, stage);

/** Where the policy lists the lead's language and country, only speakers; elsewhere where the pool has any. */
function byLanguage(cascade: Cascade, members: readonly PreparedRep[]): Made | null {
  const { facts, prepared, marks } = cascade;
  const { value, mark } = normaliseLanguage(facts.lead.fields.language);
  if (mark !== null) marks.add(mark);
  if (value === null) return pass(cascade, "language", "language-unknown");
  const speakers = prepared.specialists.languages.get(value);
  const { country } = whereabouts(cascade);
  const listed = prepared.shared.policy.languages.find(({ language }) => language === value);
  const isListed = country !== null && listed?.countries.includes(country) === true;
  const keeps = isAmong(speakers);
  if (!isListed && !members.some(keeps)) return pass(cascade, "language", "nobody-speaks-it");
  return { to: value, keeps };
}

const isAmong =
  (specialists: Specialists | undefined): Filter["keeps"] =>
  ({ at }) =>
    specialists?.isOne[at] === 1;

function byVertical(cascade: Cascade): Made | null {
  const { facts, prepared } = cascade;
  const { policy, now } = prepared.shared;
  // A policy without any has nothing to tell.
  if (policy.verticals.length === 0) return null;
  const vertical = policy.verticals[prepared.rules.verticals.first(facts, now)];
  if (vertical === undefined) return pass(cascade, "vertical", "no-vertical");
  const specialists = prepared.specialists.verticals.get(vertical.name);
  if (specialists === undefined || specialists.count === 0) return pass(cascade, "vertical", "no-vertical-specialists");
  return { to: vertical.name, keeps: isAmong(specialists) };
}

function bySegment(cascade: Cascade): Made | null {
  const segment = segmentOf(cascade);
  if (segment === null) return pass(cascade, "segment", "no-segment");
  const specialists = cascade.prepared.specialists.segments.get(segment.name);
  if (specialists === undefined || specialists.count === 0) return pass(cascade, "segment", "no-specialists");
  return { to: segment.name, keeps: isAmong(specialists) };
}

function segmentOf({ facts, prepared, marks }: Cascade): Segment | null {
  const { segment, mark } = segmentFor(prepared.shared.policy, facts);
  if (mark !== null) marks.add(mark);
  return segment;
}

/** The segment of a lead by the size of its account, else its own; `mark` says what that lacks. */
export function segmentFor(
  { segments }: Pick<Policy, "segments">,
  { match, lead }: LeadFacts,
): { segment: Segment | null; mark: ReasonCode | null } {
  const known = normaliseEmployees(match?.account.employees);
  const { value, mark } = known.value === null ? normaliseEmployees(lead.fields.employees) : known;
  const found =
    value === null
      ? segments.find((segment) => segment.fallback)
      : segments.find(({ min, max }) => (min === null || value >= min) && (max === null || value <= max));
  return { segment: found ?? null, mark };
}

function byTier(cascade: Cascade): Made | null {
  const { prepared, tier } = cascade;
  const needs = prepared.shared.policy.tierNeeds[tier];
  if (needs === undefined) return pass(cascade, "tier", "any-rep-may");
  const fastTrack = needs.orPool === null ? undefined : prepared.pools.get(needs.orPool);
  const members = new Set(fastTrack?.members.map(({ rep }) => rep.id));
  return { to: tier, keeps: ({ rep, settings }) => settings.seniority >= needs.seniority || members.has(rep.id) };
}
