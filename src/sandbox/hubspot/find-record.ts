import { findByUnique, isUniqueProperty } from "./indexes.ts";
import { validationError } from "./object-errors.ts";
import type { HubspotRecord, Portal } from "./portal.ts";
import { findRecord } from "./record-store.ts";

/**
 * The record under an id, or under a unique property when `idProperty` names one; only archived ones with `archived`.
 * Throws 400 for an `idProperty` that is not unique.
 */
export function lookUp(
  portal: Portal,
  typeId: string,
  {
    id,
    idProperty = "hs_object_id",
    archived = false,
  }: { id: string; idProperty?: string | undefined; archived?: boolean },
): HubspotRecord | undefined {
  if (idProperty === "hs_object_id") {
    const record = findRecord(portal, typeId, id);
    return record && (record.archivedAt !== null) === archived ? record : undefined;
  }
  requireUniqueProperty(portal, typeId, idProperty);
  return archived ? undefined : findByUnique(portal, typeId, { property: idProperty, value: id });
}

/** Throws 400 unless records can be addressed by the property. */
export function requireUniqueProperty(portal: Portal, typeId: string, name: string): void {
  if (isUniqueProperty(portal, typeId, name)) return;
  throw validationError(`Unable to use ${name} as idProperty: it is not a unique property.`);
}
