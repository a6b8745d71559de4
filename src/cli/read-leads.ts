import { Refused } from "../refused.ts";
import { parseCsv } from "./demo/csv.ts";

type Fields = Readonly<Record<string, string | null>>;

/**
 * Leads of a CSV or JSON file, as their fields by the names of conditions (`score`, `crm.region`; `lead.` before them may
 * stand). Throws `Refused` when it is neither.
 */
export function readLeads(text: string, file: string): Fields[] {
  const rows = file.endsWith(".json")
    ? rowsOfJson(text, file)
    : parseCsv(text, { file, columns: [] }).map(({ cells }) => cells);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.trim().replace(/^lead\./, ""), textOf(value)])),
  );
}

function rowsOfJson(text: string, file: string): Readonly<Record<string, unknown>>[] {
  const isGroup = (row: unknown): row is Record<string, unknown> =>
    typeof row === "object" && row !== null && !Array.isArray(row);
  try {
    const rows: unknown = JSON.parse(text);
    if (Array.isArray(rows) && rows.every(isGroup)) return rows;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused(`${file} is no JSON that we can read: ${error.message}.`);
  }
  throw new Refused(`${file} must be a list of leads, each a group of fields.`);
}

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
