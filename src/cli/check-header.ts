import { cleanText } from "../engine/clean-text.ts";
import { Refused } from "../refused.ts";

/** The header of a comma-separated table. Throws `Refused` when a column is missing, there twice, or commas are no separators. */
export function checkHeader(file: string, names: readonly string[], columns: readonly string[]): void {
  const [only = ""] = names;
  if (names.length === 1 && /[;\t]/.test(only)) {
    const found = only.includes(";") ? "semicolons" : "tabs";
    throw new Refused(`${file}:1: the columns are separated by ${found}: save the table with commas.`);
  }
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Refused(`${file}:1: the header lacks ${missing.join(", ")}.`);
  // Spreadsheets leave columns without a name behind, which nobody reads.
  const second = names.findIndex((name, at) => name !== "" && names.indexOf(name) < at);
  const name = names[second];
  if (name !== undefined)
    throw new Refused(
      `${file}:1: ${cleanText(name)} is the name of columns ${names.indexOf(name) + 1} and ${second + 1}: rename or delete the one that is not meant.`,
    );
}
