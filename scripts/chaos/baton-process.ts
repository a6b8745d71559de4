import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { DatabaseProxy } from "./database-proxy.ts";

/** A real `baton serve`, which may die and come back under the same name and port. */
export type BatonProcess = {
  name: string;
  /** Where its health is asked for; no trailing slash. */
  url: string;
  /** 0 before its start. */
  pid(): number;
  isAlive(): boolean;
  /** Resolves when it is ready, or was killed before; rejects with its own words when it ends by itself. */
  start(): Promise<void>;
  /** At once, as the kernel does it. */
  kill(): void;
  stand(): void;
  goOn(): void;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
  gone(): Promise<void>;
  /** A second one with the same settings. */
  another(port: number): BatonProcess;
};

/** A process, and what stands between it and its database. */
export type Member = { process: BatonProcess; proxy: DatabaseProxy | null };

export const leaseSeconds = 5;

export type BatonOptions = {
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  port: number;
  /** The checkout that it runs from. */
  code: string;
};

const startMs = 60_000;

export function createBatonProcess({ name, args, env, port, code }: BatonOptions): BatonProcess {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let words = "";
  let isKilled = false;

  return {
    name,
    url,
    pid: () => child?.pid ?? 0,
    isAlive: () => child !== null && !isKilled && child.exitCode === null && child.signalCode === null,
    async start() {
      await ended;
      words = "";
      isKilled = false;
      const started = spawn(process.execPath, [`${code}/scripts/baton.js`, "serve", ...args], {
        env: { ...process.env, ...env, PORT: String(port) },
        stdio: ["ignore", "ignore", "pipe"],
      });
      child = started;
      ended = new Promise((resolve) => started.once("exit", () => resolve()));
      started.stderr?.on("data", (text: Buffer) => {
        words = (words + text.toString()).slice(-4_000);
      });
      await answering(url, () => {
        if (started.exitCode !== null) throw new Error(`${name} ended while it started: ${words}`);
        return started.signalCode === null;
      });
    },
    kill() {
      isKilled = true;
      child?.kill("SIGKILL");
    },
    stand: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    async stop() {
      child?.kill("SIGTERM");
      await ended;
    },
    gone: () => ended,
    another: (otherPort) => createBatonProcess({ name: `second ${name}`, args, env, port: otherPort, code }),
  };
}

async function answering(url: string, isWaitedFor: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + startMs;
  while (performance.now() < giveUpAt) {
    if (!isWaitedFor()) return;
    const isUp = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} was not ready within ${startMs / 1000} s.`);
}

export const checkout = fileURLToPath(new URL("../..", import.meta.url));

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
