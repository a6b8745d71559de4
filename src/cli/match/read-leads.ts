import { cleanText } from "../../engine/clean-text.ts";
import type { LeadEntry } from "../../engine/match/entries.ts";
import type { Cli } from "../cli.ts";
import { leadColumns, toLeadEntry } from "./columns.ts";
import { readTable, type TableRow } from "./read-table.ts";

export type LeadRow = TableRow & { id: string; lead: LeadEntry };

/** The leads of a table, one after the other. Rows without an id of their own are told by their line and left out. */
export async function* readLeads(
  cli: Cli,
  file: string,
  columns: readonly string[] = leadColumns,
): AsyncGenerator<LeadRow> {
  const known = new Set<string>();
  for await (const row of readTable(file, { columns, onBad: cli.complain, onProgress: cli.progress })) {
    const { line, cells } = row;
    const id = (cells.lead_id ?? "").trim();
    const problem = id === "" ? "it has no lead_id" : known.has(id) ? `lead ${cleanText(id)} is there already` : null;
    known.add(id);
    if (problem === null) yield { ...row, id, lead: toLeadEntry(cells) };
    else cli.complain(`${file}:${line}: left out, ${problem}.`);
  }
}
