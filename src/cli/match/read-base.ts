import { randomSeed } from "../../account-index/random-seed.ts";
import { loadMailDomains } from "../../data/mail-domains.ts";
import { cleanText } from "../../engine/clean-text.ts";
import type { Base } from "../../engine/match/base.ts";
import { buildBase } from "../../engine/match/build-base.ts";
import type { DomainClasses } from "../../engine/match/domain-forms.ts";
import type { AccountEntry } from "../../engine/match/entries.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { accountColumns, toAccountEntry } from "./columns.ts";
import { readTable } from "./read-table.ts";

export type ReadBase = { base: Base; entries: readonly AccountEntry[]; classes: DomainClasses; buildMs: number };

/** The accounts of a table, ready to be matched with. Throws `Refused` when it holds none. */
export async function readBase(cli: Cli, file: string): Promise<ReadBase> {
  const entries: AccountEntry[] = [];
  const known = new Set<string>();
  for await (const { line, cells } of readTable(file, {
    columns: accountColumns,
    onBad: cli.complain,
    onProgress: cli.progress,
  })) {
    const entry = toAccountEntry(cells);
    const problem =
      entry.id === ""
        ? "it has no account_id"
        : known.has(entry.id)
          ? `account ${cleanText(entry.id)} is there already`
          : null;
    known.add(entry.id);
    if (problem === null) entries.push(entry);
    else cli.complain(`${file}:${line}: left out, ${problem}.`);
  }
  if (entries.length === 0) throw new Refused(`${file} holds no accounts.`);
  const classes = loadMailDomains();
  const startedAt = cli.clock.monotonic();
  const base = buildBase(entries, classes, randomSeed());
  return { base, entries, classes, buildMs: cli.clock.monotonic() - startedAt };
}
