import { expect, test } from "@jest/globals";
import { isInstallState, makeInstallState } from "../../src/pipeline/install-state.ts";

const now = new Date("2026-11-20T10:00:00.000Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const old = { currentKeyId: "old", keys: new Map([["old", Buffer.alloc(32, 1)]]) };
const rotated = { currentKeyId: "new", keys: new Map([...old.keys, ["new", Buffer.alloc(32, 2)] as const]) };

test("a state is good for ten minutes, also under a key that was rotated meanwhile", () => {
  const state = makeInstallState(old, now);
  expect(isInstallState(rotated, state, after(600_000))).toBe(true);
  expect(isInstallState(rotated, state, after(600_001))).toBe(false);
  expect(isInstallState(rotated, makeInstallState(rotated, now), now)).toBe(true);
});

test("a state has one spelling: another of the same bytes is none", () => {
  const state = makeInstallState(old, now);
  const other = Buffer.from(state, "base64url").toString("base64");
  expect(isInstallState(old, `${other}=`, now)).toBe(false);
});
