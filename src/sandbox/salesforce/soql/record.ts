import type { FieldType, Value } from "../schema.ts";

/** One record, parent, child or group of an answer, its parts in the order of SELECT. */
export type SoqlRecord = {
  /** In `attributes`: "Name" of a parent that may be of several objects, "AggregateResult" of a group. */
  type: string;
  /** Where REST has it; null of a group. */
  address: { objectName: string; id: string } | null;
  parts: readonly SoqlPart[];
};

/** Names are in the schema's spelling. */
export type SoqlPart =
  | { kind: "value"; name: string; type: FieldType; value: Value }
  /** A compound address by REST's names of its parts; null when all of them are. */
  | { kind: "address"; name: string; value: Readonly<Record<string, Value>> | null }
  | { kind: "parent"; name: string; record: SoqlRecord | null }
  | { kind: "children"; name: string; records: readonly SoqlRecord[] };

/** The record as REST answers it (salesforce.md §8). `version` is "66.0". */
export function toJson(record: SoqlRecord, options: { version: string }): Record<string, unknown> {
  const { type, address } = record;
  const url = address && `/services/data/v${options.version}/sobjects/${address.objectName}/${address.id}`;
  const json: Record<string, unknown> = { attributes: url === null ? { type } : { type, url } };
  for (const part of record.parts) json[part.name] = partToJson(part, options);
  return json;
}

/** "2026-11-20T09:00:00.000+0000", as REST writes datetimes (salesforce.md §7.4). `at` is in epoch ms. */
export function formatDatetime(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}

function partToJson(part: SoqlPart, options: { version: string }): unknown {
  switch (part.kind) {
    case "value":
      return part.type === "datetime" && typeof part.value === "number" ? formatDatetime(part.value) : part.value;
    case "address":
      return part.value;
    case "parent":
      return part.record && toJson(part.record, options);
    case "children": {
      const { records } = part;
      if (records.length === 0) return null;
      return { totalSize: records.length, done: true, records: records.map((one) => toJson(one, options)) };
    }
  }
}
