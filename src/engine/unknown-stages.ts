import type { Policy } from "./policy.ts";
import { policyInCrm } from "./policy-in-crm.ts";
import { didYouMean } from "./suggest.ts";

/** The stages of a CRM, first to last. `areStatuses`: one field is stage and status there. */
export type CrmStages = { stages: readonly string[]; areStatuses: boolean };

/** `place`: where in the policy it stands. */
export type UnknownStage = { place: string; stage: string; effect: string };

/**
 * The stages that a policy names for the leads of one CRM, and that it does not have; statuses too where they are the same.
 * A CRM of which no stages are known is not asked about.
 */
export function unknownStages(policy: Policy, crm: string, { stages, areStatuses }: CrmStages): UnknownStage[] {
  const { qualifyingStage, writes } = policyInCrm(policy, crm);
  const own = Object.hasOwn(policy.byCrm, crm) ? policy.byCrm[crm] : undefined;
  const placeOf = (section: string, isOwn: boolean) => (isOwn ? `by_crm.${crm}.${section}` : section);
  const written = (section: string, stage: string | null) => ({
    place: placeOf(section, own?.writes !== undefined),
    stage,
    effect: "it is no value of that field",
  });
  const named = [
    {
      place: placeOf("qualifying_stage", own?.qualifyingStage !== undefined),
      stage: qualifyingStage,
      effect: "none of its leads qualifies",
    },
    written("writes.stage", writes.stage),
    written("writes.status", areStatuses ? writes.status : null),
  ];
  if (stages.length === 0) return [];
  return named.flatMap(({ stage, ...where }) =>
    stage === null || stages.includes(stage) ? [] : [{ ...where, stage }],
  );
}

const mostShown = 12;

/** A sentence of the stages that there are, for a person who looks for the right one. */
export function stagesInWords(stage: string, stages: readonly string[]): string {
  const more = stages.length - mostShown;
  const shown = stages.slice(0, mostShown).join(", ");
  return `It has ${shown}${more > 0 ? ` and ${more} more` : ""}${didYouMean(stage, stages) || "."}`;
}
