import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { giveBackMemory } from "../../src/jobs/give-back-memory.ts";
import type { Repeating } from "../../src/jobs/repeat.ts";
import { silentLog } from "../../src/log.ts";
import { createManualClock } from "../manual-clock.ts";

const process = { megabytes: 0, busy: 0, givenBack: 0, afterwards: 0 };
let clock: ReturnType<typeof createManualClock>;
let giving: Repeating;

beforeEach(() => {
  Object.assign(process, { megabytes: 100, busy: 0, givenBack: 0, afterwards: 110 });
  clock = createManualClock();
  const memory = {
    bytes: () => process.megabytes * 1e6,
    busyShare: () => process.busy,
    giveBack() {
      process.givenBack += 1;
      process.megabytes = process.afterwards;
    },
  };
  giving = giveBackMemory({ ...clock, log: silentLog, memory });
});

afterEach(() => giving.stop());

async function look(times: number): Promise<void> {
  for (let each = 0; each < times; each += 1) {
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("what a flood took is given back once it has been calm for twenty seconds, and not before", async () => {
  Object.assign(process, { megabytes: 400, busy: 0.9 });
  await look(10);
  process.busy = 0.05;
  await look(3);
  expect(process.givenBack).toBe(0);
  await look(1);
  expect([process.givenBack, process.megabytes]).toEqual([1, 110]);
});

test("a moment of calm in the middle of a flood does not count", async () => {
  process.megabytes = 400;
  for (let each = 0; each < 10; each += 1) {
    process.busy = each % 4 === 0 ? 1 : 0;
    await look(1);
  }
  expect(process.givenBack).toBe(0);
});

test("a process that needs its memory is left alone until it has grown again", async () => {
  Object.assign(process, { megabytes: 400, afterwards: 390 });
  await look(50);
  expect(process.givenBack).toBe(1);
  process.megabytes = 480;
  await look(50);
  expect(process.givenBack).toBe(1);
  process.megabytes = 490;
  await look(2);
  expect(process.givenBack).toBe(2);
});

test("a process that grows at every look pauses once a minute", async () => {
  for (let each = 0; each < 120; each += 1) {
    process.megabytes = 400;
    await look(1);
  }
  expect(process.givenBack).toBe(10);
});
