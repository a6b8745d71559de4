import type { Field, Row, SObject, Value } from "../schema.ts";
import type { Cell, Select } from "./bind-select.ts";
import { cut } from "./find-rows.ts";
import type { SoqlPart, SoqlRecord } from "./record.ts";
import { follow, readField } from "./resolve-path.ts";
import type { SoqlSource } from "./source.ts";

/** The records of rows, with their parents and children. */
export function projectRows(source: SoqlSource, { object, cells }: Select, rows: readonly Row[]): SoqlRecord[] {
  const families = cells.map((cell) => (cell.kind === "children" ? childrenByParent(source, cell, rows) : null));
  return rows.map((row) => ({
    type: object.name,
    address: addressOf(object, row),
    parts: cells.map((cell, index) => projectCell(source, { object, row }, cell, families[index] ?? null)),
  }));
}

type At = { object: SObject; row: Row };
type Children = ReadonlyMap<Value, readonly SoqlRecord[]>;

function projectCell(source: SoqlSource, at: At, cell: Cell, children: Children | null): SoqlPart {
  switch (cell.kind) {
    case "value":
      return projectField(at, cell.field);
    case "parent": {
      const parent = follow(source, cell.step, at.row);
      if (!parent) return { kind: "parent", name: cell.step.name, record: null };
      const parts = cell.cells.map((one) => projectCell(source, parent, one, null));
      const address = addressOf(parent.object, parent.row);
      return { kind: "parent", name: cell.step.name, record: { type: cell.step.entity.name, address, parts } };
    }
    case "children":
      return { kind: "children", name: cell.relationship.relationshipName, records: children?.get(idOf(at.row)) ?? [] };
  }
}

function projectField({ object, row }: At, field: Field): SoqlPart {
  if (field.type !== "address")
    return { kind: "value", name: field.name, type: field.type, value: readField(row, field) };
  const prefix = field.name.slice(0, -"Address".length);
  const parts = object.fields
    .filter(({ compoundFieldName }) => compoundFieldName === field.name)
    .map((part): [string, Value] => [inLowerCamel(part.name.slice(prefix.length)), readField(row, part)]);
  const isEmpty = parts.every(([, value]) => value === null);
  return { kind: "address", name: field.name, value: isEmpty ? null : Object.fromEntries(parts) };
}

/** "BillingPostalCode" is "postalCode" in BillingAddress. */
function inLowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** By the parent's id; all children are looked for at once. */
function childrenByParent(source: SoqlSource, cell: Cell & { kind: "children" }, parents: readonly Row[]): Children {
  const { select, relationship } = cell;
  if (parents.length === 0) return new Map();
  const ids = parents.map(idOf);
  const families = new Map<Value, Row[]>(ids.map((id) => [id, []]));
  const rows = source.index?.(select.object, relationship.field, ids) ?? source.rowsOf(select.object);
  for (const row of new Set(rows)) {
    const family = families.get(row[relationship.field] ?? null);
    if (family && select.filter.matches(row)) family.push(row);
  }
  const kept = [...families].map(([id, family]) => ({ id, rows: cut(family, select) }));
  // One call for all of them: what is below these children is looked for once as well.
  const all = kept.flatMap((one) => one.rows);
  const records = projectRows(source, select, all);
  let at = 0;
  return new Map(
    kept.map(({ id, rows: { length } }) => {
      const start = at;
      at += length;
      return [id, records.slice(start, at)];
    }),
  );
}

function addressOf({ name }: SObject, row: Row): { objectName: string; id: string } {
  return { objectName: name, id: idOf(row) };
}

function idOf(row: Row): string {
  return String(row.Id);
}
