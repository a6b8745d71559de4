import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DirectoryInUse, lockDirectory } from "../../src/store/directory-lock.ts";
import { startChild } from "./children/start.ts";
import { fillDirectory } from "./database.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "baton-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const lockFiles = () => readdirSync(directory).filter((name) => name.startsWith("baton.lock"));

/** The lock file that this process writes, as another process would have left it. */
function leaveLock(change: Record<string, unknown>): void {
  const lock = lockDirectory(directory);
  const path = join(directory, lockFiles()[0] ?? "");
  const holder = JSON.parse(readFileSync(path, "utf8"));
  lock.release();
  writeFileSync(path, JSON.stringify({ ...holder, ...change }));
}

test("a second opener in the same process is refused, until the first lets go", () => {
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(DirectoryInUse);
  lock.release();
  expect(() => lockDirectory(directory).release()).not.toThrow();
});

test("a second process is refused with one sentence that names the directory, the process and what to do", async () => {
  await fillDirectory(directory);
  const first = startChild("open-directory.ts", [directory]);
  await first.says("open");
  const second = startChild("open-directory.ts", [directory]);

  expect(await second.exitCode()).toBe(1);
  expect(second.output()).toBe(
    `DirectoryInUse: The data directory ${directory} is in use by the Baton process ${first.pid}: stop that process, ` +
      `choose another directory, or, if you know that no such process runs anywhere, remove ` +
      `${join(directory, "baton.lock.1")}.\n`,
  );
  await first.kill();
});

test("the lock of a killed process is taken over", async () => {
  await fillDirectory(directory);
  const first = startChild("open-directory.ts", [directory]);
  await first.says("open");
  await first.kill();
  const second = startChild("open-directory.ts", [directory]);
  await expect(second.says("open")).resolves.toBeUndefined();
  await second.kill();
});

test("of many that take over one dead lock at once, one wins", async () => {
  await fillDirectory(directory);
  const first = startChild("open-directory.ts", [directory]);
  await first.says("open");
  await first.kill();
  const takers = [1, 2, 3].map(() => startChild("open-directory.ts", [directory]));
  const ends = await Promise.allSettled(takers.map((taker) => taker.says("open")));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await Promise.all(takers.map((taker) => taker.kill()));
});

test.each([
  ["a process of an earlier boot", { bootId: "another boot" }],
  ["a process whose number another one has now", { startedAt: "1" }],
])("the lock of %s is taken over", (_whose, change) => {
  leaveLock(change);
  expect(() => lockDirectory(directory).release()).not.toThrow();
});

test("a lock is not stolen from a process that cannot be seen from here", () => {
  leaveLock({ pidNamespace: "pid:[another container]", pid: 1 });
  expect(() => lockDirectory(directory)).toThrow(DirectoryInUse);
});

test("one lock file is left, however often the directory was opened", () => {
  const opened = [1, 2, 3].map(() => lockDirectory(directory).release());
  expect(opened).toHaveLength(3);
  expect(lockFiles()).toEqual(["baton.lock.3"]);
});

test("a process that cannot write its lock, as on a full disk, leaves no draft of it behind", () => {
  const script = join(import.meta.dirname, "children/open-directory.ts");
  // No file of this shell's children may hold a byte.
  const command = `trap '' XFSZ; ulimit -f 0; exec "$0" "$1" "$2"`;
  const { stderr, status } = spawnSync("bash", ["-c", command, process.execPath, script, directory], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("EFBIG")]);
  expect(lockFiles()).toEqual([]);
});
