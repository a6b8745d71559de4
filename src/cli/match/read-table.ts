import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Refused } from "../../refused.ts";
import { checkHeader } from "../check-header.ts";
import { splitRecords } from "./split-records.ts";

export type TableRow = { line: number; cells: Readonly<Record<string, string>> };

type Reading = {
  /** Without one of these nothing can be done. */
  columns: readonly string[];
  /** A record that is out of order is told and left out. */
  onBad(problem: string): void;
  /** How much of the file was read, 0 to 1; null at the end. */
  onProgress(share: number | null): void;
};

/**
 * The records of a comma-separated table (RFC 4180) by column name, one after the other: the table may be larger than
 * memory. Throws `Refused` when the header is not in order or there is no such file.
 */
export async function* readTable(file: string, { columns, onBad, onProgress }: Reading): AsyncGenerator<TableRow> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  const input = createReadStream(file, { encoding: "utf8" });
  let header: readonly string[] | null = null;
  let count = 0;
  const leaveOut = (line: number, problem: string) => onBad(`${file}:${line}: left out, ${problem}.`);
  for await (const record of splitRecords(linesOf(input, file))) {
    const { line } = record;
    if (header === null) {
      header = headerOf(file, record, columns);
      continue;
    }
    count += 1;
    if (count % recordsPerWord === 0 && size > 0) onProgress(Math.min(1, input.bytesRead / size));
    if ("problem" in record) leaveOut(line, record.problem);
    else if (record.cells.length !== header.length) leaveOut(line, "it has more or fewer cells than the header");
    else if (record.cells.some((cell) => cell.includes(foreign)))
      leaveOut(line, 'it is not in UTF-8: save the table as "CSV UTF-8"');
    else yield { line, cells: byName(header, record.cells) };
  }
  if (header === null) checkHeader(file, [], columns);
  onProgress(null);
}

const recordsPerWord = 500;

/** What stands for bytes that are no UTF-8. */
const foreign = "\uFFFD";

function headerOf(
  file: string,
  record: { cells: readonly string[] } | { problem: string },
  columns: readonly string[],
): readonly string[] {
  if ("problem" in record) throw new Refused(`${file}:1: the header cannot be read: ${record.problem}.`);
  checkHeader(file, record.cells, columns);
  return record.cells;
}

function byName(header: readonly string[], cells: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [index, name] of header.entries()) named[name] = cells[index] ?? "";
  return named;
}

/** Some lines at a time, without their ends. */
async function* linesOf(input: ReadStream, file: string): AsyncGenerator<string[]> {
  let rest = "";
  let isFirst = true;
  try {
    for await (const chunk of input) {
      const text = rest + String(chunk);
      const lines = (isFirst ? text.replace(/^\uFEFF/, "") : text).split("\n");
      isFirst = false;
      rest = lines.pop() ?? "";
      yield lines.map(withoutReturn);
    }
  } catch (error) {
    throw refusalOf(error, file);
  }
  if (rest !== "") yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);

function refusalOf(error: unknown, file: string): unknown {
  const code: unknown = Reflect.get(Object(error), "code");
  if (code === "EISDIR") return new Refused(`${file} is a directory: name the table in it that is meant.`);
  if (code === "EACCES") return new Refused(`${file} may not be read by the user that runs this.`);
  return error;
}
