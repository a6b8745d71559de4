import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A `baton serve`, which may die and come back under the same name and address. */
export type BatonProcess = {
  name: string;
  /** Where its health is asked for; no trailing slash. */
  url: string;
  isAlive(): boolean;
  /** Resolves when it is ready, or was killed before; rejects with its own words when it ends by itself. */
  start(): Promise<void>;
  /** At once, as the kernel does it. */
  kill(): void;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
  /** Resolves when it has ended, with how and with its last words. */
  gone(): Promise<string>;
  /** How it ended each time that it was ready and nobody had asked for its end, with its last words. */
  endings(): readonly string[];
};

/** One of the operating system's. */
export type RealProcess = BatonProcess & {
  /** As the kernel numbers it; 0 before the first start. */
  pid(): number;
  /** It has started, and has not ended. */
  isReady(): boolean;
  stand(): void;
  goOn(): void;
  /** A second one with the same settings. */
  another(port: number): RealProcess;
};

export type BatonOptions = {
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  port: number;
  /** The checkout that it runs from. */
  code: string;
};

const startMs = 60_000;

export function createBatonProcess({ name, args, env, port, code }: BatonOptions): RealProcess {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let ended = Promise.resolve("it was never started");
  let words = "";
  let isKilled = false;
  /** It was ready, and whoever started it has not asked for its end. */
  let isWanted = false;
  const endings: string[] = [];

  return {
    name,
    url,
    isReady: () => isWanted && child !== null && child.exitCode === null && child.signalCode === null,
    isAlive: () => child !== null && !isKilled && child.exitCode === null && child.signalCode === null,
    pid: () => child?.pid ?? 0,
    async start() {
      await ended;
      words = "";
      isKilled = false;
      const started = spawn(process.execPath, [`${code}/scripts/baton.js`, "serve", ...args], {
        env: { ...process.env, ...env, PORT: String(port) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      // Not at its exit, when its last words may still be on their way.
      ended = new Promise((resolve) =>
        started.once("close", (code, signal) => {
          const how = `with ${signal ?? `exit code ${code}`}: ${lastLines(words)}`;
          if (isWanted) endings.push(`${name} ended by itself ${how}`);
          isWanted = false;
          resolve(how);
        }),
      );
      // Its log goes to the one, what it tells a person to the other.
      for (const stream of [started.stdout, started.stderr])
        stream?.on("data", (text: Buffer) => {
          words = (words + text.toString()).slice(-4_000);
        });
      await answering(url, () => {
        if (started.exitCode !== null) throw new Error(`${name} ended while it started: ${words}`);
        return started.signalCode === null;
      });
      isWanted = !isKilled && started.exitCode === null && started.signalCode === null;
    },
    kill() {
      isKilled = true;
      isWanted = false;
      child?.kill("SIGKILL");
    },
    stand: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    async stop() {
      isWanted = false;
      child?.kill("SIGTERM");
      // One that stands still would hear it never.
      child?.kill("SIGCONT");
      await ended;
    },
    gone: () => ended,
    endings: () => endings,
    another: (otherPort) => createBatonProcess({ name: `second ${name}`, args, env, port: otherPort, code }),
  };
}

const lastLines = (words: string) => words.trimEnd().split("\n").slice(-5).join("\n");

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

/** This checkout: the code under test, unless another one is asked for. */
export const checkout = fileURLToPath(new URL("..", import.meta.url));

export type BatonSettings = {
  /** What the environment says of the CRMs. */
  crms: Readonly<Record<string, string>>;
  publicUrl: string;
  database: { url: string } | { dataDir: string };
  policyPath: string;
  leaseSeconds: number;
};

/** The environment of a process that works against a sandbox. */
export function batonEnv(settings: BatonSettings): Record<string, string> {
  const { crms, publicUrl, database, policyPath, leaseSeconds } = settings;
  return {
    DATABASE_URL: "url" in database ? database.url : "",
    BATON_DATA_DIR: "dataDir" in database ? database.dataDir : "",
    BATON_PUBLIC_URL: publicUrl,
    BATON_ENCRYPTION_KEYS: `k1:${createHash("sha256").update("a key for this run alone").digest("base64")}`,
    BATON_LEASE_SECONDS: String(leaseSeconds),
    BATON_POLICY: policyPath,
    ...crms,
    LOG_LEVEL: "error",
  };
}

/** A local HubSpot, for the environment. */
export const hubspotVariables = (url: string): BatonSettings["crms"] => ({
  ...{ HUBSPOT_CLIENT_ID: "baton", HUBSPOT_CLIENT_SECRET: "secret" },
  ...{ HUBSPOT_API_URL: url, HUBSPOT_OAUTH_URL: url },
});

/** One that nobody listens on at this moment. */
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
