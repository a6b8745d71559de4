import { uuid } from "../create-random.ts";
import type { Change } from "./change.ts";
import type { Org } from "./org.ts";
import { hasChangeEvents } from "./pubsub/entities.ts";
import type { Field, Row } from "./schema.ts";
import type { RowChange, Transaction } from "./transaction.ts";

/** Who committed: `origin` as in `changeOrigin` (salesforce.md §1.2). */
export type Committer = { userId: string; origin: string };

/**
 * Ends a transaction: what listens to the org hears of it. In an org that commits late what was written is seen, and told,
 * only then, with the stamps that it was written with (salesforce.md §1.8).
 */
export function commit(org: Org, transaction: Transaction, committer: Committer): void {
  const changes = transaction.changes();
  if (changes.length === 0) return;
  const wait = org.rules.lateCommitMs;
  if (wait === 0) {
    tell(org, changes, committer);
    return;
  }
  transaction.rollback();
  org.clock.at(org.clock.now() + wait, () => {
    for (const { table, id, after } of changes) table.put(id, after);
    tell(org, changes, committer);
  });
}

function tell(org: Org, rowChanges: readonly RowChange[], committer: Committer): void {
  if (org.onCommit.length === 0) return;
  const common = {
    transactionKey: uuid(org.random),
    commitTimestamp: org.clock.now(),
    commitNumber: nextCommit(org),
    commitUser: committer.userId,
  };
  const changes: Change[] = [];
  for (const rowChange of rowChanges) {
    const kind = kindOf(rowChange);
    const changeOrigin = rowChange.origin || committer.origin;
    if (kind !== null) changes.push({ ...common, ...kind, changeOrigin, sequenceNumber: changes.length + 1 });
  }
  if (changes.length > 0) for (const listener of org.onCommit) listener(changes);
}

const commits = new WeakMap<Org, bigint>();

/** The number of the next commit; they exceed 32 bits (salesforce.md §1.2). */
export function nextCommit(org: Org): bigint {
  const next = (commits.get(org) ?? 10_700_000_000_000n) + 1n;
  commits.set(org, next);
  return next;
}

type Kind = Pick<Change, "entityName" | "recordIds" | "changeType" | "changedFields" | "nulledFields" | "row">;

/** Null of a change that no event tells: of an object that has none, or of derived fields alone. */
function kindOf({ table, id, before, after }: RowChange): Kind | null {
  if (after === undefined || !hasChangeEvents(table.object)) return null;
  const base = { entityName: table.object.name, recordIds: [id], changedFields: [], nulledFields: [] };
  if (before === undefined) return { ...base, changeType: "CREATE", row: after };
  if (before.IsDeleted !== after.IsDeleted) {
    return { ...base, changeType: after.IsDeleted === true ? "DELETE" : "UNDELETE", row: after };
  }
  const { fields } = table.object;
  // Of a compound field its parts are told: a Name that follows from them is no change of the others.
  const compounds = new Set(fields.map(({ compoundFieldName }) => compoundFieldName));
  const changed = fields.filter(
    (field) =>
      isTold(field) && !compounds.has(field.name) && (before[field.name] ?? null) !== (after[field.name] ?? null),
  );
  if (changed.length === 0) return null;
  const names = changed.map(({ name }) => name).filter((name) => !(isConversion(before, after) && isStamp(name)));
  return {
    ...base,
    changeType: "UPDATE",
    changedFields: names,
    nulledFields: names.filter((name) => (after[name] ?? null) === null),
    row: after,
  };
}

const derived = new Set(["SystemModstamp", "LastActivityDate", "IsDeleted"]);
const isTold = ({ name, calculated, type }: Field): boolean => !calculated && !derived.has(name) && type !== "address";

/** The event of a converted Lead has no LastModifiedDate (salesforce.md §1.2). */
const isConversion = (before: Row, after: Row): boolean => before.IsConverted === false && after.IsConverted === true;
const isStamp = (name: string): boolean => name === "LastModifiedDate" || name === "LastModifiedById";
