import { reasonLine } from "../claim.ts";
import { fieldInWords } from "../condition-in-words.ts";
import type { Decision } from "../decision.ts";
import { namesOf } from "../names.ts";
import { fieldsAbout } from "./fields-about.ts";
import type { LintInput, Witness } from "./finding.ts";
import type { Finding } from "./lint-policy.ts";
import { isOwnScore, ownScores } from "./own-score.ts";

/** A finding as lines of plain text: what was found, and the lead that shows it. */
export function findingInWords({ severity, kind, message, rules, witness, unshown }: Finding): string[] {
  return [
    `${severity}: ${message} [${kind}]`,
    ...(witness === null ? [] : [`    for example, ${witnessInWords(witness, rules)}`]),
    ...(unshown === undefined ? [] : [`    no example: ${unshown}`]),
  ];
}

function witnessInWords({ facts, shared, decision, passes }: Witness, rules: readonly string[]): string {
  const lead = leadInWords({ facts, decision }, fieldsAbout(rules, shared.policy));
  const overlaps = decision.marks.includes("territory-overlap") ? ", marked as covered twice" : "";
  const by = passes === undefined ? "" : `; on its way it does not find ${passes}`;
  return `${lead}, at ${shared.now}: tier ${decision.tier}; ${reasonLine(decision, namesOf(shared.reps))}${overlaps}${by}`;
}

/** With the fields that it is about and those of its account; of others it is told how many there are. */
function leadInWords(
  { facts: { lead, match }, decision }: Pick<Witness, "facts" | "decision">,
  about: string[],
): string {
  const account = Object.entries(match?.account ?? {}).filter(([field]) => !["id", "domains", "crm"].includes(field));
  const known = new Map(
    [
      ...ownScoresOf(decision),
      ...Object.entries(lead.fields).map(([field, value]) => [`lead.${field}`, value] as const),
      ...account.map(([field, value]) => [`account.${field}`, value] as const),
    ].filter(([field, value]) => field !== "lead.stage" && value !== null && value !== false && value !== ""),
  );
  const shown = [...new Set([...about, ...known.keys()].filter((field) => known.has(field) && isShown(field, about)))];
  const others = [...known.keys()].filter((field) => !isOwnScore(field) && !shown.includes(field)).length;
  if (shown.length + others === 0) return "a lead of which nothing is known";
  const rest =
    others === 0 ? [] : [`${others} ${shown.length === 0 ? "" : "other "}${others === 1 ? "field" : "fields"}`];
  const fields = shown.map((field) => `${nameOf(field)} ${String(known.get(field))}`);
  return `a lead with ${[...fields, ...rest].join(", ")}`;
}

const nameOf = (field: string): string =>
  isOwnScore(field) ? `own ${fieldInWords(field.replace(".own.", "."))}` : fieldInWords(field);

const isShown = (field: string, about: readonly string[]): boolean =>
  about.includes(field) || field.startsWith("account.");

/** What the policy itself makes of the lead; nothing where the CRM's scores count. */
function ownScoresOf({ trace }: Decision): [field: string, value: string][] {
  const scored = trace.find((step) => step.step === "scored");
  if (scored?.step !== "scored") return [];
  const { score, fit, engagement } = scored;
  const values = { "lead.score": score, "lead.fitScore": fit, "lead.engagementScore": engagement };
  return Object.entries(values).map(([field, value]) => [ownScores.get(field) ?? field, String(value)]);
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
