import type { Field } from "../schema.ts";
import type { EventSchema } from "./event-schema.ts";

/**
 * The fields that are `among` as a change event's header has them (salesforce.md §1.3): `["0x14", "1-0x01"]` — first the
 * event's fields, then those inside the compound field of an index. In the hexadecimal number bit 0 is the first field,
 * and 0 of the event is ChangeEventHeader. Empty when no field is among them. `compound`: what a part is inside of.
 */
export function fieldBitmap(schema: EventSchema, among: (field: Field, compound: Field | null) => boolean): string[] {
  const inner: string[] = [];
  let top = 0n;
  schema.fields.forEach(({ field, parts }, position) => {
    const index = position + 1;
    if (parts.length === 0 && among(field, null)) top |= 1n << BigInt(index);
    const bits = bitsOf(parts.map((part) => among(part.field, field)));
    if (bits > 0n) inner.push(`${index}-${hexadecimal(bits)}`);
  });
  return top > 0n ? [hexadecimal(top), ...inner] : inner;
}

function bitsOf(flags: readonly boolean[]): bigint {
  return flags.reduce((bits, isSet, index) => (isSet ? bits | (1n << BigInt(index)) : bits), 0n);
}

/** Whole bytes, in upper case. */
function hexadecimal(bits: bigint): string {
  const digits = bits.toString(16).toUpperCase();
  return `0x${digits.length % 2 === 0 ? digits : `0${digits}`}`;
}
