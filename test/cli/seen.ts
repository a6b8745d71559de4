import type { Cli } from "../../src/cli/cli.ts";
import { createManualClock } from "../manual-clock.ts";

/** What a person sees of a command, and whether it did what it was asked. */
export async function seen(run: (cli: Cli) => Promise<void>) {
  const out: string[] = [];
  const err: string[] = [];
  let isOk = true;
  await run({
    clock: createManualClock(),
    memory: { bytes: () => 0, busyShare: () => 0, giveBack: () => undefined },
    isTerminal: false,
    print: (line) => void out.push(line),
    progress: () => undefined,
    complain: (line) => void err.push(line),
    fail: () => {
      isOk = false;
    },
    untilStopped: () => Promise.withResolvers<string>().promise,
  });
  return { out, err, isOk };
}
