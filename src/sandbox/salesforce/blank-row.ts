import type { SObject, Value } from "./schema.ts";

/** A record into which nobody has written anything yet: defaults, false and null. */
export function blankRow({ fields }: SObject): Record<string, Value> {
  const row: Record<string, Value> = {};
  for (const { name, type, picklistValues } of fields) {
    // A compound address is what its parts are.
    if (type === "address") continue;
    const preset = picklistValues.find(({ defaultValue }) => defaultValue)?.value ?? null;
    row[name] = type === "boolean" ? false : preset;
  }
  return row;
}
