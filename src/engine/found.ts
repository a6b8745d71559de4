const mostLetters = 60;

/** A value that stands where another kind of value belongs, as whoever wrote it will find it: `"lots"`, `a list`. */
export function found(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a group of keys";
  if (typeof value !== "string") return String(value);
  return value.length <= mostLetters ? `"${value}"` : `"${value.slice(0, mostLetters)}…"`;
}

/** What was expected, and what stands there instead; only what was expected where nothing does. */
export const insteadOf = (expected: string, value: unknown): string =>
  value === undefined || value === null ? expected : `${expected}, not ${found(value)}`;
