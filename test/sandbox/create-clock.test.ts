import { afterEach, expect, test } from "@jest/globals";
import type { Clock } from "../../src/sandbox/clock.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";

const started: Clock[] = [];
afterEach(() => {
  for (const clock of started.splice(0)) clock.stop();
});

function aClock(options: { startAt?: number; speed?: number }): Clock {
  const clock = createClock(options);
  started.push(clock);
  return clock;
}

test("a manual clock stands still until it is advanced", () => {
  const clock = aClock({ startAt: 1000, speed: 0 });
  clock.advance(250);

  expect(clock.now()).toBe(1250);
});

test("advance runs what falls due in order of time, then of setting, each at its own time", () => {
  const clock = aClock({ startAt: 0, speed: 0 });
  const seen: string[] = [];
  clock.at(30, () => seen.push(`c@${clock.now()}`));
  clock.at(10, () => seen.push(`a@${clock.now()}`));
  clock.at(30, () => seen.push(`d@${clock.now()}`));
  clock.at(20, () => seen.push(`b@${clock.now()}`));
  clock.at(41, () => seen.push("too late"));
  clock.advance(40);

  expect(seen).toEqual(["a@10", "b@20", "c@30", "d@30"]);
});

test("what a timer schedules within the advanced time runs too", () => {
  const clock = aClock({ startAt: 0, speed: 0 });
  const seen: number[] = [];
  clock.at(10, () => clock.at(clock.now() + 5, () => seen.push(clock.now())));
  clock.advance(15);

  expect(seen).toEqual([15]);
});

test("many timers come out in order", () => {
  const clock = aClock({ startAt: 0, speed: 0 });
  const seen: number[] = [];
  const shuffled = Array.from({ length: 500 }, (_, index) => (index * 7919) % 500);
  shuffled.forEach((at) => {
    clock.at(at, () => seen.push(at));
  });
  clock.advance(500);

  expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index));
});

test("a cancelled timer does not run, and the others do", () => {
  const clock = aClock({ startAt: 0, speed: 0 });
  const seen: string[] = [];
  const cancel = clock.at(5, () => seen.push("cancelled"));
  clock.at(6, () => seen.push("kept"));
  cancel();
  clock.advance(10);

  expect(seen).toEqual(["kept"]);
});

test("at speed 1000 a timer 20 s away runs within real milliseconds", async () => {
  const clock = aClock({ startAt: 0, speed: 1000 });
  const at = await new Promise<number>((resolve) => clock.at(20_000, () => resolve(clock.now())));

  expect(at).toBeGreaterThanOrEqual(20_000);
});

test("an earlier timer set later is not kept waiting by a far one", async () => {
  const clock = aClock({ startAt: 0, speed: 1 });
  clock.at(60_000, () => undefined);
  await new Promise<void>((resolve) => clock.at(5, resolve));

  expect(clock.now()).toBeLessThan(60_000);
});

test("a running clock can be advanced, and stopped by speed 0", () => {
  const clock = aClock({ startAt: 0, speed: 1 });
  clock.setSpeed(0);
  const stoppedAt = clock.now();
  clock.advance(3_600_000);

  expect(clock.now()).toBe(stoppedAt + 3_600_000);
});

test("a stopped clock runs nothing any more", () => {
  const clock = aClock({ startAt: 0, speed: 0 });
  const seen: string[] = [];
  clock.at(5, () => seen.push("ran"));
  clock.stop();
  clock.advance(10);

  expect(seen).toEqual([]);
});
