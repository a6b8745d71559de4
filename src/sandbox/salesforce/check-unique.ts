import { SalesforceError } from "./errors.ts";
import { type Org, tableOf } from "./org.ts";
import type { Draft } from "./record-rules.ts";

/**
 * Throws DUPLICATE_VALUE where another record holds the value of a field that is unique (salesforce.md §4.5, §8, 9): texts
 * are the same whatever their case, and records in the recycle bin have let theirs go.
 */
export function checkUnique({ object, before, row }: Draft, org: Org): void {
  const table = tableOf(org, object);
  for (const { name, unique } of table.object.fields) {
    const value = row[name] ?? null;
    if (!unique || value === null || value === before?.[name]) continue;
    for (const { Id, IsDeleted } of table.withValues(name, [value])) {
      if (Id === row.Id || IsDeleted === true) continue;
      throw new SalesforceError(400, {
        message: `duplicate value found: ${name} duplicates value on record with id: ${String(Id)}`,
        errorCode: "DUPLICATE_VALUE",
        fields: [],
      });
    }
  }
}
