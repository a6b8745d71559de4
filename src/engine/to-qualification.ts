import type { Batch, Policy } from "./policy.ts";
import type { ReadSections } from "./read-conditions.ts";

/** The parts of a policy that say what qualifies, what stops, and what comes which way. */
type Part =
  | "qualification"
  | "minimumFields"
  | "staleFields"
  | "industries"
  | "consent"
  | "residency"
  | "overrideHumanOwner"
  | "motions";

/** A checked policy file's sections of qualification and gates, under the names that the engine uses. */
export function toQualification(s: ReadSections): Pick<Policy, Part> {
  const { hand_raiser: handRaiser, engagement, ...qualification } = s.qualification;
  return {
    qualification: {
      ...qualification,
      handRaiser,
      engagement: engagement.map(({ at_most: atMost, half_life: halfLifeDays, ...rule }) => ({
        ...rule,
        atMost,
        halfLifeDays,
      })),
    },
    minimumFields: s.minimum_fields,
    staleFields:
      s.stale_fields === null
        ? null
        : { months: s.stale_fields.months, datedBy: s.stale_fields.dated_by, enriched: s.stale_fields.enriched },
    industries: s.industries,
    consent:
      s.consent === null
        ? null
        : {
            field: s.consent.field,
            granted: s.consent.granted,
            refused: s.consent.refused,
            optInCountries: s.consent.opt_in_countries,
          },
    residency: s.residency,
    overrideHumanOwner: s.override_human_owner,
    motions: s.motions.map(({ name, when, stages_off, first_touch, tier_cap, batch }) => ({
      name,
      when,
      stagesOff: stages_off,
      firstTouch: Object.fromEntries(
        Object.entries(first_touch).flatMap(([tier, limits]) =>
          limits === undefined ? [] : [[tier, { warnMinutes: limits.warn, breachMinutes: limits.breach }]],
        ),
      ),
      tierCap: tier_cap,
      batch: batchOf(name, batch),
    })),
  };
}

function batchOf(motion: string, batch: ReadSections["motions"][number]["batch"]): Batch | null {
  if (batch === false) return null;
  const { queue = motion, reviewer = null } = batch === true ? {} : batch;
  return { queueId: queue, reviewer };
}
