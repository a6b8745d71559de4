import avro from "avsc";
import { z } from "zod";
import { namesIn, type RecordSchema } from "./bitmap.ts";
import type { Change } from "./change.ts";

/** Reads the events of one schema. */
export type Decoder = (event: { id: string; payload: Uint8Array }) => Change;

const schemaShape = z.object({ fields: z.array(z.object({ name: z.string(), type: z.unknown() })) });

const header = z.object({
  entityName: z.string(),
  recordIds: z.array(z.string()),
  changeType: z.string(),
  changeOrigin: z.string(),
  commitTimestamp: z.bigint(),
  changedFields: z.array(z.string()),
});

/** Longs exceed what a JavaScript number holds (salesforce.md §1.2, `commitNumber`). */
const longs = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer(value: bigint) {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});

/** A decoder for a schema as GetSchema gives it. Throws for a text that is no schema of change events. */
export function createDecoder(schemaJson: string): Decoder {
  const schema = schemaShape.parse(JSON.parse(schemaJson));
  const type = avro.Type.forSchema(JSON.parse(schemaJson), { wrapUnions: "never", registry: { long: longs } });
  return ({ id, payload }) => toChange(id, type.fromBuffer(Buffer.from(payload)), schema);
}

function toChange(eventId: string, decoded: unknown, schema: RecordSchema): Change {
  const row = z.looseObject({ ChangeEventHeader: header }).parse(decoded);
  const { entityName, recordIds, changeType, changeOrigin, commitTimestamp, changedFields } = row.ChangeEventHeader;
  const changed = namesIn(changedFields, schema);
  const kind = kindOf(changeType);
  // A new record tells all that it has, and names none of it (salesforce.md §1.2).
  const told = kind === "create" ? schema.fields.map(({ name }) => name) : changed;
  const texts = told.flatMap((name): [string, string][] => {
    const value = Reflect.get(row, name);
    return typeof value === "string" ? [[name, value]] : [];
  });
  return {
    ...{ eventId, entity: entityName, recordIds, kind, changed },
    values: Object.fromEntries(texts),
    commitAt: Number(commitTimestamp),
    client: /;client=([^;]+)/.exec(changeOrigin)?.[1] ?? null,
  };
}

function kindOf(changeType: string): Change["kind"] {
  if (changeType === "GAP_OVERFLOW") return "overflow";
  if (changeType.startsWith("GAP_")) return "gap";
  const kinds = { CREATE: "create", UPDATE: "update", DELETE: "delete", UNDELETE: "undelete" } as const;
  // What is not known yet is looked at like a gap: the record is read.
  return kinds[changeType as keyof typeof kinds] ?? "gap";
}
