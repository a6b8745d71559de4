import type { AppOptions } from "../app.ts";
import type { Clock } from "../create-deps.ts";

/** What a command is given by main.ts: nothing else in here knows the process. */
export type Cli = {
  clock: Clock;
  memory: NonNullable<AppOptions["memory"]>;
  /** True when a person reads along. */
  isTerminal: boolean;
  /** One line for the person or program that asked. */
  print(line: string): void;
  /** How far a long command has come, from 0 to 1, for a person who waits; null: it has ended. */
  progress(share: number | null): void;
  /** One line on what went wrong. */
  complain(line: string): void;
  /** The command did not do what it was asked: the exit code says so. */
  fail(): void;
  /** Resolves with the signal's name when the process is asked to end; a second signal ends it at once. */
  untilStopped(): Promise<string>;
};
