import type { Command } from "commander";
import type { Cli } from "./cli/cli.ts";
import type { ExportFlags } from "./cli/export-reviews.ts";
import { refuseWords } from "./cli/refuse-words.ts";
import { runLazily } from "./cli/run-lazily.ts";

type Signed = { by: string; replace: boolean; workspace?: string };

/** Adds `review`: what is asked of a person about the accounts of leads. */
export function addReview(program: Command, cli: Cli): void {
  const review = program
    .command("review")
    .enablePositionalOptions()
    .allowExcessArguments()
    .option("--workspace <id or name>", "only those of this workspace")
    .description("list the leads whose account is not certain, and say which it is")
    .action(({ workspace = null }: { workspace?: string | null }) => {
      refuseWords(review);
      return runLazily(cli, "reviews", { workspace });
    });
  const signed = (command: Command): Command =>
    command
      .requiredOption("--by <name>", "who says so")
      .option("--replace", "overwrite what somebody has said otherwise", false)
      .option("--workspace <id or name>", "whose lead, where there are several workspaces");
  for (const [answer, about] of [
    ["yes", "the lead belongs to the account in question: so do others of its domain or name"],
    ["no", "it does not: nor do others of its domain or, without one, of its name"],
  ] as const)
    signed(review.command(answer))
      .argument("<lead-id>", "the id of the lead in the CRM")
      .description(about)
      .action((leadId: string, flags: Signed) => answerWith(cli, { leadId, answer }, flags));
  signed(review.command("other"))
    .argument("<lead-id>", "the id of the lead in the CRM")
    .argument("<account-id>", "the id of the account that it belongs to")
    .description("the lead belongs to another account than the one in question")
    .action((leadId: string, accountId: string, flags: Signed) =>
      answerWith(cli, { leadId, answer: { accountId } }, flags),
    );
  review
    .command("export")
    .requiredOption("--accounts <file>", "where the accounts are written, as baton match reads them")
    .requiredOption("--leads <file>", "where leads are written whose account a reviewer or the CRM tells")
    .option("--workspace <id or name>", "whose, where there are several workspaces")
    .option("--connection <id>", "which CRM account's, where there are several: ids are their own in each")
    .description("write what match train learns from")
    .action(async (flags: ExportFlags) => {
      const { exportReviews } = await import("./cli/export-reviews.ts");
      await exportReviews(cli, flags);
    });
}

const answerWith = (cli: Cli, answered: object, { replace: replaces, ...flags }: Signed): Promise<void> =>
  runLazily(cli, "review-answer", { ...answered, replaces, ...flags });
