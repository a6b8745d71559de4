import { to18 } from "../ids.ts";
import type { Field, FieldType, Value } from "../schema.ts";
import { foldCase } from "./texts.ts";

/** A value made comparable. */
export type Key = string | number | null;

/** What a type is compared as. */
export type Kind = "text" | "id" | "boolean" | "number" | "date" | "datetime" | "time" | "address";

const kinds: Readonly<Record<FieldType, Kind>> = {
  id: "id",
  reference: "id",
  string: "text",
  textarea: "text",
  email: "text",
  phone: "text",
  url: "text",
  picklist: "text",
  boolean: "boolean",
  int: "number",
  double: "number",
  currency: "number",
  date: "date",
  datetime: "datetime",
  time: "time",
  address: "address",
};

export function kindOf({ type }: Field): Kind {
  return kinds[type];
}

/** Equal values have equal keys: texts in either case, ids in either form. An empty text is null. */
export function equalityKeyOf(field: Field): (value: Value) => Key {
  const kind = kindOf(field);
  if (kind === "text") return (value) => (value === null || value === "" ? null : foldCase(String(value)));
  if (kind === "id") return (value) => (value === null || value === "" ? null : to18(String(value)));
  return plainKey;
}

/** Keys in the order of values. English orgs order texts by the code of their capitals. */
export function orderKeyOf(field: Field): (value: Value) => Key {
  if (kindOf(field) !== "text") return equalityKeyOf(field);
  return (value) => (value === null || value === "" ? null : String(value).toUpperCase());
}

/** As `orderKeyOf`, but a picklist's values stand as its definition lists them, unknown ones after those. */
export function sortKeyOf(field: Field): (value: Value) => Key {
  const orderKey = orderKeyOf(field);
  if (field.picklistValues.length === 0) return orderKey;
  const places = new Map(field.picklistValues.map(({ value }, index) => [value.toLowerCase(), index]));
  const width = String(places.size).length;
  return (value) => {
    const key = orderKey(value);
    const place = places.get(String(value).toLowerCase()) ?? places.size;
    return key === null ? null : `${String(place).padStart(width, "0")} ${key}`;
  };
}

function plainKey(value: Value): Key {
  return typeof value === "boolean" ? Number(value) : value;
}
