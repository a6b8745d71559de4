import { readWeights } from "../../account-index/read-weights.ts";
import { candidateRecall, judge, prepareLead } from "../../engine/match/learn.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { readBase } from "./read-base.ts";
import { readLabelled } from "./read-labelled.ts";
import { measuresOf, sayMeasures } from "./say-measures.ts";
import { mistakesOf, sayMistakes } from "./say-mistakes.ts";

export type EvalFlags = {
  accounts: string;
  leads: string;
  threshold: number;
  json: boolean;
  weights?: string;
  /** How many are named. */
  mistakes: number;
};

/**
 * How well the shipped weights, or others, match labelled leads, and which they match wrongly. Leads whose label names no
 * account of the table are not judged. Throws `Refused` when none are left.
 */
export async function evalTables(cli: Cli, flags: EvalFlags): Promise<void> {
  const { base, entries, classes } = await readBase(cli, flags.accounts);
  const names = new Map(entries.map(({ id, name }) => [id, name]));
  const { leads, strangers } = await readLabelled(cli, flags, names);
  if (leads.length === 0) throw new Refused(`${flags.leads} holds no leads that can be judged.`);
  const prepared = leads.map((lead) => prepareLead(lead, base, classes));
  const weights = readWeights(flags.weights ?? null);
  const judged = prepared.map((each) => judge(each, weights, flags.threshold));
  const recall = candidateRecall(prepared);
  const mistakes = mistakesOf(leads, judged);
  if (!flags.json) {
    sayMeasures(cli, judged, recall);
    cli.print(
      "Leads that the weights were learned from come out better than others: match train judges each by the others.",
    );
    sayMistakes(cli, mistakes, { file: flags.leads, most: flags.mistakes, names });
    return;
  }
  const leftOut = strangers.map(({ line, id, accountId }) => ({ line, lead: id, true: accountId }));
  const named = { mistakeCount: mistakes.length, mistakes: mistakes.slice(0, flags.mistakes), leftOut };
  cli.print(JSON.stringify({ ...measuresOf(judged, recall), ...named }));
}
