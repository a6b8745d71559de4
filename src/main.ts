import type { Cli } from "./cli/cli.ts";
import { errorSentence } from "./cli/error-sentence.ts";
import { createProgress } from "./cli/progress.ts";
import { createLog } from "./log.ts";
import { createProcessMemory } from "./process-memory.ts";
import { createProgram } from "./program.ts";

/** The `baton` command; ends the process when the command's work has ended, with 1 when it was not done. */
export async function main(argv: readonly string[]): Promise<void> {
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
  const cli = createCli();
  try {
    await createProgram(cli).parseAsync(argv);
  } catch (error) {
    cli.complain(errorSentence(error));
    cli.fail();
  }
  // A timer or socket that something forgot must not keep a stopped server from ending.
  process.exit();
}

function createCli(): Cli {
  return {
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      setTimer(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    memory: createProcessMemory(),
    isTerminal: process.stdout.isTTY === true,
    print: (line) => process.stdout.write(`${line}\n`),
    progress: createProgress(),
    complain: (line) => process.stderr.write(`${line}\n`),
    fail() {
      process.exitCode = 1;
    },
    untilStopped,
  };
}

/** The first signal asks; the second means it: the work in flight is then what a crash would leave, which is safe. */
function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    for (const [signal, exitCode] of [
      ["SIGTERM", 143],
      ["SIGINT", 130],
    ] as const) {
      process.on(signal, () => {
        if (isAsked) process.exit(exitCode);
        isAsked = true;
        resolve(signal);
      });
    }
  });
}

/** A bug: what the process holds in memory is not to be trusted any more. What is stored is. */
function crash(error: unknown): void {
  createLog({ level: "error", pretty: process.stdout.isTTY === true }).error({ error }, "unexpected error: stopping");
  process.exit(1);
}
