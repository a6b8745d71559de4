import { type AssociationTarget, associateChecked, checkTargets } from "./associations.ts";
import { defaultValues, deriveValues } from "./derive.ts";
import { objectNotFound } from "./object-errors.ts";
import type { Call, HubspotRecord, Portal, Source } from "./portal.ts";
import { addSnapshot, type Cause, commitValues, emit, findLiving, findRecord } from "./record-store.ts";
import { type Validated, validateProperties, type Warning } from "./validate.ts";

export type UpdateOptions = {
  source: Source;
  version: Call["version"];
  /** Epoch ms of the write; now unless the past is being seeded. */
  at?: number;
  /** May set what is read-only to apps: a seed, or the sandbox's own doing. */
  trusted?: boolean;
};

export type CreateOptions = UpdateOptions & { associations?: AssociationTarget[]; id?: string };

/** A create or update that was checked and cannot fail any more. */
export type Prepared = Validated & { portal: Portal; typeId: string; cause: Cause };
export type PreparedCreate = Prepared & { associations: AssociationTarget[]; id: string | undefined };
export type PreparedUpdate = Prepared & { record: HubspotRecord };
export type Written = { record: HubspotRecord; warnings: Warning[] };

/** Creates a record as one request would: all or nothing. Throws what `prepareCreate` throws. */
export function createRecord(
  portal: Portal,
  objectTypeId: string,
  properties: Record<string, string>,
  options: CreateOptions,
): HubspotRecord {
  return applyCreate(prepareCreate(portal, objectTypeId, properties, options)).record;
}

/** Changes a record that is not archived. Throws 404, or what `prepareUpdate` throws. */
export function updateRecord(
  portal: Portal,
  objectTypeId: string,
  id: string,
  properties: Record<string, string>,
  options: UpdateOptions,
): HubspotRecord {
  const record = findLiving(portal, objectTypeId, id);
  if (!record) throw objectNotFound();
  return applyUpdate(prepareUpdate(portal, objectTypeId, { record, properties }, options)).record;
}

/** The record, archived or not; follows merges. */
export function getRecord(portal: Portal, objectTypeId: string, id: string): HubspotRecord | undefined {
  return findRecord(portal, objectTypeId, id);
}

/** Moves a record to the recycle bin; an archived one stays there. Throws 404 for an id that never was. */
export function archiveRecord(portal: Portal, objectTypeId: string, id: string, source: Source): void {
  const record = findRecord(portal, objectTypeId, id);
  if (!record) throw objectNotFound();
  if (record.archivedAt !== null) return;
  const at = portal.clock.now();
  record.archivedAt = at;
  addSnapshot(portal, record, { at, properties: null });
  emit(portal, [{ kind: "deletion", objectTypeId, objectId: record.id, at, source }]);
}

/** Takes a record back out of the recycle bin. Throws 404 when it is not there. */
export function restoreRecord(portal: Portal, objectTypeId: string, id: string, source: Source): HubspotRecord {
  const record = findRecord(portal, objectTypeId, id);
  if (!record || record.archivedAt === null) throw objectNotFound();
  const at = portal.clock.now();
  record.archivedAt = null;
  record.updatedAt = at;
  addSnapshot(portal, record, { at, properties: record.properties });
  emit(portal, [{ kind: "restore", objectTypeId, objectId: record.id, at, source }]);
  return record;
}

/** Checks everything about a create. Throws 400 (values, rules, association targets) or 409 (e-mail taken). */
export function prepareCreate(
  portal: Portal,
  typeId: string,
  properties: Record<string, string>,
  { source, version, at, trusted = false, associations = [], id }: CreateOptions,
): PreparedCreate {
  const validated = validateProperties(portal, typeId, properties, { version, record: null, trusted });
  checkTargets(portal, typeId, associations);
  return { portal, typeId, cause: { at: at ?? portal.clock.now(), source }, associations, id, ...validated };
}

/** Carries out a prepared create. */
export function applyCreate({ portal, typeId, cause, values, warnings, associations, id }: PreparedCreate): Written {
  const record: HubspotRecord = {
    id: id ?? String(portal.nextId),
    properties: new Map(),
    history: new Map(),
    createdAt: cause.at,
    updatedAt: cause.at,
    archivedAt: null,
    snapshots: [],
  };
  portal.nextId = Math.max(portal.nextId, Number(record.id) + 1);
  const asked = new Map([...defaultValues(portal, typeId, record.id, cause), ...values]);
  portal.records.get(typeId)?.set(record.id, record);
  const derived = deriveValues(asked, { portal, typeId, record: null, cause });
  const changes = commitValues(portal, typeId, record, { values: derived, cause });
  const { at, source } = cause;
  const linked = associations.flatMap((target) =>
    associateChecked(portal, { fromTypeId: typeId, fromId: record.id, ...target }, { cause, keepLabels: false }),
  );
  emit(portal, [{ kind: "creation", objectTypeId: typeId, objectId: record.id, at, source }, ...changes, ...linked]);
  return { record, warnings };
}

/** Checks everything about an update of a living record. Throws 400 or 409. */
export function prepareUpdate(
  portal: Portal,
  typeId: string,
  { record, properties }: { record: HubspotRecord; properties: Record<string, string> },
  { source, version, at, trusted = false }: UpdateOptions,
): PreparedUpdate {
  const validated = validateProperties(portal, typeId, properties, { version, record, trusted });
  return { portal, typeId, record, cause: { at: at ?? portal.clock.now(), source }, ...validated };
}

/** Carries out a prepared update. */
export function applyUpdate({ portal, typeId, record, cause, values, warnings }: PreparedUpdate): Written {
  const derived = deriveValues(values, { portal, typeId, record, cause });
  emit(portal, commitValues(portal, typeId, record, { values: derived, cause }));
  return { record, warnings };
}
