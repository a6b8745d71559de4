import { type Command, InvalidArgumentError } from "commander";
import type { Cli } from "./cli/cli.ts";
import type { EvalFlags } from "./cli/match/eval-tables.ts";
import type { TrainFlags } from "./cli/match/learn-tables.ts";
import type { MatchFlags } from "./cli/match/match-tables.ts";
import { refuseWords } from "./cli/refuse-words.ts";
import { wholeNumber } from "./program-numbers.ts";

/** Adds `match`, which matches tables, with `match eval` and `match train`. */
export function addMatch(program: Command, cli: Cli): void {
  const match = tables(program.command("match").enablePositionalOptions().allowExcessArguments(), "")
    .option("--out <file>", "where lead_id, account_id and confidence are written")
    .option("--explain", "add what speaks for and against, and the runners-up", false)
    .option("--weights <file>", "weights that match train wrote (the shipped ones)")
    .option("--policy <file>", "whose `matching` says what counts as automatic and as in review (0.95 and 0.6)")
    .description(
      "match the leads of a table with the accounts of another, and count what would be matched automatically",
    )
    .action(async (flags: MatchFlags) => {
      refuseWords(match);
      need(match, flags, ["accounts", "leads", "out"]);
      const { matchTables } = await import("./cli/match/match-tables.ts");
      await matchTables(cli, flags);
    });
  addEval(match, cli);
  addTrain(match, cli);
}

function addEval(match: Command, cli: Cli): void {
  const judge = tables(match.command("eval"), labelled)
    .option("--weights <file>", "weights that match train wrote (the shipped ones)")
    .option("--mistakes <n>", "how many leads that are matched wrongly are named, or all", countOrAll, 20)
    .description("tell how well leads are matched whose true_account_id is known, and which are matched wrongly")
    .action(async (flags: EvalFlags) => {
      need(judge, flags, ["accounts", "leads"]);
      const { evalTables } = await import("./cli/match/eval-tables.ts");
      await evalTables(cli, flags);
    });
}

function addTrain(match: Command, cli: Cli): void {
  const train = tables(match.command("train"), labelled)
    .option("--out <file>", "where the weights are written")
    .option("--folds <n>", "into how many parts leads are dealt to judge the weights", fromTwo, 5)
    .option("--seed <n>", "how they are dealt", wholeNumber, 1)
    .description("learn weights from leads whose true_account_id is known")
    .action(async (flags: TrainFlags) => {
      need(train, flags, ["accounts", "leads", "out"]);
      const { trainTables } = await import("./cli/match/learn-tables.ts");
      await trainTables(cli, flags);
    });
}

/** What leads have besides when their account is known. */
const labelled =
  "; true_account_id: the account that each belongs to, empty for none; slice, which may be missing: a name for leads of one kind, whose figures are told apart";

const tables = (command: Command, besides: string): Command =>
  command
    .option("--accounts <file>", "a CSV file of accounts: account_id, name, website and more")
    .option("--leads <file>", `a CSV file of leads: lead_id, email, company and more${besides}`)
    .option("--threshold <p>", "how likely an account must be to be given, from 0 to 1", probability, 0.5)
    .option("--json", "the figures for programs", false);

/** Required options of `match` would be asked of the commands below it as well. */
function need(command: Command, flags: object, names: readonly string[]): void {
  const missing = names.find((name) => !(name in flags));
  if (missing !== undefined) command.error(`error: required option '--${missing} <file>' not specified`);
}

function probability(text: string): number {
  const value = /^(?:\d+|\d*\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("It must be from 0 to 1.");
  return value;
}

function countOrAll(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, or all.");
  return Number(text);
}

function fromTwo(text: string): number {
  const count = wholeNumber(text);
  if (count < 2) throw new InvalidArgumentError("It must be 2 or more.");
  return count;
}
