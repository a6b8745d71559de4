import type { SObject } from "./schema.ts";
import { fieldsOf } from "./write-records.ts";

/** Values for the API's own checks: a datetime may also be given as epoch milliseconds. */
export function withTimes(object: SObject, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = fieldsOf(object);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isTime = fields.get(name.toLowerCase())?.type === "datetime";
      return [name, isTime && typeof value === "number" ? new Date(value).toISOString() : value];
    }),
  );
}
