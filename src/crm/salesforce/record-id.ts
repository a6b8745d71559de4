import { casedBy, to18 } from "./ids.ts";

/**
 * An id as reports and exports show it (15 characters, whose case counts), or with its case lost, in the 18 characters of
 * the API. What can be no id stays as it is.
 */
export function recordId(text: string): string {
  const id = text.trim();
  return to18(id) ?? to18(casedBy(id)) ?? id;
}
