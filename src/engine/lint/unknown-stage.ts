import { stagesInWords, unknownStages } from "../unknown-stages.ts";
import type { Found, Lint } from "./finding.ts";

/** A stage that a CRM does not have routes none of its leads, or is written in vain. */
export const unknownStage: Lint = {
  severity: "error",
  label: "a stage that the CRM does not have",
  find({ written, stages = {} }) {
    return Object.entries(stages).flatMap(([crm, known]) =>
      unknownStages(written, crm, known).map(
        ({ place, stage, effect }): Found => ({
          message: `${place} is "${stage}", a stage that ${crm} does not have: ${effect}. ${stagesInWords(stage, known.stages)}`,
          rules: [place],
          witness: null,
        }),
      ),
    );
  },
};
