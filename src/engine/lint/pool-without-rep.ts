import { prepare } from "../prepare.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { leadOfPool } from "./lead-of-pool.ts";
import { show } from "./show.ts";

/** A pool in which nobody active is: no lead ever finds anybody there (reliability.md B180). */
export const poolWithoutRep: Lint = {
  severity: "error",
  label: "a pool in which nobody active is",
  find(input) {
    const { roster } = input;
    return roster === null ? [] : emptyPools(input, roster).map((name) => foundOf(input, name));
  },
};

/** Names of the pools without an active member. */
export function emptyPools({ policy, now }: Pick<LintInput, "policy" | "now">, { reps, timeZone }: Roster): string[] {
  const { pools } = prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });
  return [...pools.values()]
    .filter(({ members }) => !members.some(({ rep }) => rep.active))
    .map(({ pool }) => pool.name);
}

function foundOf(input: LintInput, name: string): Found {
  const lead = leadOfPool(input, name);
  return {
    message: `nobody active is in pool "${name}": a lead never finds anybody there`,
    rules: [`pool "${name}"`],
    witness: lead === null ? null : show(input, lead),
  };
}
