import { expect, test } from "@jest/globals";
import type { RealProcess } from "../../scripts/baton-process.ts";
import { startSecond } from "../../scripts/chaos/real-world.ts";
import type { Admitted } from "../../scripts/chaos/world.ts";

/** A process that runs, and what becomes of another one on its directory. */
function running({ alive = true, start }: { alive?: boolean; start: () => Promise<void> }) {
  const second = { start, kill: () => undefined, gone: async () => undefined };
  return { isAlive: () => alive, pid: () => 17, another: () => second } as unknown as RealProcess;
}

async function admittedBy(process: RealProcess): Promise<string[]> {
  const admitted: Admitted[] = [];
  await startSecond({ note: () => undefined, admitted, member: { process } });
  return admitted.map(({ promise, what }) => `${promise}: ${what}`);
}

const saying = (words: string) => () => Promise.reject(new Error(`second baton ended while it started: ${words}`));
const refusal = saying(
  "The data directory /data is in use by the Baton process 17: stop that process, choose another.",
);

test("a second process is refused when it is told that the directory is in use", async () => {
  expect(await admittedBy(running({ start: refusal }))).toEqual([]);
});

test("a second process that is let in, or that ends for any other reason, was not refused", async () => {
  expect(await admittedBy(running({ start: async () => undefined }))).toEqual([
    "I9: a second process on the data directory of one that runs was not told so: was let in",
  ]);
  const [crashed] = await admittedBy(running({ start: saying("TypeError: x is not a function") }));
  expect(crashed).toContain("TypeError: x is not a function");
});

test("a second process may have the directory of one that was killed", async () => {
  expect(await admittedBy(running({ alive: false, start: async () => undefined }))).toEqual([]);
});
