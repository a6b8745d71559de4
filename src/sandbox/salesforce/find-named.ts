import { SalesforceError } from "./errors.ts";
import { isId, to18 } from "./ids.ts";
import { type Org, tableOf } from "./org.ts";
import type { Row } from "./schema.ts";

/** The live record of an object that a call names by its id. Throws SalesforceError of every other id. */
export function findNamed(org: Org, name: string, id: string): Row {
  const table = tableOf(org, name);
  const refuse = (errorCode: string, message: string): never => {
    throw new SalesforceError(400, { errorCode, message, fields: [] });
  };
  if (!isId(id)) return refuse("MALFORMED_ID", `bad id ${id}`);
  const row = table.get(to18(id));
  if (row === undefined) return refuse("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  return row.IsDeleted === true ? refuse("ENTITY_IS_DELETED", "entity is deleted") : row;
}
