import { shuffle } from "./batch-answer.ts";
import { serviceError } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { invalidProperties } from "./object-errors.ts";
import type { Json } from "./parse-body.ts";
import type { HubspotError, Portal, RowFault } from "./portal.ts";

/** Undefined for no fault, and for one that bends the answer as a whole. */
export function rowFaultOf(fault: Fault | null, portal: Portal, random: () => number): RowFault | undefined {
  if (fault?.kind !== "rows-before" && fault?.kind !== "rows-after") return undefined;
  const { rows = 1, containing = "", status = 500 } = fault;
  return {
    pick(inputs) {
      const able = inputs.filter((input) => JSON.stringify(input).includes(containing));
      return new Set(shuffle(able, random).slice(0, Math.ceil(able.length * rows)));
    },
    error: (input) => (status < 500 ? refusal(portal, input) : serviceError(status)),
    isApplied: fault.kind === "rows-after",
  };
}

/** An admin's rule on a value (hubspot.md §3.3), which asking again does not change. */
function refusal(portal: Portal, { properties }: Json): HubspotError {
  const [name = ""] = Object.keys(typeof properties === "object" && properties !== null ? properties : {});
  return invalidProperties(portal, [{ name, code: "INVALID_ALPHA", message: `${name} is not allowed by a rule.` }]);
}
