import { commit } from "./commit.ts";
import { type Org, tableOf } from "./org.ts";
import type { Row } from "./schema.ts";
import { beginTransaction } from "./transaction.ts";

/**
 * What the system changes of a record, no user: SystemModstamp moves and LastModifiedDate does not (salesforce.md §1.8).
 * Asks no rule. Throws of an object or record that the org does not have.
 */
export function changeBySystem(org: Org, place: { object: string; id: string }, values: Row): void {
  const { table, row } = rowAt(org, place);
  const transaction = beginTransaction();
  transaction.put(table, place.id, { ...row, ...values, SystemModstamp: org.clock.now() });
  commit(org, transaction, { userId: String(row.LastModifiedById ?? ""), origin: "" });
}

/**
 * What formulas come to now: no stamp moves, and nobody is told (salesforce.md §1.2). Throws of an object or record that the
 * org does not have, and of a field that is no formula.
 */
export function changeFormulas(org: Org, place: { object: string; id: string }, values: Row): void {
  const { table, row } = rowAt(org, place);
  const formulas = new Set(table.object.fields.filter(({ calculated }) => calculated).map(({ name }) => name));
  const other = Object.keys(values).find((name) => !formulas.has(name));
  if (other !== undefined) throw new Error(`${place.object}.${other} is no formula.`);
  table.put(place.id, { ...row, ...values });
}

function rowAt(org: Org, { object, id }: { object: string; id: string }) {
  const table = tableOf(org, object);
  const row = table.get(id);
  if (row === undefined) throw new Error(`The org has no ${object} ${id}.`);
  return { table, row };
}
