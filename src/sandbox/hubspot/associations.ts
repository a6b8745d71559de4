import { type AssociationDefinition, definitionsOf } from "./association-types.ts";
import { contactStamps } from "./engagements.ts";
import { validationError } from "./object-errors.ts";
import { singularName } from "./object-types.ts";
import type { AssociationType, Change, Portal, Source } from "./portal.ts";
import { type Cause, commitValues, emit, findLiving } from "./record-store.ts";

export type Pair = { fromTypeId: string; fromId: string; toTypeId: string; toId: string };
export type AssociationTarget = { toTypeId: string; toId: string; types: AssociationType[] };

/**
 * Links two records in both directions. The given labels replace those that the pair had; the unlabelled type is
 * always there (hubspot.md §4.6). No `types`: adds the unlabelled type and keeps all labels. Throws 400 for records
 * or types that do not exist.
 */
export function associate(portal: Portal, link: Pair & { types: AssociationType[]; source: Source }): void {
  const { source, ...pair } = link;
  if (!findLiving(portal, pair.fromTypeId, pair.fromId)) throw invalidObject(pair.fromTypeId, pair.fromId);
  checkTargets(portal, pair.fromTypeId, [pair]);
  const cause = { at: portal.clock.now(), source };
  emit(portal, associateChecked(portal, pair, { cause, keepLabels: pair.types.length === 0 }));
}

/** Unlinks: without `types`, or when the unlabelled one is among them, wholly; else only those labels go. */
export function dissociate(portal: Portal, link: Pair & { types?: AssociationType[]; source: Source }): void {
  const { source, types, ...pair } = link;
  const before = linkTypes(portal, pair);
  const removed = new Set(types?.map((type) => type.typeId));
  const definitions = definitionsOf(portal, pair.fromTypeId, pair.toTypeId);
  const isWhole = !types || definitions.some(({ isDefault, typeId }) => isDefault && removed.has(typeId));
  const after = isWhole ? [] : before.filter((type) => !removed.has(type.typeId));
  emit(portal, setLink(portal, pair, { after, cause: { at: portal.clock.now(), source } }));
}

/** The living records of a type that a record is linked to. */
export function associatedIds(portal: Portal, fromTypeId: string, fromId: string, toTypeId: string): string[] {
  return associatedRecords(portal, { fromTypeId, fromId, toTypeId }).map(({ id }) => id);
}

/** The same with the types of each link, seen from the record. */
export function associatedRecords(
  portal: Portal,
  { fromTypeId, fromId, toTypeId }: Omit<Pair, "toId">,
): { id: string; types: AssociationType[] }[] {
  const links = portal.associations.get(`${fromTypeId}:${fromId}:${toTypeId}`) ?? [];
  return [...links]
    .filter(([id]) => portal.records.get(toTypeId)?.get(id)?.archivedAt === null)
    .map(([id, types]) => ({ id, types }));
}

/** Throws 400 when a target does not exist or may not be linked by a type. */
export function checkTargets(portal: Portal, fromTypeId: string, targets: readonly AssociationTarget[]): void {
  for (const { toTypeId, toId, types } of targets) {
    if (!findLiving(portal, toTypeId, toId)) throw invalidObject(toTypeId, toId);
    const definitions = definitionsOf(portal, fromTypeId, toTypeId);
    const unknown = types.find((type) => !definitions.some((one) => isSame(one, type)));
    if (!unknown && definitions.length > 0) continue;
    const names = `${singularName(fromTypeId)} to ${singularName(toTypeId)}`;
    throw validationError(`Association type ${unknown?.typeId ?? ""} is not valid for ${names}.`, {
      subCategory: "crm.associations.INVALID_ASSOCIATION_TYPE",
    });
  }
}

/** Links two records that exist, by types that `checkTargets` has seen; answers the changes to emit. */
export function associateChecked(
  portal: Portal,
  { types, ...named }: Pair & { types: AssociationType[] },
  { cause, keepLabels }: { cause: Cause; keepLabels: boolean },
): Change[] {
  const pair = {
    ...named,
    fromId: findLiving(portal, named.fromTypeId, named.fromId)?.id ?? named.fromId,
    toId: findLiving(portal, named.toTypeId, named.toId)?.id ?? named.toId,
  };
  const wanted = new Set(types.map((type) => type.typeId));
  if (keepLabels) for (const type of linkTypes(portal, pair)) wanted.add(type.typeId);
  const definitions = definitionsOf(portal, pair.fromTypeId, pair.toTypeId);
  const after = definitions.filter(({ isDefault, typeId }) => isDefault || wanted.has(typeId));
  const demoted = after.some(({ isPrimary }) => isPrimary) ? demoteOthers(portal, pair, cause) : [];
  const changes = setLink(portal, pair, { after, cause });
  stampContact(portal, pair, cause);
  return [...demoted, ...changes];
}

function isSame(definition: AssociationDefinition, type: AssociationType): boolean {
  return definition.typeId === type.typeId && definition.category === type.category;
}

function linkTypes(portal: Portal, { fromTypeId, fromId, toTypeId, toId }: Pair): AssociationType[] {
  return portal.associations.get(`${fromTypeId}:${fromId}:${toTypeId}`)?.get(toId) ?? [];
}

/** A contact or deal has at most one primary company: a new one takes the place of the old (hubspot.md §4.6). */
function demoteOthers(portal: Portal, pair: Pair, cause: Cause): Change[] {
  const [typeId, id, companyId] =
    pair.toTypeId === "0-2" ? [pair.fromTypeId, pair.fromId, pair.toId] : [pair.toTypeId, pair.toId, pair.fromId];
  const isPrimary = new Set(definitionsOf(portal, typeId, "0-2").flatMap((one) => (one.isPrimary ? [one.typeId] : [])));
  const changes: Change[] = [];
  for (const [otherId, types] of portal.associations.get(`${typeId}:${id}:0-2`) ?? []) {
    if (otherId === companyId || !types.some((type) => isPrimary.has(type.typeId))) continue;
    const after = types.filter((type) => !isPrimary.has(type.typeId));
    const other = { fromTypeId: typeId, fromId: id, toTypeId: "0-2", toId: otherId };
    changes.push(...setLink(portal, other, { after, cause }));
  }
  return changes;
}

/** Stores the types of a link on both sides and answers one change per side and type that came or went. */
function setLink(portal: Portal, pair: Pair, { after, cause }: { after: AssociationType[]; cause: Cause }): Change[] {
  const before = linkTypes(portal, pair);
  const definitions = definitionsOf(portal, pair.fromTypeId, pair.toTypeId);
  const byId = new Map(definitions.map((definition) => [definition.typeId, definition]));
  const inverse: Pair = { fromTypeId: pair.toTypeId, fromId: pair.toId, toTypeId: pair.fromTypeId, toId: pair.fromId };
  storeTypes(
    portal,
    pair,
    after.map(({ category, typeId }) => ({ category, typeId })),
  );
  storeTypes(
    portal,
    inverse,
    after.map(({ category, typeId }) => ({ category, typeId: byId.get(typeId)?.inverse ?? typeId })),
  );
  const changes: Change[] = [];
  const note = (types: AssociationType[], others: AssociationType[], removed: boolean) => {
    for (const { category, typeId } of types) {
      if (others.some((other) => other.typeId === typeId)) continue;
      const definition = byId.get(typeId);
      const primary = definition?.isPrimary ?? false;
      changes.push(linkChange(pair, { type: { category, typeId }, removed, primary }, cause));
      const seenBack = { category, typeId: definition?.inverse ?? typeId };
      changes.push(linkChange(inverse, { type: seenBack, removed, primary }, cause));
    }
  };
  note(before, after, true);
  note(after, before, false);
  if (changes.some((change) => change.kind === "associationChange" && change.primary)) {
    notePrimaryCompany(portal, pair, cause);
  }
  return changes;
}

function storeTypes(portal: Portal, { fromTypeId, fromId, toTypeId, toId }: Pair, types: AssociationType[]): void {
  const key = `${fromTypeId}:${fromId}:${toTypeId}`;
  const links = portal.associations.get(key);
  if (types.length === 0) {
    links?.delete(toId);
    if (links?.size === 0) portal.associations.delete(key);
    return;
  }
  if (links) links.set(toId, types);
  else portal.associations.set(key, new Map([[toId, types]]));
}

function linkChange(
  pair: Pair,
  { type, removed, primary }: { type: AssociationType; removed: boolean; primary: boolean },
  { at, source }: Cause,
): Change {
  return {
    kind: "associationChange",
    fromObjectTypeId: pair.fromTypeId,
    fromObjectId: pair.fromId,
    toObjectTypeId: pair.toTypeId,
    toObjectId: pair.toId,
    type,
    removed,
    primary,
    at,
    source,
  };
}

/** Keeps a contact's `associatedcompanyid` (hubspot.md §4.3) true to its primary company. */
function notePrimaryCompany(portal: Portal, pair: Pair, cause: Cause): void {
  const contactId = pair.fromTypeId === "0-1" ? pair.fromId : pair.toTypeId === "0-1" ? pair.toId : undefined;
  const contact = contactId === undefined ? undefined : portal.records.get("0-1")?.get(contactId);
  if (!contact) return;
  const links = [...(portal.associations.get(`0-1:${contact.id}:0-2`) ?? [])];
  const primary = links.find(([, types]) => types.some(({ typeId }) => typeId === 1));
  commitValues(portal, "0-1", contact, { values: [["associatedcompanyid", primary?.[0] ?? ""]], cause });
}

function stampContact(portal: Portal, pair: Pair, cause: Cause): void {
  const [typeId, id, contactId] =
    pair.toTypeId === "0-1" ? [pair.fromTypeId, pair.fromId, pair.toId] : [pair.toTypeId, pair.toId, pair.fromId];
  if (pair.fromTypeId !== "0-1" && pair.toTypeId !== "0-1") return;
  const activity = portal.records.get(typeId)?.get(id);
  const contact = portal.records.get("0-1")?.get(contactId);
  if (!activity || !contact) return;
  const values = contactStamps(contact, typeId, activity);
  if (values.length > 0) commitValues(portal, "0-1", contact, { values, cause });
}

function invalidObject(typeId: string, id: string): Error {
  const type = singularName(typeId).toUpperCase();
  return validationError(`${type}=${id} is not valid`, {
    subCategory: "crm.associations.INVALID_OBJECT_IDS",
    context: { [type]: [id] },
  });
}
