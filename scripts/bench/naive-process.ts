import { fork } from "node:child_process";
import type { CrmName, NaiveAccess } from "./crm-bench.ts";

export type NaiveOptions = NaiveAccess & {
  crm: CrmName;
  leadIds: readonly string[];
  /** Leads at a time. */
  workers: number;
  /** Its clock and all its waits run so many times as fast. */
  factor: number;
  /** The next lead turns MQL when the one before is through. */
  oneAtATime: boolean;
};

/** Runs the naive client in a process of its own until it is through; the number of leads that it gave up. */
export async function runNaive(options: NaiveOptions, onNext?: (id: string) => Promise<unknown>): Promise<number> {
  const child = fork(new URL("./naive-child.ts", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const failed = new Promise<number>((resolve, reject) => {
    child.on("message", (message) => {
      const said = parseSaid(message);
      if (said.failed !== undefined) return resolve(said.failed);
      onNext?.(said.next ?? "").then(() => child.send("go"), reject);
    });
    child.once("exit", (code) => reject(new Error(`The naive client's process ended with ${code}.`)));
  });
  child.send(options);
  return failed;
}

function parseSaid(message: unknown): { failed?: number; next?: string } {
  return message as { failed?: number; next?: string };
}
