import { percentile, rounded } from "./measure.ts";
import { startChild } from "./workers-child.ts";

export type LoadOptions = { url: string; secret: string; portals: number };

/** `perSecond` null: as fast as answers come. Otherwise posts fall due at a steady rate, whatever the answers do. */
export type LoadQuestion = {
  do: "post";
  perSecond: number | null;
  connections: number;
  events: number;
  seconds: number;
};

export type Loaded = {
  seconds: number;
  posts: number;
  acknowledged: number;
  /** 503 with Retry-After. */
  refused: number;
  /** What else came instead of an answer, by what it was: a status, or the error of the connection. */
  wrong: Readonly<Record<string, number>>;
  /** Due, and never sent: the load's process could not keep up. */
  unsent: number;
  /** Of acknowledgements, then of refusals; from the moment the post was sent. */
  ackMs: Spread;
  refusalMs: Spread;
  /** Acknowledgements, from the moment the post was due: what waited in the sender is in it. */
  ackFromDueMs: Spread;
  /** Numbers of the acknowledged deliveries, and how many events each had. */
  batches: readonly number[];
  events: number;
};

export type Spread = { p50: number; p99: number; max: number };

export function spreadOf(values: readonly number[]): Spread {
  const max = values.reduce((most, value) => Math.max(most, value), 0);
  const [p50, p99] = [percentile(values, 0.5), percentile(values, 0.99)];
  return { p50: rounded(p50, 1), p99: rounded(p99, 1), max: rounded(max, 1) };
}

/** A sender of signed deliveries in a process of its own. */
export type Load = {
  post(question: Omit<LoadQuestion, "do">): Promise<Loaded>;
  stop(): Promise<void>;
};

export async function startLoad(options: LoadOptions): Promise<Load> {
  const child = await startChild(new URL("./overload-load-child.ts", import.meta.url), options);
  return {
    post: async (question) => parseLoaded(await child.ask({ do: "post", ...question })),
    stop: child.stop,
  };
}

function parseLoaded(value: unknown): Loaded {
  return value as Loaded;
}
