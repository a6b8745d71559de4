import { objectTypeIds, objectTypes } from "./object-types.ts";
import type { AssociationType, Portal } from "./portal.ts";

/** One way in which two records may be linked, seen from one side. `inverse`: its type id seen from the other. */
export type AssociationDefinition = AssociationType & {
  label: string | null;
  inverse: number;
  isDefault: boolean;
  isPrimary: boolean;
};

/** hubspot.md §4.6 (and the SDK's enum for what the table leaves out): from, to, type id, inverse id. */
const defaultTypes: [from: string, to: string, typeId: number, inverse: number][] = [
  ["contact", "company", 279, 280],
  ["deal", "contact", 3, 4],
  ["deal", "company", 341, 342],
  ["contact", "contact", 449, 449],
  ["company", "company", 450, 450],
  ["deal", "deal", 451, 451],
  ["task", "contact", 204, 203],
  ["task", "company", 192, 191],
  ["task", "deal", 216, 215],
  ["note", "contact", 202, 201],
  ["note", "company", 190, 189],
  ["note", "deal", 214, 213],
  ["call", "contact", 194, 193],
  ["call", "company", 182, 181],
  ["call", "deal", 206, 205],
  ["email", "contact", 198, 197],
  ["email", "company", 186, 185],
  ["email", "deal", 210, 209],
  ["meeting", "contact", 200, 199],
  ["meeting", "company", 188, 187],
  ["meeting", "deal", 212, 211],
];
const primaryTypes: typeof defaultTypes = [
  ["contact", "company", 1, 2],
  ["deal", "company", 5, 6],
];

const builtIn = buildTable();

/** All types from one object type to another, HubSpot's and the account's own; empty when they cannot be linked. */
export function definitionsOf(portal: Portal, fromTypeId: string, toTypeId: string): AssociationDefinition[] {
  const key = `${fromTypeId}:${toTypeId}`;
  const own = portal.associationLabels.get(key);
  const known = builtIn.get(key) ?? [];
  if (!own) return known;
  const labels = own.map(({ typeId, label, inverse }): AssociationDefinition => {
    return { category: "USER_DEFINED", typeId, label, inverse, isDefault: false, isPrimary: false };
  });
  return [...known, ...labels];
}

/** The unlabelled type that each link of the two object types has. */
export function defaultDefinition(
  portal: Portal,
  fromTypeId: string,
  toTypeId: string,
): AssociationDefinition | undefined {
  return definitionsOf(portal, fromTypeId, toTypeId).find((definition) => definition.isDefault);
}

/** The object type to which a type id leads from another: inline associations name nothing else. */
export function targetType(portal: Portal, fromTypeId: string, typeId: number): string | undefined {
  return objectTypeIds.find((toTypeId) => {
    return definitionsOf(portal, fromTypeId, toTypeId).some((definition) => definition.typeId === typeId);
  });
}

function buildTable(): ReadonlyMap<string, AssociationDefinition[]> {
  const table = new Map<string, AssociationDefinition[]>();
  for (const row of primaryTypes) define(table, row, { label: "Primary", isDefault: false, isPrimary: true });
  for (const row of defaultTypes) define(table, row, { label: null, isDefault: true, isPrimary: false });
  define(table, ["company", "company", 13, 14], { label: "Child Company", isDefault: false, isPrimary: false });
  define(table, ["company", "company", 14, 13], { label: "Parent Company", isDefault: false, isPrimary: false });
  return table;
}

function define(
  table: Map<string, AssociationDefinition[]>,
  [from, to, typeId, inverse]: (typeof defaultTypes)[number],
  kind: Pick<AssociationDefinition, "label" | "isDefault" | "isPrimary">,
): void {
  const add = (key: string, definition: AssociationDefinition) => {
    table.set(key, [...(table.get(key) ?? []), definition]);
  };
  const [a, b] = [objectTypes[from] ?? from, objectTypes[to] ?? to];
  add(`${a}:${b}`, { category: "HUBSPOT_DEFINED", typeId, inverse, ...kind });
  if (a !== b) add(`${b}:${a}`, { category: "HUBSPOT_DEFINED", typeId: inverse, inverse: typeId, ...kind });
}
