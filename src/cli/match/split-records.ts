import { parse } from "csv-parse/sync";

/** A record of a table with the line that it begins on, or what is wrong with that line. */
export type SplitRecord = { line: number; cells: readonly string[] } | { line: number; problem: string };

/** A cell may have line breaks within quotes, but no more than an address or a note has. */
const mostLines = 50;
const mostLetters = 1 << 20;

const quotes = "its quotes are not in order";
const length = "it is longer than a million characters, as when a quote is never closed";

/**
 * The records of comma-separated lines (RFC 4180), empty ones left out. A quote that is never closed costs the line that it
 * stands on and no more: what follows is read from the next line on.
 */
export async function* splitRecords(lines: AsyncIterable<readonly string[]>): AsyncGenerator<SplitRecord> {
  const source = lines[Symbol.asyncIterator]();
  let waiting: string[] = [];
  let next = 0;
  let line = 1;
  let columns: number | null = null;

  /** Are there so many lines from here on? */
  async function has(count: number): Promise<boolean> {
    while (waiting.length - next < count) {
      const more = await source.next();
      if (more.done === true) return false;
      waiting = [...waiting.slice(next), ...more.value];
      next = 0;
    }
    return true;
  }

  /** How many lines belong together; 0 where a quote is never closed. */
  async function linesTogether(): Promise<number> {
    let isOpen = false;
    for (let count = 1; count <= mostLines && (await has(count)); count += 1) {
      isOpen = isOpen !== hasOddQuotes(waiting[next + count - 1] ?? "");
      if (!isOpen) return count;
    }
    return 0;
  }

  while (await has(1)) {
    const count = await linesTogether();
    const text = waiting.slice(next, next + Math.max(count, 1)).join("\n");
    const read = count === 0 ? quotes : cellsOf(text);
    // Lines that were taken together by two stray quotes make no record of this table.
    const isWhole = typeof read !== "string" && (count === 1 || columns === null || read.length === columns);
    if (isWhole) {
      if (read.length > 1 || read[0] !== "") {
        columns ??= read.length;
        yield { line, cells: read };
      }
    } else yield { line, problem: typeof read === "string" ? read : quotes };
    const done = isWhole ? count : 1;
    next += done;
    line += done;
  }
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

/** The cells of one record, or what is wrong with it. */
function cellsOf(text: string): readonly string[] | string {
  if (text.length > mostLetters) return length;
  if (!text.includes('"')) return text.split(",");
  try {
    const [cells = [""]]: string[][] = parse(text, { relax_column_count: true });
    return cells;
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    if (typeof code === "string" && code.startsWith("CSV_")) return quotes;
    throw error;
  }
}
