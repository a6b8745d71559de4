import type { GoldenResult } from "../golden/run-goldens.ts";
import type { Policy } from "../policy.ts";
import { readLead } from "../read-lead.ts";
import type { Branch } from "./branch.ts";
import { branchesOf } from "./branches.ts";
import { takenBranches } from "./taken-branches.ts";

export type Coverage = { all: number; uncovered: readonly Branch[] };

/**
 * Which branches of a policy golden leads go. Only those count that pass, that a person has written, and that change nothing
 * of the policy.
 */
export function coverageOf(policy: Policy, results: readonly GoldenResult[]): Coverage {
  const taken = new Set(
    results
      .filter(({ golden, differences }) => differences.length === 0 && !golden.recorded && golden.usesPolicyAsItIs)
      .flatMap(({ golden: { shared, facts }, decision }) =>
        takenBranches({ policy, facts: readLead(policy, facts, shared.now).facts, now: shared.now, decision }),
      ),
  );
  const branches = branchesOf(policy);
  return { all: branches.length, uncovered: branches.filter(({ key }) => !taken.has(key)) };
}

/** Coverage as lines of plain text, with at most so many of the branches that are not covered. */
export function coverageInWords({ all, uncovered }: Coverage, most = Number.POSITIVE_INFINITY): string[] {
  const covered = all - uncovered.length;
  return [
    `${covered} of ${all} branches of the policy are covered (${Math.floor((100 * covered) / Math.max(1, all))} %).`,
    ...uncovered.slice(0, most).map(({ words }) => `  not covered: ${words}`),
    ...(uncovered.length > most ? [`  and ${uncovered.length - most} more: --all lists them.`] : []),
  ];
}
