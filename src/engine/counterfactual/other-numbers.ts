import { tellingOf } from "../asked-alike.ts";
import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { normaliseEmployees } from "../normalise/employees.ts";
import { toNumber } from "../normalise/score.ts";
import { linesOf, type Policy } from "../policy.ts";
import type { Snapshot } from "../snapshot.ts";

/** One number of the lead or its company that, had it been another, would have put the lead elsewhere. */
export type OtherNumber = {
  /** As conditions name it: `lead.score`, `lead.employees`. */
  field: string;
  /** The nearest to the present one that does it. */
  value: number;
  decision: Decision;
};

/**
 * For each number that the policy sets limits to: the nearest values that give another tier, another segment or another
 * end, one for each of those. All are seen by deciding the changed snapshot. Of fields that a policy asks alike, as it
 * does where each of its CRMs has a field of its own for one thing, one is told. Pure.
 */
export function otherNumbers(snapshot: Snapshot): OtherNumber[] {
  const { shared, facts, state } = snapshot;
  const { decision } = decide(shared, facts, state);
  const limitsBy = limitsOf(shared.policy);
  const presentOf = (field: string): number | null => presentNumber(snapshot, field);
  return fieldsToTell(limitsBy, presentOf).flatMap((field) => {
    const present = presentOf(field);
    const seen = new Set([placeOf(decision)]);
    return nearestFirst(limitsBy.get(field) ?? new Set(), present)
      .slice(0, mostTried)
      .flatMap((value) => {
        const changed = withNumber(snapshot, field, value);
        const other = decide(changed.shared, changed.facts, changed.state).decision;
        if (seen.has(placeOf(other))) return [];
        seen.add(placeOf(other));
        return [{ field, value, decision: other }];
      });
  });
}

/** What has the same limits is asked alike. */
function fieldsToTell(
  limitsBy: ReadonlyMap<string, ReadonlySet<number>>,
  presentOf: (field: string) => number | null,
): string[] {
  const byLimits = Map.groupBy(limitsBy, ([, limits]) => [...limits].sort((a, b) => a - b).join(" "));
  return [...byLimits.values()].flatMap((alike) => {
    const fields = alike.map(([field]) => ({ field, present: presentOf(field) }));
    return tellingOf(fields).map(({ field }) => field);
  });
}

/** Of a policy with thousands of limits those far off tell nobody anything. */
const mostTried = 100;

/** What a limit is there to tell apart: the tier, and the segment or other set that it narrowed to. */
function placeOf({ tier, trace, outcome }: Decision): string {
  const narrowed = trace.flatMap((step) => (step.step === "stage-narrowed" ? [`${step.stage} ${step.to}`] : []));
  return [tier, outcome.kind, ...narrowed].join("; ");
}

/** The values on both sides of each limit, by field. */
function limitsOf(policy: Policy): ReadonlyMap<string, ReadonlySet<number>> {
  const limits = new Map<string, Set<number>>();
  const add = (field: string, values: readonly number[]): void => {
    const known = limits.get(field) ?? new Set();
    for (const value of values) known.add(value);
    limits.set(field, known);
  };
  for (const { min, max } of policy.segments) {
    if (min !== null) add("lead.employees", [min, min - 1]);
    if (max !== null) add("lead.employees", [max, max + 1]);
  }
  for (const { when } of [...policy.tiers, ...policy.gates, ...policy.verticals])
    for (const { field, operator, value } of linesOf(when)) {
      if (!field.startsWith("lead.")) continue;
      const numbers = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "number");
      if (["gte", "gt", "lte", "lt", "between"].includes(operator))
        add(
          field,
          numbers.flatMap((number) => [number - 1, number, number + 1]),
        );
    }
  return limits;
}

function presentNumber({ facts }: Snapshot, field: string): number | null {
  if (field === "lead.employees")
    return (
      normaliseEmployees(facts.match?.account.employees).value ?? normaliseEmployees(facts.lead.fields.employees).value
    );
  return toNumber(facts.lead.fields[field.slice("lead.".length)] ?? "");
}

function nearestFirst(values: ReadonlySet<number>, present: number | null): number[] {
  const distance = (value: number): number => Math.abs(value - (present ?? 0));
  return [...values]
    .filter((value) => value >= 0 && value !== present)
    .sort((a, b) => distance(a) - distance(b) || a - b);
}

/** A company's size is its account's where that one knows it. */
function withNumber(snapshot: Snapshot, field: string, value: number): Snapshot {
  const { facts } = snapshot;
  const name = field.slice("lead.".length);
  const lead = { ...facts.lead, fields: { ...facts.lead.fields, [name]: String(value) } };
  const account = facts.match?.account;
  const isAccounts = name === "employees" && account !== undefined && account.employees !== null;
  const match =
    isAccounts && facts.match !== null
      ? { ...facts.match, account: { ...account, employees: String(value) } }
      : facts.match;
  return { ...snapshot, facts: { ...facts, lead, match } };
}
