import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Child = {
  pid: number;
  /** Resolves when its output has this text; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** All that it wrote to stdout and stderr. */
  output(): string;
  exitCode(): Promise<number | null>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
};

/** Starts a script of this folder as a process of its own. */
export function startChild(script: string, args: readonly string[]): Child {
  const path = join(import.meta.dirname, script);
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "close");
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString("utf8");
    child.emit("output");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    says: (text) => waitForText({ child, text, exited, output: () => output }),
    async exitCode() {
      await exited;
      return child.exitCode;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

type Waiting = { child: ChildProcess; text: string; exited: Promise<unknown>; output: () => string };

async function waitForText({ child, text, exited, output }: Waiting): Promise<void> {
  while (!output().includes(text)) {
    const ended = await Promise.race([once(child, "output").then(() => false), exited.then(() => true)]);
    if (ended && !output().includes(text)) throw new Error(`ended without saying ${text}: ${output()}`);
  }
}
