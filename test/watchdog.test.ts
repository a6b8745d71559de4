import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";

const script = join(import.meta.dirname, "children/watched.ts");
const stuckMs = 1_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Watched = { child: ChildProcess; words: () => string; ended: Promise<unknown[]> };
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function start(how: string): Promise<Watched> {
  const child = spawn(process.execPath, [script, how, String(stuckMs)], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let words = "";
  child.stdout.on("data", (text: Buffer) => {
    words += text.toString();
  });
  const ended = once(child, "close");
  await once(child.stdout, "data");
  return { child, words: () => words, ended };
}

/** Whether its main thread still answers. */
async function answers({ child, words }: Watched): Promise<boolean> {
  child.kill("SIGUSR2");
  const giveUpAt = performance.now() + 5_000;
  while (!words().includes("alive") && performance.now() < giveUpAt) await pause(20);
  return words().includes("alive");
}

test("a process whose main thread is stuck is ended, and says why", async () => {
  const startedAt = performance.now();
  const watched = await start("loops");
  const [, signal] = await watched.ended;
  expect(signal).toBe("SIGKILL");
  expect(performance.now() - startedAt).toBeGreaterThan(stuckMs);
  const line = JSON.parse(watched.words().split("\n")[1] ?? "");
  expect(line).toMatchObject({ because: "main-thread-stuck", ms: stuckMs });
});

test("one that was stopped as a whole for longer goes on", async () => {
  const watched = await start("waits");
  watched.child.kill("SIGSTOP");
  await pause(3 * stuckMs);
  watched.child.kill("SIGCONT");
  await pause(stuckMs);
  expect(await answers(watched)).toBe(true);
});

test("one that is busy, and comes up for air, goes on", async () => {
  const watched = await start("is busy");
  await pause(3 * stuckMs);
  expect(await answers(watched)).toBe(true);
});

test("one whose disk keeps it waiting goes on", async () => {
  const watched = await start("blocks");
  await pause(3 * stuckMs);
  expect(await answers(watched)).toBe(true);
});

test("one that has nothing more to do ends by itself", async () => {
  const { ended } = await start("has nothing to do");
  expect(await ended).toEqual([0, null]);
});
