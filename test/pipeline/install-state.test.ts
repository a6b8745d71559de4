import { expect, test } from "@jest/globals";
import { makeInstallState, readInstallState } from "../../src/pipeline/install-state.ts";

const now = new Date("2026-11-20T10:00:00.000Z");
const after = (ms: number) => new Date(now.getTime() + ms);
const old = { currentKeyId: "old", keys: new Map([["old", Buffer.alloc(32, 1)]]) };
const rotated = { currentKeyId: "new", keys: new Map([...old.keys, ["new", Buffer.alloc(32, 2)] as const]) };
const toNone = { workspaceId: null };

test("a state is good for ten minutes, also under a key that was rotated meanwhile", () => {
  const state = makeInstallState(old, now, toNone);
  expect(readInstallState(rotated, state, after(600_000))).toEqual(toNone);
  expect(readInstallState(rotated, state, after(600_001))).toBeNull();
  expect(readInstallState(rotated, makeInstallState(rotated, now, toNone), now)).toEqual(toNone);
});

test("a state has one spelling: another of the same bytes is none", () => {
  const state = makeInstallState(old, now, toNone);
  const other = Buffer.from(state, "base64url").toString("base64");
  expect(readInstallState(old, `${other}=`, now)).toBeNull();
});

test("a state carries the workspace that is to be joined, and names no other when it is changed", () => {
  const state = makeInstallState(old, now, { workspaceId: "w-1" });
  const bytes = Buffer.from(state, "base64url");
  bytes.writeUInt8("2".charCodeAt(0), bytes.length - 33);
  expect(readInstallState(old, state, now)).toEqual({ workspaceId: "w-1" });
  expect(readInstallState(old, bytes.toString("base64url"), now)).toBeNull();
});
