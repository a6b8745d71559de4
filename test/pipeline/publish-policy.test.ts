import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { findWorkspace, publish, rollBack } from "../../src/pipeline/publish-policy.ts";
import type { Db } from "../../src/store/db.ts";
import { activePolicy, publishPolicy } from "../../src/store/policies.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { openTestDatabase } from "../store/database.ts";
import { after, now } from "../store/records.ts";

let db: Db;
let shipped: string;
const workspace = { id: "w1", name: "Acme" };
const signed = { by: "Ada", approvedBy: "Bo" };
const draft = (change: string) => `${shipped}# ${change}\n`;
const active = async () => (await activePolicy(db.query, workspace.id))?.text;

beforeAll(async () => {
  db = await openTestDatabase();
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await ensureWorkspace(db.query, { ...workspace, at: now });
  await db.transaction((tx) => publishPolicy(tx, { workspaceId: workspace.id, text: shipped, at: now }));
});
afterAll(() => db.close());

test("a draft that somebody else approved becomes the next version", async () => {
  expect(await publish(db, { workspace, text: draft("two"), at: after(60), ...signed })).toBe(2);
  expect(await active()).toBe(draft("two"));
});

test.each([
  ["by nobody", { by: " ", approvedBy: "Bo" }, "Say who publishes it"],
  ["approved by nobody", { by: "Ada", approvedBy: "" }, "who approved"],
  ["approved by its author", { by: "Ada", approvedBy: "ADA " }, "somebody else"],
])("one %s is not published", async (_, names, message) => {
  await expect(publish(db, { workspace, text: draft("alone"), at: after(61), ...names })).rejects.toThrow(message);
  await expect(rollBack(db, { workspace, to: null, at: after(61), ...names })).rejects.toThrow(message);
  expect(await active()).toBe(draft("two"));
});

test("a broken draft is not published, and all that is wrong with it is told", async () => {
  const text = draft("broken").replace("pool: general, wait", "pool: generl, wait").replace("max_owners: 3", "");
  const broken = publish(db, { workspace, text: `${text}max_owners: 0\n`, at: after(62), ...signed });
  await expect(broken).rejects.toThrow(/no pool "generl"[\s\S]*max_owners/);
  expect(await active()).toBe(draft("two"));
});

test("what is in force already is not published again", async () => {
  const same = publish(db, { workspace, text: draft("two"), at: after(63), ...signed });
  await expect(same).rejects.toThrow("Acme routes by this very policy already, as its version 2");
});

test("a rollback is a version of its own, and two go back two", async () => {
  await publish(db, { workspace, text: draft("three"), at: after(70), ...signed });
  expect(await rollBack(db, { workspace, to: null, at: after(71), ...signed })).toEqual({ version: 4, restores: 2 });
  expect(await active()).toBe(draft("two"));
  expect(await rollBack(db, { workspace, to: null, at: after(72), ...signed })).toEqual({ version: 5, restores: 1 });
  expect(await active()).toBe(shipped);
  await expect(rollBack(db, { workspace, to: null, at: after(72), ...signed })).rejects.toThrow(
    "Acme routes by the first version that it had, and none was before: say which, with --to.",
  );
  expect(await rollBack(db, { workspace, to: 3, at: after(73), ...signed })).toEqual({ version: 6, restores: 3 });
  for (const to of [0, 6, 7])
    await expect(rollBack(db, { workspace, to, at: after(74), ...signed })).rejects.toThrow("no earlier version");
});

test("the history says who, and what is in force", async () => {
  expect(await commands["policy-history"](db, { workspace: null }, now)).toEqual([
    `6  ${after(73)}  by Ada, approved by Bo, version 3 again  (in force)`,
    `5  ${after(72)}  by Ada, approved by Bo, version 1 again`,
    `4  ${after(71)}  by Ada, approved by Bo, version 2 again`,
    `3  ${after(70)}  by Ada, approved by Bo`,
    `2  ${after(60)}  by Ada, approved by Bo`,
    `1  ${now}  with the install`,
  ]);
});

test("a workspace is found by its id or name; where there are several, or none such, the choices are told", async () => {
  await ensureWorkspace(db.query, { id: "w2", name: "Globex", at: after(1) });
  await ensureWorkspace(db.query, { id: "w3", name: "Globex", at: after(2) });

  expect([await findWorkspace(db, "w1"), await findWorkspace(db, "Acme")]).toEqual([workspace, workspace]);
  await expect(findWorkspace(db, null)).rejects.toThrow("say which with --workspace: Acme (w1), Globex (w2)");
  await expect(findWorkspace(db, "Globex")).rejects.toThrow("several workspaces");
  await expect(findWorkspace(db, "Initech")).rejects.toThrow("no workspace Initech; there are Acme (w1)");
});
