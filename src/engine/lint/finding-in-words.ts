import { reasonLine } from "../claim.ts";
import { fieldInWords } from "../condition-in-words.ts";
import { namesOf } from "../names.ts";
import type { LintInput, Witness } from "./finding.ts";
import type { Finding } from "./lint-policy.ts";

/** A finding as lines of plain text: what was found, and the lead that shows it. */
export function findingInWords({ severity, kind, message, witness, unshown }: Finding): string[] {
  return [
    `${severity}: ${message} [${kind}]`,
    ...(witness === null ? [] : [`    for example, ${witnessInWords(witness)}`]),
    ...(unshown === undefined ? [] : [`    no example: ${unshown}`]),
  ];
}

function witnessInWords({ facts, shared, decision, passes }: Witness): string {
  const { lead, match } = facts;
  const ofLead = Object.entries(lead.fields).filter(([field]) => field !== "stage");
  const account =
    match === null ? [] : Object.entries(match.account).filter(([field]) => !["id", "domains"].includes(field));
  const known = [
    ...ofLead.map(([field, value]) => [`lead.${field}`, value] as const),
    ...account.map(([field, value]) => [`account.${field}`, value] as const),
  ].filter(([, value]) => value !== null && value !== false && value !== "");
  const fields = known.map(([field, value]) => `${fieldInWords(field)} ${String(value)}`).join(", ");
  const overlaps = decision.marks.includes("territory-overlap") ? ", marked as covered twice" : "";
  const by = passes === undefined ? "" : `; on its way it does not find ${passes}`;
  return `a lead ${fields === "" ? "of which nothing is known" : `with ${fields}`}, at ${shared.now}: tier ${decision.tier}; ${reasonLine(decision, namesOf(shared.reps))}${overlaps}${by}`;
}

/** All findings, and what could not be looked at, as lines of plain text. */
export function lintReport(
  findings: readonly Finding[],
  { roster, samples }: Pick<LintInput, "roster" | "samples">,
): string[] {
  const unasked = [
    ...(roster === null ? ["reps, for want of a roster"] : []),
    ...(samples === null ? ["what is filled in, for want of leads"] : []),
    ...(samples?.length === 0 ? ["what is filled in: the leads given are none"] : []),
  ];
  const counts = { error: "errors", warning: "warnings", note: "notes" } as const;
  const told = Object.entries(counts).flatMap(([severity, many]) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? severity : many}`];
  });
  const rest = unasked.length === 0 ? "" : ` Not looked at: ${unasked.join("; ")}.`;
  return [...findings.flatMap(findingInWords), `${told.length === 0 ? "Nothing found" : told.join(", ")}.${rest}`];
}
