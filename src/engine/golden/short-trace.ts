import type { Step } from "../decision.ts";

/** A step as one short line: its kind and its values, in the order of the type. */
export function shortStep(step: Step): string {
  switch (step.step) {
    case "noted":
      return `noted ${step.because}${step.detail === undefined ? "" : ` ${step.detail}`}`;
    case "motion":
      return `motion ${step.motion}`;
    case "scored": {
      const parts = Object.entries(step.parts).map(([rule, points]) => ` ${rule}=${points}`);
      return `scored ${step.version} ${step.score} fit ${step.fit} engagement ${step.engagement}${parts.join("")}`;
    }
    case "tier-capped":
      return `tier-capped ${step.tier} ${step.motion}`;
    case "tier":
      return `tier ${step.tier} ${step.because}`;
    case "stage-passed":
    case "stage-assigned":
      return `${step.step} ${step.stage} ${step.because}`;
    case "stage-narrowed":
      return `stage-narrowed ${step.stage} ${step.to} ${step.left}`;
    case "relaxed":
      return `relaxed ${step.stage} ${step.left}`;
    case "rep-excluded":
      return `rep-excluded ${step.repId} ${step.because}`;
    case "group-chosen":
      return `group-chosen ${step.group} ${step.because}`;
    case "rep-chosen":
      return `rep-chosen ${step.repId} ${step.because}`;
    case "ghost-owner":
      return `ghost-owner ${step.repId} ${step.stage}`;
    case "channel-conflict":
      return `channel-conflict ${step.repId} ${step.because}`;
    case "backup-chosen":
      return `backup-chosen ${step.repId} for ${step.backupFor}`;
    case "over-capacity":
      return `over-capacity ${step.repId} ${step.load}/${step.capacity}`;
    case "waterfall-level":
      return `waterfall-level ${step.level} ${step.because}`;
  }
}
