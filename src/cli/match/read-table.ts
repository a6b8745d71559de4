import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Info, parse } from "csv-parse";
import { Refused } from "../../refused.ts";
import { checkHeader } from "../check-header.ts";

export type TableRow = { line: number; cells: Readonly<Record<string, string>> };

type Reading = {
  /** Without one of these nothing can be done. */
  columns: readonly string[];
  /** A record that is out of order is told and left out. */
  onBad(problem: string): void;
  /** How much of the file was read, 0 to 1; null at the end. */
  onProgress(share: number | null): void;
};

const longestRecord = 1 << 20;

/**
 * The records of a comma-separated table (RFC 4180) by column name, one after the other: the table may be larger than
 * memory. Throws `Refused` when the header is not in order or there is no such file.
 */
export async function* readTable(file: string, { columns, onBad, onProgress }: Reading): AsyncGenerator<TableRow> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  // From here to the reading nothing is waited for: an error that nobody listens to yet would end the process.
  const input = createReadStream(file);
  const records = input.pipe(
    parse({
      bom: true,
      columns: (names: string[]) => {
        checkHeader(file, names, columns);
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
  let count = 0;
  input.on("error", (error: NodeJS.ErrnoException) => records.destroy(refusalOf(error, file)));
  for await (const { record, info } of records as AsyncIterable<{ record: Record<string, string>; info: Info }>) {
    count += 1;
    if (count % recordsPerWord === 0 && size > 0) onProgress(Math.min(1, input.bytesRead / size));
    if (Object.values(record).some((cell) => cell.includes(foreign)))
      onBad(`${file}:${info.lines}: left out, it is not in UTF-8: save the table as "CSV UTF-8".`);
    else yield { line: info.lines, cells: record };
  }
  onProgress(null);
}

const recordsPerWord = 500;

/** What stands for bytes that are no UTF-8. */
const foreign = "\uFFFD";

function refusalOf(error: NodeJS.ErrnoException, file: string): Error {
  if (error.code === "EISDIR") return new Refused(`${file} is a directory: name the table in it that is meant.`);
  if (error.code === "EACCES") return new Refused(`${file} may not be read by the user that runs this.`);
  return error;
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
