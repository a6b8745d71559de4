/** A number is written as it is; text is made harmless. Null is an empty cell. */
export type CsvCell = string | number | null;

/**
 * One record of a table for spreadsheets (RFC 4180), its end included: every cell in quotes. Text that a spreadsheet
 * would take for a formula gets an apostrophe in front: what stands in a CRM was typed by strangers (reliability.md S16).
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

const quoted = (cell: CsvCell): string =>
  `"${(typeof cell === "string" ? inert(cell) : String(cell ?? "")).replaceAll('"', '""')}"`;

/** Spreadsheets look past quotes, blanks and what cannot be seen, and take full-width and small signs for the plain ones. */
const formula = /^(?:[\t\r\n]|[\s\p{C}"'`]*[=+\-@＝＋－＠﹦﹢﹣﹫−])/u;

const inert = (text: string): string => (formula.test(text) ? `'${text}` : text);
