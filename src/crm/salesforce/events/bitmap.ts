/** A record schema of Avro, as far as bitmaps go through it. */
export type RecordSchema = { fields: readonly { name: string; type: unknown }[] };

/**
 * The names of fields that a bitmap of a change event's header stands for (salesforce.md §1.3, "Avro bitmap decoding"): the
 * first entry is about the event's own fields, bit 0 the first of them; "1-0x03" about those inside the field of index 1.
 */
export function namesIn(bitmap: readonly string[], schema: RecordSchema): string[] {
  return bitmap.flatMap((entry) => {
    const [, parent, hex = ""] = /^(?:(\d+)-)?0x([0-9a-f]+)$/i.exec(entry) ?? [];
    if (hex === "") return [];
    if (parent === undefined) return namesAt(hex, schema);
    const field = schema.fields[Number(parent)];
    const inner = field === undefined ? null : recordIn(field.type);
    return inner === null || field === undefined ? [] : namesAt(hex, inner).map((name) => `${field.name}.${name}`);
  });
}

function namesAt(hex: string, { fields }: RecordSchema): string[] {
  const bits = BigInt(`0x${hex}`);
  return fields.flatMap(({ name }, index) => (((bits >> BigInt(index)) & 1n) === 1n ? [name] : []));
}

/** The record of a compound field's union. */
function recordIn(type: unknown): RecordSchema | null {
  const branches: unknown[] = Array.isArray(type) ? type : [type];
  for (const branch of branches)
    if (typeof branch === "object" && branch !== null && "fields" in branch && Array.isArray(branch.fields))
      return { fields: branch.fields };
  return null;
}
