import { parseArgs } from "node:util";
import type { RunOptions } from "./run.ts";

export type MutationOptions = {
  /** Of the mutations that are wanted; empty: all. */
  names: readonly string[];
  /** What each run is given. */
  run: Pick<RunOptions, "seed" | "only">;
};

/** Null when help is wanted, or the arguments make no sense: an option that is none, a name that is not of `known`. */
export function readMutationOptions(args: readonly string[], known: readonly string[]): MutationOptions | null {
  const parsed = parse(args);
  if (parsed === null) return null;
  const { values, positionals } = parsed;
  if (values.help || !/^[1-9]\d{0,5}$/.test(values.seed)) return null;
  if (positionals.some((name) => !known.includes(name))) return null;
  return { names: positionals, run: { seed: Number(values.seed), only: values.only } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seed: { type: "string", default: "1" },
        only: { type: "string", default: "" },
        help: { type: "boolean", default: false },
      },
    });
  } catch {
    return null;
  }
}
