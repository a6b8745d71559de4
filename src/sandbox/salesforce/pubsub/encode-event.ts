import type { Change } from "../change.ts";
import type { Field, Row, Value } from "../schema.ts";
import { fieldBitmap } from "./bitmap.ts";
import { avroTypeOf, type EventField, type EventSchema } from "./event-schema.ts";

/** What a subscriber's topic adds to an event, and what its user may not see, by the fields' names. */
export type View = {
  /** Sent with UPDATE and DELETE though unchanged; a compound field by its own name. */
  enrichedFields: readonly string[];
  /** Left out for want of field-level security. */
  hiddenFields: ReadonlySet<string>;
  /** The record as it is at delivery: enriched fields are not kept with the event. Null: as it was then. */
  latest: Row | null;
};

/** The whole event: no field is added, none is hidden. */
export const plainView: View = { enrichedFields: [], hiddenFields: new Set(), latest: null };

/**
 * The Avro payload of `change` (salesforce.md §1.2 "Body differences"): every field is there, and null unless it has a
 * value and was changed or enriched. A CREATE and an UNDELETE have all values; a gap has none; a DELETE has enriched ones.
 */
export function encodeEvent(schema: EventSchema, change: Change, view: View): Buffer {
  const { enrichedFields, hiddenFields } = view;
  const isHidden = (field: Field, compound: Field | null) =>
    hiddenFields.has(field.name) || (compound !== null && hiddenFields.has(compound.name));
  const isSent = sentFields(change, enrichedFields);
  const rowOf = rowsOf(change, view);
  const sentValue = (field: Field, compound: Field | null) =>
    isHidden(field, compound) || !isSent(field, compound)
      ? null
      : wrap(field, rowOf(field, compound)?.[field.name] ?? null);
  const bitmapOf = (names: readonly string[]) => {
    const among = new Set(names);
    return fieldBitmap(schema, (field, compound) => among.has(field.name) && !isHidden(field, compound));
  };
  const isUpdate = change.changeType === "UPDATE";
  const record: Record<string, unknown> = {
    ChangeEventHeader: {
      entityName: change.entityName,
      recordIds: change.recordIds,
      changeType: change.changeType,
      changeOrigin: change.changeOrigin,
      transactionKey: change.transactionKey,
      sequenceNumber: change.sequenceNumber,
      commitTimestamp: BigInt(change.commitTimestamp),
      commitNumber: change.commitNumber,
      commitUser: change.commitUser,
      nulledFields: isUpdate ? bitmapOf(change.nulledFields) : [],
      diffFields: [],
      changedFields: isUpdate ? bitmapOf(change.changedFields) : [],
    },
  };
  for (const field of schema.fields) record[field.name] = valueIn(field, sentValue);
  return schema.type.toBuffer(record);
}

type OfField<Result> = (field: Field, compound: Field | null) => Result;

/** Where a field's value comes from: what was changed from the event, what is only enriched from the record of now. */
function rowsOf({ changeType, changedFields, row }: Change, { latest }: View): OfField<Row | null> {
  if (latest === null || (changeType !== "UPDATE" && changeType !== "DELETE")) return () => row;
  const changed = new Set(changedFields);
  return (field, compound) => (changed.has(field.name) || changed.has(compound?.name ?? "") ? row : latest);
}

function sentFields(change: Change, enriched: readonly string[]): OfField<boolean> {
  switch (change.changeType) {
    case "CREATE":
    case "UNDELETE":
      return () => true;
    case "UPDATE":
    case "DELETE": {
      const names = new Set([...change.changedFields, ...enriched]);
      return (field, compound) => names.has(field.name) || (compound !== null && names.has(compound.name));
    }
    default:
      return () => false;
  }
}

function valueIn({ field, branch, parts }: EventField, sentValue: (field: Field, compound: Field | null) => unknown) {
  if (branch === null) return sentValue(field, null);
  const values = parts.map((part) => [part.name, sentValue(part.field, field)] as const);
  return values.every(([, value]) => value === null) ? null : { [branch]: Object.fromEntries(values) };
}

/** As an Avro union wants it: dates as epoch ms, times as ms of the day. */
function wrap(field: Field, value: Value): Record<string, unknown> | null {
  if (value === null) return null;
  const type = avroTypeOf(field);
  if (type !== "long") return { [type]: value };
  return { long: BigInt(typeof value === "number" ? value : Date.parse(longText(field, String(value)))) };
}

function longText(field: Field, value: string): string {
  return field.type === "time" ? `1970-01-01T${value}` : value;
}
