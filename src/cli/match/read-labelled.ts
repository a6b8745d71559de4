import { cleanText } from "../../engine/clean-text.ts";
import type { LabelledLead } from "../../engine/match/learn.ts";
import type { Cli } from "../cli.ts";
import { labelledColumns, labelOf } from "./columns.ts";
import { readLeads } from "./read-leads.ts";

export type LabelledRow = LabelledLead & { line: number };

/** `strangers`: leads whose label names no account of the table. They can neither be matched rightly nor be learned from. */
export type Labelled = { leads: readonly LabelledRow[]; strangers: readonly LabelledRow[] };

const mostTold = 10;

/** Leads with the accounts that they are said to belong to. What has no account of the table is told and set apart. */
export async function readLabelled(
  cli: Cli,
  { leads: file, accounts }: { leads: string; accounts: string },
  accountIds: Pick<ReadonlySet<string>, "has">,
): Promise<Labelled> {
  const leads: LabelledRow[] = [];
  const strangers: LabelledRow[] = [];
  for await (const { line, id, lead, cells } of readLeads(cli, file, labelledColumns)) {
    const accountId = labelOf(cells);
    const isKnown = accountId === null || accountIds.has(accountId);
    (isKnown ? leads : strangers).push({ line, id, lead, accountId, slice: cells.slice?.trim() ?? "" });
  }
  if (strangers.length > 0) {
    const lines = strangers
      .slice(0, mostTold)
      .map(({ line, accountId }) => `line ${line} (${cleanText(accountId ?? "")})`);
    const rest = strangers.length > mostTold ? ` and ${strangers.length - mostTold} more` : "";
    cli.complain(
      `${file}: left out, ${strangers.length} of ${leads.length + strangers.length} leads: ${accounts} lacks the account that true_account_id names: ${lines.join(", ")}${rest}.`,
    );
  }
  return { leads, strangers };
}
