import { type Fields, number, oneOf, optional, share, text } from "./control-input.ts";
import type { CommonFault } from "./faults.ts";

/** Reads what a fault of any CRM says of itself; what is wrong is noted in `fields`. `kinds`: those of this CRM. */
export function readFault<const Kind extends string>(
  fields: Fields,
  kinds: readonly [Kind, ...Kind[]],
): CommonFault & { route: string; kind: Kind; record?: string } {
  return {
    route: fields.need("route", text),
    kind: fields.need("kind", oneOf(kinds)),
    ...optional(fields, "id", text),
    ...optional(fields, "record", text),
    ...optional(fields, "status", number),
    ...optional(fields, "delayMs", number),
    ...optional(fields, "retryAfter", number),
    ...optional(fields, "times", number),
    ...optional(fields, "probability", share),
  };
}
