import { SalesforceError } from "../errors.ts";
import { to18 } from "../ids.ts";
import type { Org } from "../org.ts";
import type { SObject } from "../schema.ts";
import { createRecord, fieldsOf, liveRow, updateRecord, type Writing } from "../write-records.ts";

type ByValue = Readonly<Record<string, unknown>>;

/** Ids of live records whose external id `field` has this `value`. Throws 404 for a field that is none. */
export function findByExternalId(org: Org, object: SObject, { field, value }: ByValue): string[] {
  const known = fieldsOf(object).get(String(field).toLowerCase());
  if (known === undefined || !(known.externalId || known.type === "id")) {
    throw new SalesforceError(404, {
      errorCode: "NOT_FOUND",
      message: `Provided external ID field does not exist or is not accessible: ${String(field)}`,
    });
  }
  // By its own id nothing is made that is not there.
  if (known.type === "id") return [String(liveRow(org, object, to18(String(value))).Id)];
  const rows = [...(org.tables.get(object.name)?.withValues(known.name, [String(value)]) ?? [])];
  return rows.filter((row) => row.IsDeleted !== true).map((row) => String(row.Id));
}

/** Changes the record that has the value, or makes one that has it. Throws when several have it. */
export function upsertRecord(
  writing: Writing,
  object: SObject,
  { field, value, input }: ByValue & { input: Readonly<Record<string, unknown>> },
): { id: string; isNew: boolean } {
  const found = findByExternalId(writing.org, object, { field, value });
  if (found.length > 1)
    throw new SalesforceError(400, {
      message: `${String(field)}: more than one record found for external id field: [${found.join(", ")}]`,
      errorCode: "DUPLICATE_EXTERNAL_ID",
      fields: [],
    });
  const [id] = found;
  if (id === undefined) return { id: createRecord(writing, object, { ...input, [String(field)]: value }), isNew: true };
  updateRecord(writing, object, id, input);
  return { id, isNew: false };
}
