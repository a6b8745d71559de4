import type { Territory } from "../policy.ts";
import { prepare } from "../prepare.ts";
import type { PreparedPool } from "../prepare-pools.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { placeIn } from "./lead-of-pool.ts";
import { poolsNamedElsewhere } from "./named-pools.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import { leadWith } from "./witness.ts";

/** A pool in which nobody active is, unless others sell besides wherever it is used (reliability.md B180). */
export const poolWithoutRep: Lint = {
  severity: "error",
  label: "a pool in which nobody active is",
  find(input) {
    const { roster } = input;
    return roster === null ? [] : emptyPools(input, roster).map((empty) => foundOf(input, empty));
  },
};

/** `territories`: those of the pool in which nobody sells besides, and those in which somebody does. */
type EmptyPool = { name: string; territories: readonly Territory[]; sold: readonly Territory[] };

function emptyPools(input: LintInput, roster: Roster): EmptyPool[] {
  const { policy } = input;
  const { pools, bases } = preparedOf(input, roster);
  const elsewhere = poolsNamedElsewhere(policy);
  return [...pools.values()]
    .filter((pool) => !hasActive(pool))
    .flatMap(({ pool: { name } }): EmptyPool[] => {
      const its = policy.territories.filter(({ pool, teamPool }) => [pool, teamPool].includes(name));
      const isSold = (territory: Territory): boolean => {
        const base = bases.get(territory.name);
        return [base?.pool, base?.team ?? undefined].some((pool) => pool?.pool.name === name && hasActive(pool));
      };
      const sold = its.filter(isSold);
      const territories = its.filter((territory) => !sold.includes(territory));
      const isMissed = territories.length > 0 || sold.length === 0 || elsewhere.has(name);
      return isMissed ? [{ name, territories, sold }] : [];
    });
}

/** Does nobody active sell in this territory, in its pool or besides? */
export function emptyTerritories(input: Pick<LintInput, "policy" | "now">, roster: Roster): ReadonlySet<string> {
  const { bases } = preparedOf(input, roster);
  return new Set([...bases].flatMap(([name, { pool }]) => (hasActive(pool) ? [] : [name])));
}

const preparedOf = ({ policy, now }: Pick<LintInput, "policy" | "now">, { reps, timeZone }: Roster) =>
  prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });

const hasActive = ({ members }: PreparedPool): boolean => members.some(({ rep }) => rep.active);

function foundOf(input: LintInput, { name, territories, sold }: EmptyPool): Found {
  const names = sold.map((territory) => `"${territory.name}"`).join(", ");
  const where = sold.length === 0 ? "" : ` except in ${names}, where others sell besides`;
  const lead = routableLead(input);
  const first = territories.find(({ pool }) => pool === name);
  // Where it is used otherwise than by a territory, or as a team, no one field of a lead brings it there.
  const isShown = first !== undefined || sold.length === 0;
  const facts = lead === null || first === undefined ? lead : leadWith(lead, placeIn(first, input));
  return {
    message: `nobody active is in pool "${name}": a lead never finds anybody there${where}`,
    rules: [`pool "${name}"`],
    witness: facts === null || !isShown ? null : show(input, facts),
  };
}
