import { readWeights } from "../../account-index/read-weights.ts";
import {
  candidateRecall,
  crossValidate,
  judge,
  type LabelledLead,
  learn,
  prepareLead,
} from "../../engine/match/learn.ts";
import { prepareSizes } from "../../engine/match/learn-sizes.ts";
import { usualTraining } from "../../engine/match/train.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { writeOutput } from "../open-output.ts";
import { labelledColumns, toLeadEntry } from "./columns.ts";
import { readBase } from "./read-base.ts";
import { readTable } from "./read-table.ts";
import { measuresOf, sayMeasures } from "./say-measures.ts";

export type EvalFlags = { accounts: string; leads: string; threshold: number; json: boolean; weights?: string };
export type TrainFlags = {
  accounts: string;
  leads: string;
  out: string;
  threshold: number;
  folds: number;
  seed: number;
  json: boolean;
};

/** How well the shipped weights, or others, match labelled leads. */
export async function evalTables(cli: Cli, flags: EvalFlags): Promise<void> {
  const { base, classes } = await readBase(cli, flags.accounts);
  const prepared = (await readLabelled(cli, flags.leads)).map((lead) => prepareLead(lead, base, classes));
  const weights = readWeights(flags.weights ?? null);
  say(
    cli,
    flags,
    prepared.map((each) => judge(each, weights, flags.threshold)),
    candidateRecall(prepared),
  );
}

/** Learns weights from labelled leads and tells how well they match leads that they were not learned from. */
export async function trainTables(cli: Cli, flags: TrainFlags): Promise<void> {
  const { folds, seed, threshold, out } = flags;
  const { base, entries, classes } = await readBase(cli, flags.accounts);
  const labelled = await readLabelled(cli, flags.leads);
  requireEnough(cli, flags.leads, labelled);
  if (labelled.length < folds * 2)
    throw new Refused(`${flags.leads} holds ${labelled.length} leads: too few to learn from in ${folds} folds.`);
  const prepared = labelled.map((lead) => prepareLead(lead, base, classes));
  const others = prepareSizes(labelled, entries, { classes, seed });
  const judged = crossValidate(prepared, others, { folds, seed, threshold, ...usualTraining });
  const source = `match train: ${prepared.length} leads`;
  const retrieved = cli.clock.now().toISOString().slice(0, 10);
  await writeOutput(
    out,
    `${JSON.stringify({ source, retrieved, ...learn([...prepared, ...others], usualTraining) }, null, 1)}\n`,
  );
  if (!flags.json)
    cli.print(
      `Weights learned from ${prepared.length} leads stand in ${out}. Each lead judged by the other ${folds - 1} of ${folds} parts:`,
    );
  say(cli, flags, judged, candidateRecall(prepared));
}

/** Of fewer the signs of a single lead weigh too much. */
const enough = 300;

function requireEnough(cli: Cli, file: string, labelled: readonly LabelledLead[]): void {
  const withAccount = labelled.filter(({ accountId }) => accountId !== null).length;
  if (withAccount === 0)
    throw new Refused(`${file} has no lead with a true_account_id: there is nothing to learn from.`);
  const without = labelled.length - withAccount;
  if (withAccount < enough || without < enough)
    cli.complain(
      `${file} has ${withAccount} leads with an account and ${without} without: weights learned from fewer than ${enough} of each tend to match worse than the shipped ones. Compare them by match eval, with --weights and without.`,
    );
}

function say(cli: Cli, { json }: { json: boolean }, judged: ReturnType<typeof judge>[], recall: number): void {
  if (json) {
    cli.print(JSON.stringify({ ...measuresOf(judged), candidateRecall: recall }));
    return;
  }
  sayMeasures(cli, judged);
  cli.print("");
  cli.print(
    `The right account was among those that were looked at for ${(recall * 100).toFixed(1)} % of the leads that have one.`,
  );
}

async function readLabelled(cli: Cli, file: string): Promise<LabelledLead[]> {
  const labelled: LabelledLead[] = [];
  for await (const { cells } of readTable(file, {
    columns: labelledColumns,
    onBad: cli.complain,
    onProgress: cli.progress,
  }))
    labelled.push({
      id: cells.lead_id ?? "",
      slice: cells.slice ?? "",
      accountId: cells.true_account_id || null,
      lead: toLeadEntry(cells),
    });
  return labelled;
}
