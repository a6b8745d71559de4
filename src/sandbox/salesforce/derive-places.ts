import { SalesforceError } from "./errors.ts";
import { countryValues, labelsOf, statesOf } from "./places.ts";
import type { Draft } from "./record-rules.ts";
import type { SObject, Value } from "./schema.ts";

const countries = labelsOf(countryValues);

/**
 * In an org with picklists for states and countries: the code follows the name and the name the code, whichever was
 * written (salesforce.md §4.1). Changes the draft's row; throws for a place that is none.
 */
export function derivePlaces(draft: Draft, { fields }: SObject): void {
  for (const { name } of fields) {
    if (!name.endsWith("CountryCode")) continue;
    const prefix = name.slice(0, -"CountryCode".length);
    follow(draft, { code: name, label: `${prefix}Country`, what: "country/territory", known: countries });
    const code = draft.row[name];
    const known = typeof code === "string" ? statesOf(code) : new Map<string, string>();
    follow(draft, { code: `${prefix}StateCode`, label: `${prefix}State`, what: "state", known });
  }
}

type Pair = { code: string; label: string; what: string; known: ReadonlyMap<string, string> };

function follow({ row, before }: Draft, { code, label, what, known }: Pair): void {
  const changed = [code, label].find((field) => (row[field] ?? null) !== (before?.[field] ?? null));
  // The country went from under its state.
  if (changed === undefined && typeof row[code] === "string" && !known.has(row[code])) refuse(what, code);
  if (changed === undefined) return;
  const given = row[changed] ?? null;
  const found = given === null ? null : (codeOf(known, given) ?? refuse(what, changed));
  row[code] = found;
  row[label] = found === null ? null : (known.get(found) ?? null);
}

/** A name may stand there in either case; a code is taken for one as well. */
function codeOf(known: ReadonlyMap<string, string>, given: Value): string | undefined {
  const text = String(given).toLowerCase();
  for (const [code, label] of known) if (label.toLowerCase() === text || code.toLowerCase() === text) return code;
  return undefined;
}

function refuse(what: string, field: string): never {
  throw new SalesforceError(400, {
    errorCode: "FIELD_INTEGRITY_EXCEPTION",
    message: `There's a problem with this ${what}, even though it may appear correct. Please select a ${what} from the list of valid ones.`,
    fields: [field],
  });
}
