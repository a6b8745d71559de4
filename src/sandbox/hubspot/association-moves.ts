import { definitionsOf } from "./association-types.ts";
import type { Portal } from "./portal.ts";

type Move = { typeId: string; fromId: string; toId: string };

/** Hands all links of one record to another of its type, as a merge does; the later hand-over wins. Emits nothing. */
export function moveAssociations(portal: Portal, { typeId, fromId, toId }: Move, typeIds: readonly string[]): void {
  for (const otherTypeId of typeIds) {
    const links = portal.associations.get(`${typeId}:${fromId}:${otherTypeId}`);
    if (!links) continue;
    portal.associations.delete(`${typeId}:${fromId}:${otherTypeId}`);
    const key = `${typeId}:${toId}:${otherTypeId}`;
    const merged = portal.associations.get(key) ?? new Map();
    portal.associations.set(key, merged);
    for (const [otherId, types] of links) {
      if (otherId === toId) continue;
      merged.delete(otherId);
      merged.set(otherId, types);
      const back = portal.associations.get(`${otherTypeId}:${otherId}:${typeId}`);
      const seenBack = back?.get(fromId);
      back?.delete(fromId);
      if (back && seenBack) back.set(toId, seenBack);
    }
  }
}

/** Of several primary companies, as a merge may leave them, the one handed over last stays primary. */
export function keepOnePrimary(portal: Portal, typeId: string, id: string): void {
  const links = [...(portal.associations.get(`${typeId}:${id}:0-2`) ?? [])];
  const primaries = new Set(definitionsOf(portal, typeId, "0-2").flatMap((one) => (one.isPrimary ? [one.typeId] : [])));
  const inverses = new Set(definitionsOf(portal, "0-2", typeId).flatMap((one) => (one.isPrimary ? [one.typeId] : [])));
  const rivals = links.filter(([, types]) => types.some((type) => primaries.has(type.typeId))).slice(0, -1);
  for (const [companyId, types] of rivals) {
    const back = portal.associations.get(`0-2:${companyId}:${typeId}`);
    const seenBack = back?.get(id) ?? [];
    portal.associations.get(`${typeId}:${id}:0-2`)?.set(
      companyId,
      types.filter((type) => !primaries.has(type.typeId)),
    );
    back?.set(
      id,
      seenBack.filter((type) => !inverses.has(type.typeId)),
    );
  }
}

/** Forgets all links of a record. Emits nothing. */
export function dissociateAll(portal: Portal, typeId: string, id: string, typeIds: readonly string[]): void {
  for (const otherTypeId of typeIds) {
    const key = `${typeId}:${id}:${otherTypeId}`;
    for (const otherId of portal.associations.get(key)?.keys() ?? []) {
      portal.associations.get(`${otherTypeId}:${otherId}:${typeId}`)?.delete(id);
    }
    portal.associations.delete(key);
  }
}
