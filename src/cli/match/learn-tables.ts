import { candidateRecall, crossValidate, type LabelledLead, learn, prepareLead } from "../../engine/match/learn.ts";
import { prepareSizes } from "../../engine/match/learn-sizes.ts";
import { usualTraining } from "../../engine/match/train.ts";
import { Refused } from "../../refused.ts";
import type { Cli } from "../cli.ts";
import { writeOutput } from "../open-output.ts";
import { readBase } from "./read-base.ts";
import { readLabelled } from "./read-labelled.ts";
import { measuresOf, sayMeasures } from "./say-measures.ts";

export type TrainFlags = {
  accounts: string;
  leads: string;
  out: string;
  threshold: number;
  folds: number;
  seed: number;
  json: boolean;
};

/** Learns weights from labelled leads and tells how well they match leads that they were not learned from. */
export async function trainTables(cli: Cli, flags: TrainFlags): Promise<void> {
  const { folds, seed, threshold, out } = flags;
  const { base, entries, classes } = await readBase(cli, flags.accounts);
  const accountIds = new Set(entries.map(({ id }) => id));
  const { leads: labelled } = await readLabelled(cli, flags, accountIds);
  requireEnough(cli, flags.leads, labelled);
  if (labelled.length < folds * 2)
    throw new Refused(`${flags.leads} holds ${labelled.length} leads: too few to learn from in ${folds} folds.`);
  const prepared = labelled.map((lead) => prepareLead(lead, base, classes));
  const others = prepareSizes(labelled, entries, { classes, seed });
  const judged = crossValidate(prepared, others, { folds, seed, threshold, ...usualTraining });
  const recall = candidateRecall(prepared);
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
  if (flags.json) cli.print(JSON.stringify(measuresOf(judged, recall)));
  else sayMeasures(cli, judged, recall);
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
