import type { Latency } from "../../src/sandbox/latency.ts";
import { startChild } from "./workers-child.ts";

export const portalIdOf = (index: number): number => 71_000 + index;

export type CrmOptions = {
  seed: number;
  portals: number;
  /** Contacts in each portal, none of them qualified. */
  leads: number;
  latency: Latency;
};

/** `perSecond`: by portal, how many leads qualify, evenly spread, for so many seconds; they are taken in order. */
export type Trickle = { perSecond: readonly number[]; seconds: number };

/** What the sandbox's process can be asked. */
export type CrmQuestion =
  | { do: "url" | "count-synced" | "count-done" | "count-calls" | "count-failed-deliveries" }
  | { do: "target"; url: string }
  | { do: "turn-all"; count: number }
  | ({ do: "trickle" } & Trickle);

/** A local HubSpot with many portals, in a process of its own. */
export type Crm = {
  url: string;
  pid: number;
  /** Where webhooks go. */
  target(url: string): Promise<void>;
  /** Portals of which all was read that a new connection wants to know at first. */
  countSynced(): Promise<number>;
  /** So many more leads of each portal turn MQL at once. */
  turnAll(count: number): Promise<void>;
  /** Leads that turned MQL and have an owner and a task now. */
  countDone(): Promise<number>;
  /** Calls that came so far, and how many of them were refused by the rate limit. */
  countCalls(): Promise<{ calls: number; refused: number }>;
  /** Deliveries of events that were not acknowledged; HubSpot sends them again a minute later. */
  countFailedDeliveries(): Promise<number>;
  /** By portal: how long each lead of the trickle waited for its owner, in ms; null: it has none a while after the end. */
  trickle(trickle: Trickle): Promise<(number | null)[][]>;
  stop(): Promise<void>;
};

export async function startCrm(options: CrmOptions): Promise<Crm> {
  const child = await startChild(new URL("./workers-crm-child.ts", import.meta.url), options);
  const ask = (question: CrmQuestion) => child.ask(question);
  return {
    url: String(await ask({ do: "url" })),
    pid: child.pid,
    target: async (url) => void (await ask({ do: "target", url })),
    countSynced: async () => Number(await ask({ do: "count-synced" })),
    turnAll: async (count) => void (await ask({ do: "turn-all", count })),
    countDone: async () => Number(await ask({ do: "count-done" })),
    countCalls: async () => parseCalls(await ask({ do: "count-calls" })),
    countFailedDeliveries: async () => Number(await ask({ do: "count-failed-deliveries" })),
    trickle: async (trickle) => parseWaits(await ask({ do: "trickle", ...trickle })),
    stop: child.stop,
  };
}

function parseCalls(value: unknown): { calls: number; refused: number } {
  return value as { calls: number; refused: number };
}

function parseWaits(value: unknown): (number | null)[][] {
  return value as (number | null)[][];
}
