import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../scripts/baton-process.ts";
import { until } from "./until.ts";

/** A PostgreSQL server of the test's own, which may be killed. */
export type OwnPostgres = {
  url: string;
  /** Resolves when it answers statements. */
  start(): Promise<void>;
  /** At once, without a checkpoint: every connection breaks, and the next start recovers from the log. */
  stopImmediately(): Promise<void>;
  /** Leaves nothing on its file system; only where it has one of its own. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
  remove(): Promise<void>;
};

/** Where initdb and postgres are, the newest version; null: none on this machine. */
export const binaries: string | null =
  globSync("/usr/lib/postgresql/*/bin")
    .concat((process.env.PATH ?? "").split(":").filter(Boolean))
    .filter((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
    .sort((a, b) => Number(/\d+/.exec(b)?.[0] ?? 0) - Number(/\d+/.exec(a)?.[0] ?? 0))[0] ?? null;

/** The server refuses to run as root. */
const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : null;

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

/** Why there can be no server, in words; null: there can. `small`: on a file system of its own. */
export function whyNoPostgres({ small }: { small: boolean }): string | null {
  if (binaries === null) return "there is no PostgreSQL on this machine (initdb and postgres)";
  if (small && !isRoot) return "only root may mount the small file system that is filled";
  return null;
}

/** A fresh server that runs. `diskMb`: on a file system of that size. */
export async function startOwnPostgres({ diskMb }: { diskMb?: number } = {}): Promise<OwnPostgres> {
  if (binaries === null) throw new Error("There is no PostgreSQL on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "baton-own-postgres-"));
  if (diskMb !== undefined) execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m`, "tmpfs", folder]);
  await chmod(folder, 0o700);
  if (user !== null) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const ballast = join(folder, "ballast");
  const server = serverOf(data, await freePort());
  const remove = async () => {
    await server.stopImmediately();
    if (diskMb !== undefined) execFileSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const made = spawn(join(binaries, "initdb"), ["-D", data, "-U", "baton", "-A", "trust", "--no-sync", ...small], {
      ...user,
      cwd: folder,
      stdio: "ignore",
    });
    const [code] = await once(made, "exit");
    if (code !== 0) throw new Error(`initdb ended with ${code}.`);
    await server.start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    ...server,
    async fillDisk() {
      if (diskMb === undefined) throw new Error("This server has no file system of its own.");
      await writeFile(ballast, Buffer.alloc(diskMb * 1024 * 1024)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOSPC") throw error;
      });
    },
    freeDisk: () => rm(ballast),
    remove,
  };
}

/** One megabyte a segment: a small disk holds several. */
const small = ["--wal-segsize", "1"];

function serverOf(data: string, port: number): Pick<OwnPostgres, "url" | "start" | "stopImmediately"> {
  const url = `postgres://baton@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | null = null;
  let words = "";
  const isUp = () => child !== null && child.exitCode === null && child.signalCode === null;

  return {
    url,
    async start() {
      const settings = {
        port: String(port),
        listen_addresses: "127.0.0.1",
        unix_socket_directories: "",
        max_connections: "100",
        min_wal_size: "2MB",
        max_wal_size: "8MB",
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      await until("the PostgreSQL of this test answers", async () => {
        // Out of space it ends by itself while it recovers, as it does under any supervisor.
        if (!isUp()) {
          child = spawn(join(binaries ?? "", "postgres"), ["-D", data, ...flags], {
            ...user,
            cwd: data,
            stdio: ["ignore", "ignore", "pipe"],
          });
          child.stderr?.on("data", (text: Buffer) => {
            words = (words + text.toString()).slice(-2_000);
          });
        }
        return answers(url);
      }).catch((error: unknown) => {
        throw new Error(`${String(error)} Its last words: ${words}`);
      });
    },
    async stopImmediately() {
      if (child === null || !isUp()) return;
      const gone = once(child, "exit");
      child.kill("SIGQUIT");
      await gone;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
