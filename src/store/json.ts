const unstorable = "\u0000";
/** How JSON text shows a NUL or half a surrogate pair; text that only looks so is told apart by the second look. */
const suspicious = /\\u(?:0000|d[89a-f])/;

/**
 * JSON text for `jsonb` columns and for `json_to_recordset`. Lead-supplied text may hold NUL or half a surrogate pair,
 * which PostgreSQL refuses in any text: NULs are dropped, halves become U+FFFD, and the rest of the batch is not lost.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!suspicious.test(text)) return text;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? storable(part) : part));
}

function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes(unstorable) ? whole.replaceAll(unstorable, "") : whole;
}
