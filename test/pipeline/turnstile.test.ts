import { beforeEach, expect, test } from "@jest/globals";
import { createTurnstile, type Turnstile } from "../../src/pipeline/turnstile.ts";
import { createManualClock, type ManualClock } from "../manual-clock.ts";

let clock: ManualClock;
let turnstile: Turnstile;
let woken: string[];
beforeEach(() => {
  clock = createManualClock("2026-11-20T10:00:00.000Z");
  turnstile = createTurnstile(clock, 10_000);
  woken = [];
});

const visitor = (name: string) => ({ wake: () => void woken.push(name) });

test("one at a time, and the next is woken when he leaves", () => {
  const [a, b] = [visitor("a"), visitor("b")];
  expect([turnstile.enter(a), turnstile.enter(b)]).toEqual([true, false]);
  expect([turnstile.isInside(a), turnstile.isInside(b)]).toEqual([true, false]);
  turnstile.leave(a);
  expect(woken).toEqual(["b"]);
  expect(turnstile.enter(b)).toBe(true);
});

test("who comes back at once lets those go first who waited, in their order", () => {
  const [a, b, c] = [visitor("a"), visitor("b"), visitor("c")];
  expect([a, b, c].map(turnstile.enter)).toEqual([true, false, false]);
  turnstile.leave(a);
  expect([a, c, b].map(turnstile.enter)).toEqual([false, false, true]);
  turnstile.leave(b);
  expect([a, c].map(turnstile.enter)).toEqual([false, true]);
});

test("a turn ends by itself, and who left late puts nobody out", () => {
  const [a, b] = [visitor("a"), visitor("b")];
  turnstile.enter(a);
  clock.advance(9_999);
  expect(turnstile.enter(b)).toBe(false);
  clock.advance(1);
  expect([turnstile.isInside(a), turnstile.enter(b)]).toEqual([false, true]);
  turnstile.leave(a);
  expect(turnstile.isInside(b)).toBe(true);
});

test("who waits no longer keeps nobody waiting", () => {
  const [a, b, c] = [visitor("a"), visitor("b"), visitor("c")];
  for (const each of [a, b, c]) turnstile.enter(each);
  turnstile.leave(b);
  turnstile.leave(a);
  expect(woken).toEqual(["c"]);
  expect(turnstile.enter(c)).toBe(true);
});
