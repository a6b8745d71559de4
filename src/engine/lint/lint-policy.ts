import type { Policy } from "../policy.ts";
import { readLead } from "../read-lead.ts";
import type { Found, LintInput, Severity } from "./finding.ts";
import { type LintName, lints } from "./index.ts";
import { createSolver } from "./solve.ts";
import { solveScores } from "./solve-scores.ts";
import { spellOut } from "./spell-out.ts";
import { plainLead } from "./witness.ts";

export type Finding = Omit<Found, "severity"> & { kind: LintName; severity: Severity };

type Known = Pick<LintInput, "roster" | "crms" | "stages" | "samples" | "now"> & { mostQuietHours?: number };

/** On shift for less than 40 hours of a week. */
const usualQuietHours = 128;

const order: readonly Severity[] = ["error", "warning", "note"];

/**
 * What can be proved wrong with a policy, the gravest first. Whatever is called unreachable or uncovered is so; where that
 * cannot be decided a note says so. Of reps and of what is filled in only where a roster and samples are given.
 */
export function lintPolicy(policy: Policy, { mostQuietHours = usualQuietHours, ...known }: Known): Finding[] {
  const { now } = known;
  const spelled = spellOut(policy);
  const { qualification } = spelled;
  const plain = plainLead(policy.qualifyingStage, now);
  const solver = solveScores((own) => createSolver(plain, now, own), {
    qualification,
    now,
    scoreOf: (lead) => readLead(policy, lead, now).score,
  });
  const input: LintInput = { policy: spelled, written: policy, mostQuietHours, solver, ...known };
  const names = Object.keys(lints) as LintName[];
  const findings = names.flatMap((kind) =>
    lints[kind].find(input).map((found) => ({ ...found, kind, severity: found.severity ?? lints[kind].severity })),
  );
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
