import { createHash } from "node:crypto";
import avro from "avsc";
import type { Field, FieldType, SObject } from "../schema.ts";

/** A field inside a compound one: `Street` of BillingAddress, which the record calls `BillingStreet`. */
export type Part = { name: string; field: Field };

/** A field of the event after ChangeEventHeader. `branch`: the Avro name of a compound field's record, null of others. */
export type EventField = { name: string; field: Field; branch: string | null; parts: readonly Part[] };

/** The Avro schema of an object's change events at one time; one object of describe has one. */
export type EventSchema = {
  /** A hash of `json`. */
  id: string;
  json: string;
  /** The first has index 1 in the bitmaps: 0 is ChangeEventHeader. */
  fields: readonly EventField[];
  /** Longs are BigInts, and values of unions wrapped: `{ string: "x" }`. */
  type: avro.Type;
};

const namespace = "com.sforce.eventbus";

/** Derived fields that no change event has, though describe calls them fields like others (salesforce.md §1.2). */
const neverSent = new Set([
  "Id",
  "IsDeleted",
  "SystemModstamp",
  "LastActivityDate",
  "LastViewedDate",
  "LastReferencedDate",
  "PhotoUrl",
]);

const avroTypes: Readonly<Record<FieldType, "string" | "boolean" | "int" | "double" | "long">> = {
  id: "string",
  reference: "string",
  string: "string",
  textarea: "string",
  email: "string",
  phone: "string",
  url: "string",
  picklist: "string",
  boolean: "boolean",
  int: "int",
  double: "double",
  currency: "double",
  date: "long",
  datetime: "long",
  time: "long",
  address: "string",
};

/** The Avro type of a field's values. */
export const avroTypeOf = (field: Field) => avroTypes[field.type];

const known = new WeakMap<SObject, EventSchema>();

/** The schema of `object`'s change events. A changed object is another object, so each is worked out once. */
export function eventSchemaOf(object: SObject): EventSchema {
  let schema = known.get(object);
  if (!schema) {
    schema = createEventSchema(object);
    known.set(object, schema);
  }
  return schema;
}

/** `Lead` → `LeadChangeEvent`, `My_Obj__c` → `My_Obj__ChangeEvent`. */
export function eventNameOf(objectName: string): string {
  return `${objectName.replace(/__c$/, "__")}ChangeEvent`;
}

function createEventSchema(object: SObject): EventSchema {
  const defined = new Map<string, string>();
  const fields: EventField[] = [];
  const avroFields: unknown[] = [headerField];
  for (const field of object.fields) {
    if (neverSent.has(field.name) || isPart(object, field)) continue;
    const parts = partsOf(object, field);
    if (field.calculated && parts.length === 0) continue;
    const { branch, union } = unionOf(object, field, parts, defined);
    fields.push({ name: field.name, field, branch, parts });
    avroFields.push({ name: field.name, type: union, default: null });
  }
  const json = JSON.stringify({ type: "record", name: eventNameOf(object.name), namespace, fields: avroFields });
  const id = createHash("sha256").update(json).digest("base64url").slice(0, 22);
  const type = avro.Type.forSchema(JSON.parse(json), { wrapUnions: "always", registry: { long: bigLong } });
  return { id, json, fields, type };
}

/** A part of a compound field has no place of its own: it is inside that field. */
function isPart(object: SObject, { name, compoundFieldName }: Field): boolean {
  return object.fields.some(
    (field) => field.name === compoundFieldName && field.name !== name && !isSwitchableName(object, field),
  );
}

function partsOf(object: SObject, compound: Field): Part[] {
  if (isSwitchableName(object, compound)) return [];
  const prefix = compound.name.endsWith("Address") ? compound.name.slice(0, -"Address".length) : "";
  return object.fields
    .filter((field) => field.compoundFieldName === compound.name && field !== compound && !field.calculated)
    .map((field) => ({ field, name: field.name.startsWith(prefix) ? field.name.slice(prefix.length) : field.name }));
}

/** `defined`: the records that the schema has so far, by name; Avro defines each once and refers to it from then on. */
function unionOf(object: SObject, field: Field, parts: readonly Part[], defined: Map<string, string>) {
  if (isSwitchableName(object, field)) return { branch: null, union: ["null", "string", switchablePersonName] };
  if (parts.length === 0) return { branch: null, union: ["null", avroTypeOf(field)] };
  const partFields = parts.map((part) => ({ name: part.name, type: ["null", avroTypeOf(part.field)], default: null }));
  const shape = JSON.stringify(partFields);
  const usual = field.name === "Name" ? "PersonName" : "Address";
  const name = defined.has(usual) && defined.get(usual) !== shape ? field.name : usual;
  const record = defined.has(name) ? `${namespace}.${name}` : { type: "record", name, fields: partFields };
  defined.set(name, shape);
  return { branch: `${namespace}.${name}`, union: ["null", record] };
}

/** An account's Name is a text, or the name of a person in an org that has person accounts; ours has none. */
function isSwitchableName(object: SObject, field: Field): boolean {
  return object.name === "Account" && field.name === "Name";
}

const switchablePersonName = {
  type: "record",
  name: "Switchable_PersonName",
  fields: ["Salutation", "FirstName", "LastName", "MiddleName", "InformalName", "Suffix"].map((name) => ({
    name,
    type: ["null", "string"],
    default: null,
  })),
};

const texts = { type: "array", items: "string" };

/** Of every change event the first field. */
const headerField = {
  name: "ChangeEventHeader",
  type: {
    type: "record",
    name: "ChangeEventHeader",
    fields: [
      { name: "entityName", type: "string" },
      { name: "recordIds", type: texts },
      {
        name: "changeType",
        type: {
          type: "enum",
          name: "ChangeType",
          symbols: [
            "CREATE",
            "UPDATE",
            "DELETE",
            "UNDELETE",
            "GAP_CREATE",
            "GAP_UPDATE",
            "GAP_DELETE",
            "GAP_UNDELETE",
            "GAP_OVERFLOW",
            "SNAPSHOT",
          ],
        },
      },
      { name: "changeOrigin", type: "string" },
      { name: "transactionKey", type: "string" },
      { name: "sequenceNumber", type: "int" },
      { name: "commitTimestamp", type: "long" },
      { name: "commitNumber", type: "long" },
      { name: "commitUser", type: "string" },
      { name: "nulledFields", type: texts },
      { name: "diffFields", type: texts },
      { name: "changedFields", type: texts },
    ],
  },
};

/** Commit numbers have 64 bits: a JavaScript number would lose the last ones. */
const bigLong = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});
