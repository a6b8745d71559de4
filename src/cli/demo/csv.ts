import { Refused } from "../../refused.ts";
import { checkHeader } from "../check-header.ts";

/** One record of a table by column name; `line` is where it begins in the file, the header being line 1. */
export type CsvRow = { line: number; cells: Readonly<Record<string, string>> };

/**
 * Reads a comma-separated table whose first record names the columns (RFC 4180, strictly). Throws Refused with the
 * file and the line of the first mistake, of the header first.
 */
export function parseCsv(text: string, options: { file: string; columns: readonly string[] }): CsvRow[] {
  const [header, ...records] = splitRecords(text.replace(/^\uFEFF/, ""), options.file);
  const names = header?.cells ?? [];
  checkHeader(options.file, names, options.columns);
  return records.map(({ line, cells }) => {
    if (cells.length !== names.length) {
      throw new Refused(`${options.file}:${line}: has ${cells.length} cells, but the header names ${names.length}.`);
    }
    return { line, cells: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])) };
  });
}

type CsvRecord = { line: number; cells: string[] };

function splitRecords(text: string, file: string): CsvRecord[] {
  // Quoted with doubled quotes inside, or plain without any; then a comma, a line end or the end.
  const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const records: CsvRecord[] = [];
  let record: CsvRecord = { line: 1, cells: [] };
  let line = 1;
  while (cellPattern.lastIndex < text.length || record.cells.length > 0) {
    const found = cellPattern.exec(text);
    if (!found) throw new Refused(`${file}:${line}: cell ${record.cells.length + 1} has a quote that is not in order.`);
    const [whole, quoted, plain = "", end = ""] = found;
    record.cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    if (end === ",") continue;
    records.push(record);
    record = { line, cells: [] };
  }
  return records;
}
