import { randomBytes } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";

/** Another process has this data directory open. The message is for the person who started the second one. */
export class DirectoryInUse extends Error {
  override name = "DirectoryInUse";
}

export type DirectoryLock = { release(): void };

type Holder = { pid: number; bootId: string; startedAt: string; pidNamespace: string; released?: true };

const lockName = /^baton\.lock\.(\d+)$/;

/**
 * Takes the directory for this process, or throws `DirectoryInUse`. PGlite itself lets two processes in, and both lose
 * acknowledged rows (reliability.md §3.9). The lock of a dead process (or of an earlier boot) is taken over.
 *
 * Each holder has a lock file of its own, numbered one above the last; making it is exclusive, and the highest number
 * is never removed, so of two that take over the same dead lock only one wins.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const me = thisProcess();
  for (;;) {
    const last = lastGeneration(directory);
    const holder = last === 0 ? null : readHolder(directory, last);
    if (holder !== null && isAlive(holder, me)) throw inUse(directory, holder, last);

    const mine = last + 1;
    if (!claimGeneration(directory, mine, me)) continue;
    if (lastGeneration(directory) !== mine) {
      // Others came and went between the look and the claim.
      rmSync(pathOf(directory, mine), { force: true });
      continue;
    }
    removeBelow(directory, mine);
    return { release: () => markReleased(directory, mine, me) };
  }
}

function inUse(directory: string, holder: Holder, generation: number): DirectoryInUse {
  const where = resolve(directory);
  return new DirectoryInUse(
    `The data directory ${where} is in use by the Baton process ${holder.pid}: stop that process, choose another ` +
      `directory, or, if you know that no such process runs anywhere, remove ${pathOf(where, generation)}.`,
  );
}

/** Link fails when the name exists, and the content is there with the name: no reader sees half a lock. */
function claimGeneration(directory: string, generation: number, me: Holder): boolean {
  const draft = writeDraft(directory, me);
  try {
    linkSync(draft, pathOf(directory, generation));
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function markReleased(directory: string, generation: number, me: Holder): void {
  renameSync(writeDraft(directory, { ...me, released: true }), pathOf(directory, generation));
}

function writeDraft(directory: string, holder: Holder): string {
  const draft = join(directory, `baton.lock.${holder.pid}-${randomBytes(6).toString("hex")}.draft`);
  try {
    writeFileSync(draft, `${JSON.stringify(holder)}\n`, { flag: "wx" });
  } catch (error) {
    // A full disk makes the file and not its content; whoever restarts Baton until it starts would leave one each time.
    rmSync(draft, { force: true });
    throw error;
  }
  return draft;
}

function lastGeneration(directory: string): number {
  const generations = readdirSync(directory).map((name) => Number(lockName.exec(name)?.[1] ?? 0));
  return Math.max(0, ...generations);
}

function removeBelow(directory: string, generation: number): void {
  for (const name of readdirSync(directory)) {
    const found = lockName.exec(name)?.[1];
    if (found !== undefined && Number(found) < generation) rmSync(join(directory, name), { force: true });
  }
}

/** Null: gone since the look, so look again by trying the next number. */
function readHolder(directory: string, generation: number): Holder | null {
  try {
    return parseHolder(readFileSync(pathOf(directory, generation), "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function parseHolder(text: string): Holder {
  return JSON.parse(text) as Holder;
}

function isAlive(holder: Holder, me: Holder): boolean {
  if (holder.released || holder.bootId !== me.bootId) return false;
  // Another container's processes cannot be seen from here; a lock is not stolen on a guess.
  if (holder.pidNamespace !== me.pidNamespace) return true;
  if (!processExists(holder.pid)) return false;
  return holder.startedAt === processStart(holder.pid);
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

function thisProcess(): Holder {
  return {
    pid: process.pid,
    bootId: readOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    startedAt: processStart(process.pid),
    pidNamespace: readOr("", () => readlinkSync("/proc/self/ns/pid")),
  };
}

/** Clock ticks from boot to the process's start, so that a reused pid is told apart; empty where there is no /proc. */
function processStart(pid: number): string {
  return readOr("", () => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything; start time is the 22nd.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  });
}

function readOr(fallback: string, read: () => string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}

function pathOf(directory: string, generation: number): string {
  return join(directory, `baton.lock.${generation}`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
