import { fieldInWords } from "../condition-in-words.ts";
import type { Decision } from "../decision.ts";
import { stageName } from "../explain.ts";
import { tierNames } from "../explain-tier.ts";
import { type Names, repName } from "../names.ts";
import { countryName } from "../normalise/country.ts";
import { meaningOf } from "../reasons.ts";
import type { Snapshot } from "../snapshot.ts";
import type { OtherNumber } from "./other-numbers.ts";
import type { Obstacle } from "./snapshot-changes.ts";
import type { WhyNot } from "./why-not.ts";

/** Why a rep has not got a lead, as a sentence to that rep's face. `state` is the one that it was decided in. */
export function whyNotInWords({ repId, decision, because }: WhyNot, state: Snapshot["state"], names: Names): string {
  const name = repName(names, repId);
  if (because === null)
    return `Nothing about ${name} alone would have given it to them: ${placeInWords(decision, names)}.`;
  if (because.length === 0) return `${name} has got it.`;
  const load = Object.hasOwn(state.load, repId) ? (state.load[repId] ?? 0) : 0;
  const conditions = because.map((obstacle) => obstacleInWords(obstacle, { load, names }));
  return `It would have gone to ${name} if ${listed(conditions)}.`;
}

function obstacleInWords(obstacle: Obstacle, { load, names }: { load: number; names: Names }): string {
  switch (obstacle.kind) {
    case "claims":
      return "nobody had had a claim to it";
    case "kept-owner":
      return "no person had given it to its owner";
    case "inactive":
      return "they had been active";
    case "no-user":
      return "they had had a user in the CRM where the lead is";
    case "software":
      return "they had been a person";
    case "not-in-pool":
      return `they had been in pool ${obstacle.poolId}`;
    case "not-a-specialist":
      return obstacle.of === "languages"
        ? `they had been one of those who speak ${languageName(obstacle.name)}`
        : `they had been set aside for ${obstacle.of === "segments" ? "segment" : "vertical"} ${obstacle.name}`;
    case "seniority":
      return `their seniority had been ${obstacle.least}`;
    case "absent":
      return "they had been on shift and not away";
    case "holiday":
      return "it had not been a public holiday of theirs";
    case "present":
      return `${repName(names, obstacle.repId)} had been away`;
    case "residency":
      return `leads of ${countryName(obstacle.country)} had not been for ${listed(obstacle.teams)} alone`;
    case "load":
      return `their load had been below ${obstacle.below} (it was ${load})`;
    case "caps":
      return "they had not been given as many leads lately as they may be";
    case "exception":
      return "the policy did not keep leads like this one from them";
    case "breached":
      return "they had not been late with it before";
    case "turn":
      return "it had been their turn";
  }
}

const languageName = (code: string): string => new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;

/** `With 1001 employees it would have been T3 (moderate), segment enterprise and gone to Ada.` */
export function otherNumberInWords({ field, value, decision }: OtherNumber, present: Decision, names: Names): string {
  const what = field === "lead.employees" ? `${value} employees` : `a ${fieldInWords(field)} of ${value}`;
  const sets = (of: Decision): string[] =>
    of.trace.flatMap((step) =>
      // Of the tier itself it is told first.
      step.step === "stage-narrowed" && step.stage !== "tier"
        ? [`${stageName(step.stage).toLowerCase()} ${step.to}`]
        : [],
    );
  const before = sets(present);
  const other = [
    ...(decision.tier === present.tier ? [] : [tierNames[decision.tier]]),
    ...sets(decision).filter((each) => !before.includes(each)),
  ];
  const been = other.length === 0 ? "" : `been ${other.join(", ")} and `;
  return `With ${what} it would have ${been}${endInWords(decision, names)}.`;
}

function endInWords({ outcome }: Decision, names: Names): string {
  switch (outcome.kind) {
    case "assigned":
      return `gone to ${repName(names, outcome.repId)}`;
    case "queued":
      return `gone to the queue ${outcome.queueId}`;
    case "kept":
      return `stayed with ${repName(names, outcome.ownerId)}`;
    case "stopped":
      return `not been routed: ${meaningOf(outcome.because)}`;
    case "followed":
      return `followed lead ${outcome.leadId}`;
  }
}

function placeInWords({ outcome }: Decision, names: Names): string {
  switch (outcome.kind) {
    case "assigned":
      return `it went to ${repName(names, outcome.repId)}`;
    case "queued":
      return `it went to the queue ${outcome.queueId}, ${meaningOf(outcome.because)}`;
    case "kept":
      return `it stayed with ${repName(names, outcome.ownerId)}`;
    case "stopped":
      return `it was not routed, ${meaningOf(outcome.because)}`;
    case "followed":
      return `it follows lead ${outcome.leadId}, which has no owner yet`;
  }
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
