import { createReadStream } from "node:fs";
import { type Info, parse } from "csv-parse";
import { Refused } from "../../refused.ts";

export type TableRow = { line: number; cells: Readonly<Record<string, string>> };

type Reading = {
  /** Without one of these nothing can be done. */
  columns: readonly string[];
  /** A record that is out of order is told and left out. */
  onBad(problem: string): void;
};

const longestRecord = 1 << 20;

/**
 * The records of a comma-separated table (RFC 4180) by column name, one after the other: the table may be larger than
 * memory. Throws `Refused` when a column is missing or there is no such file.
 */
export async function* readTable(file: string, { columns, onBad }: Reading): AsyncGenerator<TableRow> {
  const input = createReadStream(file);
  const records = input.pipe(
    parse({
      bom: true,
      columns: (names: string[]) => {
        const missing = columns.filter((column) => !names.includes(column));
        if (missing.length > 0) throw new Refused(`${file}:1: the header lacks ${missing.join(", ")}.`);
        return names;
      },
      info: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: longestRecord,
      on_skip(error) {
        onBad(`${file}:${error?.lines ?? "?"}: left out, ${meaningOf(error?.code)}.`);
        return undefined;
      },
    }),
  );
  input.on("error", (error) => records.destroy(error));
  for await (const { record, info } of records as AsyncIterable<{ record: Record<string, string>; info: Info }>)
    yield { line: info.lines, cells: record };
}

function meaningOf(code: string | undefined): string {
  switch (code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return "it has more or fewer cells than the header";
    case "CSV_MAX_RECORD_SIZE":
      return "it is longer than a million characters, as when a quote is never closed";
    default:
      return "its quotes are not in order";
  }
}
