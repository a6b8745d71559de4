import type { Org } from "./org.ts";
import type { Row, SObject } from "./schema.ts";
import type { SoqlSource } from "./soql/source.ts";

const yearMs = 365 * 86_400_000;

/** The org as a user sees it. `isAll`: deleted and archived records too, as `queryAll` does. */
export function visibleTo(org: Org, userId: string, { isAll }: { isAll: boolean }): SoqlSource {
  const seen = (object: SObject, row: Row): boolean =>
    isAll || (row.IsDeleted !== true && !isArchived(object, row, org.clock.now()));
  const shown = (object: SObject, row: Row): Row =>
    isArchived(object, row, org.clock.now()) ? { ...row, IsArchived: true } : row;
  function* only(object: SObject, rows: Iterable<Row>): Iterable<Row> {
    for (const row of rows) if (seen(object, row)) yield shown(object, row);
  }
  return {
    objectNamed: (name) => visibleObject(org, userId, name),
    rowsOf: (object) => only(object, org.tables.get(object.name)?.rows() ?? []),
    byId(object, id) {
      const row = org.tables.get(object.name)?.get(id);
      return row !== undefined && seen(object, row) ? shown(object, row) : null;
    },
    index(object, field, values) {
      const table = org.tables.get(object.name);
      const isIndexed = object.fields.some(
        ({ name, type, externalId }) => name === field && (externalId || indexedTypes.has(type)),
      );
      return table !== undefined && isIndexed ? only(object, table.withValues(field, values)) : null;
    },
    now: org.clock.now(),
    timeZone: org.timeZone,
  };
}

/** Fields by whose values records are looked up; the rest is read through. */
const indexedTypes = new Set(["reference", "email"]);

/** Closed Tasks are out of sight after a year (salesforce.md §4.5). */
function isArchived(object: SObject, { IsClosed, CompletedDateTime }: Row, now: number): boolean {
  return (
    object.name === "Task" &&
    IsClosed === true &&
    typeof CompletedDateTime === "number" &&
    CompletedDateTime < now - yearMs
  );
}

const filtered = new WeakMap<SObject, Map<ReadonlySet<string>, SObject>>();

/** Without the fields that are hidden from the user; null when there is no such object. */
export function visibleObject(org: Org, userId: string, name: string): SObject | null {
  const object = org.objects.get(name.toLowerCase());
  if (object === undefined) return null;
  const hidden = org.permissionsOf(userId).hidden.get(object.name);
  if (hidden === undefined || hidden.size === 0) return object;
  const known = filtered.get(object) ?? new Map<ReadonlySet<string>, SObject>();
  filtered.set(object, known);
  const made = known.get(hidden) ?? { ...object, fields: object.fields.filter((field) => !hidden.has(field.name)) };
  known.set(hidden, made);
  return made;
}
