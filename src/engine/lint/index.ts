import { backups } from "./backups.ts";
import { crmsNamed } from "./crms-named.ts";
import { deadEnd } from "./dead-end.ts";
import type { Lint } from "./finding.ts";
import { scoreGap, segmentGap } from "./gaps.ts";
import { idleSettings, unusedPool } from "./idle-settings.ts";
import { matchingBounds } from "./matching-bounds.ts";
import { namesNobody } from "./names-nobody.ts";
import { poolWithoutRep } from "./pool-without-rep.ts";
import { quietPool } from "./quiet-pool.ts";
import { requestsBounds } from "./requests-bounds.ts";
import { territoryOverlap } from "./territory-overlap.ts";
import { uncovered } from "./uncovered.ts";
import { unfilledField } from "./unfilled-field.ts";
import { unknownStage } from "./unknown-stage.ts";
import { impossibleValue, stateCode } from "./unmatched-values.ts";
import { unreachableRule } from "./unreachable-rule.ts";

/** Every kind of finding by its name: a file and a line here make another one. */
export const lints = {
  "unreachable-rule": unreachableRule,
  "territory-overlap": territoryOverlap,
  uncovered,
  "names-nobody": namesNobody,
  "crms-named": crmsNamed,
  "unknown-stage": unknownStage,
  "pool-without-rep": poolWithoutRep,
  "dead-end": deadEnd,
  backups,
  "quiet-pool": quietPool,
  "score-gap": scoreGap,
  "segment-gap": segmentGap,
  "impossible-value": impossibleValue,
  "state-code": stateCode,
  "matching-bounds": matchingBounds,
  "requests-bounds": requestsBounds,
  "idle-settings": idleSettings,
  "unused-pool": unusedPool,
  "unfilled-field": unfilledField,
} satisfies Record<string, Lint>;

export type LintName = keyof typeof lints;
