import { SalesforceError } from "../errors.ts";
import { isId, to18 } from "../ids.ts";
import type { SObject } from "../schema.ts";
import { toJson } from "../soql/record.ts";
import { runSoql } from "../soql/run-soql.ts";
import { visibleTo } from "../visible.ts";
import type { Call } from "./call.ts";

/**
 * Records as REST answers them, by their 18-character ids; those that are not there are left out. Throws INVALID_FIELD for a
 * field that the object does not have, or not for this user.
 */
export function readRecords(
  { org, userId, version }: Call,
  object: SObject,
  { ids, fields }: { ids: readonly string[]; fields: readonly string[] },
): Map<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>();
  const known = ids.filter((id) => id.startsWith(object.keyPrefix)).map((id) => `'${id}'`);
  if (known.length === 0) return found;
  const names = fields.map((name) => fieldNamed(object, name));
  const selected = [...new Set(["Id", ...names])];
  const soql = `SELECT ${selected.join(", ")} FROM ${object.name} WHERE Id IN (${known.join(", ")})`;
  // Archived records are read by their ids, deleted ones are not.
  const source = visibleTo(org, userId, { isAll: true });
  const table = org.tables.get(object.name);
  for (const record of runSoql(soql, source).records) {
    const id = record.address?.id ?? "";
    if (table?.get(id)?.IsDeleted !== true) found.set(id, toJson(record, { version }));
  }
  return found;
}

/** All that the user may see of an object. */
export const allFields = ({ fields }: SObject): string[] => fields.map(({ name }) => name);

function fieldNamed({ name: objectName, fields }: SObject, wanted: string): string {
  const field = fields.find(({ name }) => name.toLowerCase() === wanted.trim().toLowerCase());
  if (field !== undefined) return field.name;
  throw new SalesforceError(400, {
    message: `No such column '${wanted}' on entity '${objectName}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    errorCode: "INVALID_FIELD",
  });
}

/** In its 18-character form; throws for a text that is no id, and 404 for one of another object. */
export function idOf({ keyPrefix }: SObject, text: string): string {
  if (!isId(text)) malformed(text);
  const id = to18(text);
  if (id.startsWith(keyPrefix)) return id;
  throw new SalesforceError(404, {
    errorCode: "NOT_FOUND",
    message: `Provided external ID field does not exist or is not accessible: ${text}`,
  });
}

/** As `idOf`, of a record that is to be written: one of another object is malformed (salesforce.md §8, 7). */
export function ownIdOf({ keyPrefix, label }: SObject, text: string): string {
  if (!isId(text)) malformed(text);
  const id = to18(text);
  if (id.startsWith(keyPrefix)) return id;
  throw new SalesforceError(400, {
    errorCode: "MALFORMED_ID",
    message: `${label} ID: id value of incorrect type: ${text}`,
    fields: ["Id"],
  });
}

function malformed(text: string): never {
  throw new SalesforceError(400, { errorCode: "MALFORMED_ID", message: `Id value ${text} is malformed` });
}
