import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { requireKeys } from "../../src/pipeline/require-keys.ts";
import { forgetKey, rotateKeys } from "../../src/pipeline/rotate-keys.ts";
import { findConnection } from "../../src/store/connections.ts";
import { readTokens, saveTokens } from "../../src/store/tokens.ts";
import { anInstallation } from "../web/fake-crm.ts";
import { startWorld, type World } from "../web/world.ts";

let world: World;
const fresh = { id: "v2", key: randomBytes(32) };

beforeAll(async () => {
  world = await startWorld();
  await world.install("1");
});

afterAll(() => world.stop());

const oldKey = () => ({ id: "v1", key: world.deps.keyring.keys.get("v1") ?? Buffer.alloc(0) });

test("a start without the key that sealed them is refused, and the sentence says which is missing", async () => {
  const keyring = { currentKeyId: "v2", keys: new Map([["v2", fresh.key]]) };
  await expect(requireKeys({ db: world.db, keyring })).rejects.toThrow("The keyring has no key v1: add it");
  await expect(requireKeys(world.deps)).resolves.toBeUndefined();
});

test("without the key that sealed them nothing is changed, and the sentence says which is missing", async () => {
  await expect(rotateKeys(world.db, [fresh])).rejects.toThrow("The keyring has no key v1");
});

test("afterwards the new key alone opens the tokens, and a second run has nothing to do", async () => {
  expect(await rotateKeys(world.db, [fresh, oldKey()])).toBe(1);
  expect(await rotateKeys(world.db, [fresh])).toBe(0);
  const connection = await findConnection(world.db.query, "hubspot", "1");
  const keyring = { currentKeyId: "v2", keys: new Map([["v2", fresh.key]]) };
  expect(await readTokens(world.db.query, keyring, connection?.id ?? "")).toEqual(anInstallation().tokens);
});

test("a key of the right name and with other bytes is refused at the start, and the account is named", async () => {
  const keyring = { currentKeyId: "v2", keys: new Map([["v2", randomBytes(32)]]) };
  await expect(requireKeys({ db: world.db, keyring })).rejects.toThrow(
    "The key v2 in BATON_ENCRYPTION_KEYS is another one than the v2 that sealed the tokens of HubSpot account 1",
  );
});

test("a key that opens what it sealed is not forgotten", async () => {
  const keys = new Map([["v2", fresh.key]]);
  await expect(forgetKey(world.db, "v2", keys)).rejects.toThrow("The key v2 is not lost");
  await expect(requireKeys({ db: world.db, keyring: { currentKeyId: "v2", keys } })).resolves.toBeUndefined();
});

test("of two keys of one name the one that is lost can be forgotten: what the other opens stays", async () => {
  const keys = new Map([["v2", fresh.key]]);
  await world.install("2");
  const second = await findConnection(world.db.query, "hubspot", "2");
  if (second === null) throw new Error("It is not connected.");
  const { tokens } = anInstallation();
  const lost = { currentKeyId: "v2", keys: new Map([["v2", randomBytes(32)]]) };
  await saveTokens(world.db.query, lost, { ...second, tokens });
  const keyring = { currentKeyId: "v2", keys };
  await expect(requireKeys({ db: world.db, keyring })).rejects.toThrow("keys forget v2");

  expect(await forgetKey(world.db, "v2", keys)).toEqual(["HubSpot account 2"]);
  await expect(requireKeys({ db: world.db, keyring })).resolves.toBeUndefined();
  const first = await findConnection(world.db.query, "hubspot", "1");
  expect(await readTokens(world.db.query, keyring, first?.id ?? "")).toEqual(tokens);
});

test("a key that is lost can be forgotten: its tokens are gone, and the start needs it no more", async () => {
  const other = new Map([["v2", randomBytes(32)]]);
  expect(await forgetKey(world.db, "v2", other)).toEqual(["HubSpot account 1"]);
  await expect(requireKeys(world.deps)).resolves.toBeUndefined();
  expect(await forgetKey(world.db, "v2", new Map())).toEqual([]);
});
