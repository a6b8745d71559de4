import { fork } from "node:child_process";
import type { Latency } from "../../src/sandbox/latency.ts";
import type { CrmName, SandboxAddress } from "./crm-bench.ts";
import type { Side } from "./measure.ts";

export type SandboxOptions = {
  crm: CrmName;
  seed: number;
  /** In the account. */
  leads: number;
  latency: Latency;
  /** Sandbox seconds per real second: latencies, limit windows and stamps all run on it. */
  speed: number;
  /** What the CRM runs of its own for each lead that is written, within the call. */
  automationMs: number;
};

/** What a sandbox's process can be asked. */
export type Ask = { id: number } & Question;
export type Question =
  | { do: "install" | "is-synced" | "begin" | "count-done" | "measure" }
  | { do: "target"; url: string }
  | { do: "turn" | "lead-ids"; from: number; count: number };

/** A sandbox, as its own process has it. */
export type BenchSandbox = { at: SandboxAddress; answer(question: Question): Promise<unknown>; stop(): Promise<void> };

/** A sandbox in a process of its own, so that its work is not charged to whom it measures. */
export type SandboxProcess = {
  crm: CrmName;
  at: SandboxAddress;
  /** An access token, without OAuth. */
  install(): Promise<string>;
  /** Where webhooks go. */
  target(url: string): Promise<void>;
  /** A new connection has asked for all that it wants to know at first. */
  isSynced(): Promise<boolean>;
  /** Calls and leads count from here on. */
  begin(): Promise<void>;
  leadIds(range: { from: number; count: number }): Promise<string[]>;
  /** These leads turn MQL now; answers their ids. */
  turn(range: { from: number; count: number }): Promise<string[]>;
  /** Leads that have an owner and a task. */
  countDone(): Promise<number>;
  measure(): Promise<Side>;
  stop(): Promise<void>;
};

export async function startSandbox(options: SandboxOptions): Promise<SandboxProcess> {
  const child = fork(new URL("./sandbox-child.ts", import.meta.url), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  const reply = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  child.on("message", (message) => {
    const { id, value, problem } = parseReply(message);
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(`The sandbox's process failed: ${problem}`));
  });
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("The sandbox's process ended."));
  });

  function ask(question: Question): Promise<unknown> {
    lastId += 1;
    const answered = reply(lastId);
    child.send({ ...question, id: lastId });
    return answered;
  }

  const ready = reply(0);
  child.send(options);
  return {
    crm: options.crm,
    at: parseAddress(await ready),
    install: async () => parseText(await ask({ do: "install" })),
    target: async (url) => void (await ask({ do: "target", url })),
    isSynced: async () => (await ask({ do: "is-synced" })) === true,
    begin: async () => void (await ask({ do: "begin" })),
    leadIds: async (range) => parseTexts(await ask({ do: "lead-ids", ...range })),
    turn: async (range) => parseTexts(await ask({ do: "turn", ...range })),
    countDone: async () => Number(await ask({ do: "count-done" })),
    measure: async () => parseSide(await ask({ do: "measure" })),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

type Reply = { id: number; value?: unknown; problem?: string };

function parseReply(message: unknown): Reply {
  return message as Reply;
}

export function parseOptions(message: unknown): SandboxOptions {
  return message as SandboxOptions;
}

function parseAddress(value: unknown): SandboxAddress {
  return value as SandboxAddress;
}

function parseText(value: unknown): string {
  return String(value);
}

function parseTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function parseSide(value: unknown): Side {
  return value as Side;
}
