import { Command, Option } from "commander";
import type { Cli } from "./cli/cli.ts";
import type { ReplayFlags } from "./cli/replay.ts";
import { runLazily } from "./cli/run-lazily.ts";
import { addDemo } from "./program-demo.ts";
import { addMatch } from "./program-match.ts";
import { countFromOne, wholeNumber } from "./program-numbers.ts";
import { addReview } from "./program-review.ts";
import { addSandbox } from "./program-sandbox.ts";
import { readVersion } from "./version.ts";

/** The words of the `baton` command: what can be asked, with which options. What is not needed for an answer is not loaded. */
export function createProgram(cli: Cli): Command {
  const program = new Command("baton")
    .description(
      "Lead routing for your CRM that can prove what it does. Settings come from the environment: see the README.",
    )
    .version(readVersion())
    // A command's options are its own, also where commands below it have some of the same names.
    .enablePositionalOptions();

  for (const add of [
    addServe,
    addLink,
    addDemo,
    addSandbox,
    addPolicy,
    addPreview,
    addReplay,
    addMatch,
    addShadow,
    addExplain,
    addReview,
    addAddresses,
    addAlerts,
    addUnassigned,
    addRedrive,
    addKeys,
  ])
    add(program, cli);
  return program;
}

function addServe(program: Command, cli: Cli): void {
  program
    .command("serve")
    .description("run Baton: web and worker in one process, or one of them")
    .addOption(new Option("--role <role>", "default: both").choices(["web", "worker"]))
    .action(async ({ role }: { role?: "web" | "worker" }) => {
      const { serve } = await import("./cli/serve.ts");
      await serve(cli, { role: role ?? "all" });
    });
}

function addLink(program: Command, cli: Cli): void {
  program
    .command("link")
    .argument("<crm>", "the name of the CRM, as in its install address")
    .option("--workspace <id or name>", "which one it joins, where there are several workspaces")
    .description("print where an administrator lets an account of another CRM join a workspace")
    .action(async (crm: string, { workspace = null }: { workspace?: string | null }) => {
      const { runReport } = await import("./cli/run-report.ts");
      await runReport(cli, "link", { crm, workspace });
    });
}

function addPolicy(program: Command, cli: Cli): void {
  const policy = program.command("policy").description("work on policy files");
  policy
    .command("schema")
    .description("print the JSON Schema of a policy, for editors")
    .action(async () => {
      const { policySchema } = await import("./cli/policy.ts");
      await policySchema(cli);
    });
  policy
    .command("print")
    .argument("<file>", "a policy.yaml")
    .description("tell in plain language what a policy does")
    .action(async (file: string) => {
      const { policyPrint } = await import("./cli/policy.ts");
      await policyPrint(cli, file);
    });
  policy
    .command("check")
    .argument("<file>", "a policy.yaml")
    .description("say everything that is wrong with a policy, with its line")
    .action(async (file: string) => {
      const { policyCheck } = await import("./cli/policy.ts");
      await policyCheck(cli, file);
    });
  addPolicyDiff(policy, cli);
  addProving(policy, cli);
  addPublishing(policy, cli);
}

function addPolicyDiff(policy: Command, cli: Cli): void {
  policy
    .command("diff")
    .argument("<before>", "a policy.yaml")
    .argument("<after>", "another one")
    .option("--days <n>", "decide the leads of so many days by both, and tell which go elsewhere", countFromOne)
    .option("--workspace <id or name>", "whose leads, where there are several workspaces")
    .description("tell in plain language what changes, and for whom, when one policy takes the place of another")
    .action(async (before: string, after: string, flags: { days?: number; workspace?: string }) => {
      const { policyDiff } = await import("./cli/policy-diff.ts");
      await policyDiff(cli, [before, after], { days: flags.days ?? null, workspace: flags.workspace ?? null });
    });
}

/** What proves a policy before it goes live. */
function addProving(policy: Command, cli: Cli): void {
  addLint(policy).action(async (file: string, flags: LintFlags) => {
    const { roster = null, leads = null, workspace = null, quietHours = null } = flags;
    const { policyLint } = await import("./cli/prove-policy.ts");
    await policyLint(cli, file, { roster, leads, workspace, quietHours });
  });
  policy
    .command("test")
    .argument("<directory>", "golden leads: files of facts with the outcome that they must get")
    .option("--policy <file>", "the policy that decides them (policy.yaml)")
    .option("--all", "list every branch of the policy that is not covered, not only ten", false)
    .option("--junit <file>", "also write the results there, as JUnit XML")
    .option("--write <decision id>", "instead add a golden lead that a stored decision makes, about a person made up")
    .option("--workspace <id or name>", "with --write: whose decision, where there are several workspaces")
    .description("decide golden leads by a policy, and tell which come out otherwise")
    .action(
      async (directory: string, { policy: file = null, junit = null, write, all, workspace = null }: TestFlags) => {
        const { policyTest } = await import("./cli/policy-test.ts");
        const { writeGolden } = await import("./cli/write-golden.ts");
        if (write === undefined) await policyTest(cli, directory, { policy: file, junit, all });
        else await writeGolden(cli, directory, { decisionId: write, workspace });
      },
    );
}

type TestFlags = {
  policy?: string | null;
  junit?: string | null;
  all: boolean;
  write?: string;
  workspace?: string | null;
};

type LintFlags = { roster?: string; leads?: string; workspace?: string | true; quietHours?: number };

function addLint(policy: Command): Command {
  return policy
    .command("lint")
    .argument("<file>", "a policy.yaml")
    .option("--roster <file>", "who there is: reps as in a world of golden leads")
    .option("--leads <file>", "CSV or JSON of some leads: tells what nobody fills in")
    .option("--workspace [id or name]", "who there is and what is filled in where it is to route")
    .option("--quiet-hours <n>", "hours of a week without anybody on shift that are in order (128)", wholeNumber)
    .description("tell what can be proved wrong with a policy, each with a lead that shows it");
}

type Signed = { by: string; approvedBy: string; workspace?: string | null };

type Publishing = Signed & { golden?: string | null; despite?: string | null };

/** What changes the policy that a workspace routes by. */
function addPublishing(policy: Command, cli: Cli): void {
  const signed = (command: Command): Command =>
    command
      .requiredOption("--by <name>", "who publishes it")
      .requiredOption("--approved-by <name>", "who has looked at it: somebody else")
      .option("--workspace <id or name>", "whose policy, where there are several workspaces");
  signed(policy.command("publish"))
    .argument("<file>", "a policy.yaml")
    .option(
      "--golden <directory>",
      "golden leads that it must pass, this time and from now on (those of the last time)",
    )
    .option("--despite <reason>", "publish it whatever can be proved wrong with it; the history keeps the reason")
    .description("route by this policy from now on, when nothing can be proved wrong with it")
    .action(async (file: string, { workspace = null, golden = null, despite = null, ...names }: Publishing) => {
      const { policyPublish } = await import("./cli/policy.ts");
      await policyPublish(cli, file, { ...names, workspace, golden, despite });
    });
  signed(policy.command("rollback"))
    .option("--to <version>", "an earlier version (the one before)", wholeNumber)
    .description("route by an earlier version again")
    .action(async ({ workspace = null, to = null, ...names }: Signed & { to?: number | null }) => {
      await runLazily(cli, "policy-rollback", { ...names, workspace, to });
    });
  policy
    .command("history")
    .option("--workspace <id or name>", "whose policy, where there are several workspaces")
    .description("list the versions of a policy, who published and who approved them")
    .action(async ({ workspace = null }: { workspace?: string | null }) => {
      await runLazily(cli, "policy-history", { workspace });
    });
}

/** A command on the data of a server, running or not. */
function addPreview(program: Command, cli: Cli): void {
  program
    .command("preview")
    .argument("<lead>", "the id of a lead in the CRM, or a file with a golden lead")
    .description("tell what would become of one lead, and why; nothing is written")
    .option("--policy <file>", "by this policy (the one in force)")
    .option("--workspace <id or name>", "whose lead, where there are several workspaces")
    .action(async (lead: string, { workspace = null, ...flags }: { policy?: string; workspace?: string | null }) => {
      const { preview } = await import("./cli/preview.ts");
      await preview(cli, lead, { ...flags, workspace });
    });
}

/** As the command line gives it: a workspace that nobody named is missing. */
type Unnamed<Flags> = Omit<Flags, "workspace"> & { workspace?: string | null };

function addReplay(program: Command, cli: Cli): void {
  const list = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
  program
    .command("replay")
    .description("decide the leads of the last days again, and tell what would have gone elsewhere and why")
    .option("--days <n>", "how far back", countFromOne, 90)
    .option("--policy <file>", "by this policy (the one in force)")
    .addOption(
      new Option(
        "--from <source>",
        "what Baton decided (store), or the CRM's own history of leads that it never saw (crm)",
      )
        .choices(["store", "crm"])
        .default("store"),
    )
    .option("--connection <id>", "with --from crm: which CRM account, where there are several")
    .option("--workspace <id or name>", "whose leads, where there are several workspaces")
    .option("--csv <file>", "each lead that goes elsewhere, for a spreadsheet")
    .option("--json <file>", "the same with the summary, for programs")
    .option("--without <rep>", "what if this rep had not been there (repeat for more)", list)
    .option("--weight <rep=weight>", "what if this rep had had this weight", list)
    .option("--add-rep <name:team>", "what if there had been one more rep in this team", list)
    .option("--away <rep=from..to>", "what if this rep had been away on these days", list)
    .option("--move <country=territory>", "what if this country had belonged to that territory", list)
    .option("--changes <file>", "the same what-ifs from a YAML file")
    .option("--verify", "check that each stored decision comes out as it was made, and change nothing", false)
    .action(async ({ workspace = null, ...flags }: Unnamed<ReplayFlags>) => {
      const { replay } = await import("./cli/replay.ts");
      await replay(cli, { ...flags, workspace });
    });
}

type ShadowFlags = { connection?: string | null; days: number; csv?: string | null };

function addShadow(program: Command, cli: Cli): void {
  const shadow = program.command("shadow").description("decide beside whoever routes now, and write nothing");
  const switches = [
    ["on", "shadow", "from now on decide a connection's leads and write nothing to its CRM"],
    ["off", "live", "let a connection go live: what is decided from now on is written"],
  ] as const;
  for (const [word, mode, what] of switches)
    shadow
      .command(word)
      .requiredOption("--by <name>", "who switches it: the history keeps that")
      .option("--connection <id>", "which CRM account, where there are several")
      .description(what)
      .action(({ by, connection = null }: { by: string; connection?: string | null }) =>
        runLazily(cli, "shadow-switch", { mode, by, connection }),
      );
  shadow
    .command("report")
    .option("--days <n>", "how far back", countFromOne, 10)
    .option("--connection <id>", "which CRM account, where there are several")
    .option("--csv <file>", "each lead with both owners and why, for a spreadsheet")
    .description("tell day by day who got the leads, whom Baton would have given them to, and why not the same")
    .action(async ({ connection = null, days, csv = null }: ShadowFlags) => {
      const { runReport } = await import("./cli/run-report.ts");
      await runReport(cli, "shadow", { connection, days }, { csv });
    });
}

function addExplain(program: Command, cli: Cli): void {
  program
    .command("explain")
    .argument("<lead-id>", "the id of the lead in the CRM")
    .option("--rep <id or name>", "a rep who has not got it: what would have had to be otherwise")
    .description("tell why a lead went where it went, and what would have sent it elsewhere")
    .action((leadId: string, { rep = null }: { rep?: string | null }) => runLazily(cli, "explain", { leadId, rep }));
}

function addAlerts(program: Command, cli: Cli): void {
  program
    .command("alerts")
    .description("list what waits for a person: what happened, to what, and what to do")
    .option("--seen", "end those that only a person can end: you have seen to them", false)
    .action(({ seen }: { seen: boolean }) => runLazily(cli, seen ? "alerts-seen" : "alerts", {}));
}

function addAddresses(program: Command, cli: Cli): void {
  program
    .command("addresses")
    .description("list where each connected CRM account sends its changes; one of an account's own is a secret")
    .action(async () => {
      const { runReport } = await import("./cli/run-report.ts");
      await runReport(cli, "addresses", {});
    });
}

function addUnassigned(program: Command, cli: Cli): void {
  program
    .command("unassigned")
    .description("list the leads that nobody has: for how long, where each is and why, and who answers for it")
    .option("--workspace <id or name>", "only those of this workspace")
    .option("--hours <n>", "only those that have had nobody for so long", countFromOne, 0)
    .action(({ workspace = null, hours }: { workspace?: string | null; hours: number }) =>
      runLazily(cli, "unassigned", { workspace, hours }),
    );
}

function addRedrive(program: Command, cli: Cli): void {
  program
    .command("redrive")
    .description("work all parked events again")
    .option("--workspace <id or name>", "only those of this workspace")
    .action(({ workspace = null }: { workspace?: string | null }) => runLazily(cli, "redrive", { workspace }));
}

function addKeys(program: Command, cli: Cli): void {
  const keys = program.command("keys").description("work on the encryption keys");
  keys
    .command("rotate")
    .description("encrypt every stored token with the first of BATON_ENCRYPTION_KEYS")
    .action(async () => {
      const { keysRotate } = await import("./cli/keys.ts");
      await keysRotate(cli);
    });
  keys
    .command("forget")
    .argument("<key-id>", "the id of a key that is lost")
    .description("drop the tokens that only a lost key opens; their accounts have to install Baton again")
    .action(async (keyId: string) => {
      const { keysForget } = await import("./cli/keys.ts");
      await keysForget(cli, keyId);
    });
}
