import { expect, test } from "@jest/globals";
import { createProcessMemory } from "../src/process-memory.ts";

test("what is no longer used goes back to the operating system", () => {
  const memory = createProcessMemory();
  let waste: number[][] | null = Array.from({ length: 300 }, () => Array.from({ length: 50_000 }, Math.random));
  const full = memory.bytes();
  expect(waste.length).toBe(300);
  waste = null;
  memory.giveBack();
  expect(full - memory.bytes()).toBeGreaterThan(60e6);
});

test("busy is a share", () => {
  const memory = createProcessMemory();
  expect(memory.busyShare()).toBeGreaterThanOrEqual(0);
  expect(memory.busyShare()).toBeLessThanOrEqual(1);
});
