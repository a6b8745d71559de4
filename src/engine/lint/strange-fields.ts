import { leadFields } from "../../model/lead.ts";
import { cleanText } from "../clean-text.ts";
import { didYouMean } from "../suggest.ts";
import type { LintInput } from "./finding.ts";

const known: readonly string[] = leadFields;

/** What some leads have and no lead has a field for, each as a sentence: nobody looks at it. */
export function strangeFields(samples: NonNullable<LintInput["samples"]>): string[] {
  const names = new Set(samples.flatMap((fields) => Object.keys(fields)));
  return [...names]
    .filter((name) => !known.includes(name) && !/^crm\.[A-Za-z0-9_]+$/.test(name))
    .map((name) => {
      const meant = didYouMean(name, known) || "; begin the CRM's own with crm.";
      return `"${cleanText(name)}" is no field of a lead, so that it is not looked at${meant}`;
    });
}
