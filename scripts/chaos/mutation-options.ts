import { parseArgs } from "node:util";
import type { RunOptions } from "./run.ts";

export type MutationOptions = {
  /** Of the mutations that are wanted; empty: all. */
  names: readonly string[];
  /** What each run is given. */
  run: Pick<RunOptions, "seed" | "only">;
};

/** Null when help is wanted or the arguments make no sense. */
export function readMutationOptions(args: readonly string[]): MutationOptions | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || !/^[1-9]\d{0,5}$/.test(values.seed)) return null;
  return { names: positionals, run: { seed: Number(values.seed), only: values.only } };
}
