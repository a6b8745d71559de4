import { startChild } from "./workers-child.ts";

export type StallOptions = { url: string; sockets: number };

/** Senders that never get on, in a process of their own. */
export type Stall = {
  /** How many are connected now, and how many connections were let go and made anew so far. */
  count(): Promise<{ open: number; again: number }>;
  stop(): Promise<void>;
};

export async function startStall(options: StallOptions): Promise<Stall> {
  const child = await startChild(new URL("./overload-stall-child.ts", import.meta.url), options);
  return {
    count: async () => parseCount(await child.ask({ do: "count" })),
    stop: child.stop,
  };
}

function parseCount(value: unknown): { open: number; again: number } {
  return value as { open: number; again: number };
}
