import type { Change, ChangeType } from "../change.ts";
import { encodeEvent, plainView } from "./encode-event.ts";
import type { EventSchema } from "./event-schema.ts";
import type { ObjectSchema } from "./schemas.ts";
import type { Switches } from "./switches.ts";

/** The record id of an overflow event, in Salesforce's own words the empty one. */
export const emptyId = "000000000000000AAA";

const gaps: Partial<Record<ChangeType, ChangeType>> = {
  CREATE: "GAP_CREATE",
  UPDATE: "GAP_UPDATE",
  DELETE: "GAP_DELETE",
  UNDELETE: "GAP_UNDELETE",
};

/**
 * The events of one transaction's changes, in order (salesforce.md §1.2): changes beyond the threshold become one
 * GAP_OVERFLOW an object, the same change of several records becomes one event, and one that is too large a gap.
 */
export function prepareTransaction(
  changes: readonly Change[],
  schemaOf: (entityName: string) => ObjectSchema,
  switches: Switches,
): { change: Change; schema: EventSchema }[] {
  const kept = overflow(changes, switches.changesPerTransaction);
  const merged = switches.merge ? merge(kept) : kept;
  return merged.map((change) => {
    const { object, schema } = schemaOf(change.entityName);
    const fits = encodeEvent(schema, change, plainView).length <= switches.maxPayload;
    const sent = fits ? change : asGap(change, gaps[change.changeType] ?? change.changeType);
    return { schema, change: switches.wildcardIds ? { ...sent, recordIds: [`${object.keyPrefix}*`] } : sent };
  });
}

/** Each changed field of an update counts as one change, anything else as one. */
function overflow(changes: readonly Change[], most: number): Change[] {
  const kept: Change[] = [];
  const beyond = new Map<string, Change>();
  let count = 0;
  for (const change of changes) {
    count += Math.max(1, change.changedFields.length);
    if (count <= most) kept.push(change);
    else if (!beyond.has(change.entityName)) beyond.set(change.entityName, change);
  }
  for (const change of beyond.values()) kept.push({ ...asGap(change, "GAP_OVERFLOW"), recordIds: [emptyId] });
  return kept;
}

/** A header without anything of the record. */
function asGap(change: Change, changeType: ChangeType): Change {
  return { ...change, changeType, sequenceNumber: 1, changedFields: [], nulledFields: [], row: null };
}

function merge(changes: readonly Change[]): Change[] {
  const merged: Change[] = [];
  const openByKey = new Map<string, number>();
  for (const change of changes) {
    const key = mergeKey(change);
    const index = key === null ? undefined : openByKey.get(key);
    const first = index === undefined ? undefined : merged[index];
    if (index !== undefined && first && change.commitTimestamp - first.commitTimestamp < 1_000) {
      merged[index] = { ...first, recordIds: [...first.recordIds, ...change.recordIds] };
      continue;
    }
    if (key !== null) openByKey.set(key, merged.length);
    merged.push(change);
  }
  return merged;
}

/** The same for changes that are the same but for the record; null of those that are never merged. */
function mergeKey(change: Change): string | null {
  if (change.changeType !== "UPDATE" && change.changeType !== "DELETE") return null;
  const values = change.changedFields.map((name) => [name, change.row?.[name] ?? null]);
  return JSON.stringify([change.entityName, change.changeType, change.transactionKey, values, change.nulledFields]);
}
