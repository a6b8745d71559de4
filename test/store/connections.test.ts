import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  allConnections,
  connectionsOf,
  findConnection,
  LinkedElsewhere,
  linkConnection,
  pauseConnection,
  removeConnection,
  setCapabilities,
} from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import type { Keyring } from "../../src/store/token-box.ts";
import { TokenRejected } from "../../src/store/token-box.ts";
import { readTokens, rotateTokens, saveTokens } from "../../src/store/tokens.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aConnection, after, connectionId as id, now, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const old: Keyring = { currentKeyId: "k1", keys: new Map([["k1", Buffer.alloc(32, 1)]]) };
const both: Keyring = { currentKeyId: "k2", keys: new Map([...old.keys, ["k2", Buffer.alloc(32, 2)]]) };
const onlyNew: Keyring = { currentKeyId: "k2", keys: new Map([["k2", Buffer.alloc(32, 2)]]) };
const tokens = {
  accessToken: "canary-access",
  refreshToken: "canary-refresh",
  expiresAt: after(1800),
  lifetimeMs: 1_800_000,
};

const first = { id, grantNumber: 1 };
const linked = () => findConnection(db.query, "hubspot", "62515");

test("a linked account is found by its CRM's id and its workspace's", async () => {
  expect(await linkConnection(db.query, aConnection(), now)).toEqual(aConnection());
  expect(await linked()).toEqual(aConnection());
  expect(await connectionsOf(db.query, workspaceId)).toEqual([aConnection()]);
  expect(await allConnections(db.query)).toEqual([aConnection()]);
  expect(await findConnection(db.query, "hubspot", "1")).toBeNull();
});

test("linking again keeps the id and takes the new scopes", async () => {
  await linkConnection(db.query, aConnection(), now);
  await removeConnection(db.query, id, "uninstalled");
  const again = await linkConnection(db.query, aConnection({ id: "another", scopes: ["oauth"] }), after(60));
  expect(again).toEqual(aConnection({ scopes: ["oauth"], grantNumber: 2 }));
});

test("an account that another workspace has is not taken from it", async () => {
  await linkConnection(db.query, aConnection(), now);
  const stolen = linkConnection(db.query, aConnection({ id: "c2", workspaceId: "w2" }), now);
  await expect(stolen).rejects.toThrow(LinkedElsewhere);
  expect(await connectionsOf(db.query, "w2")).toEqual([]);
});

test("a paused connection says why, until it is linked again; a removed one is not paused", async () => {
  await linkConnection(db.query, aConnection(), now);
  expect(await pauseConnection(db.query, first, "the refresh token was revoked")).toBe(true);
  expect(await linked()).toMatchObject({ status: "paused", pausedBecause: "the refresh token was revoked" });
  await linkConnection(db.query, aConnection(), after(60));
  expect(await linked()).toMatchObject({ status: "active", pausedBecause: null });
  await removeConnection(db.query, id, "uninstalled");
  await pauseConnection(db.query, { id, grantNumber: 2 }, "the refresh token was revoked");
  expect(await linked()).toMatchObject({ status: "removed", pausedBecause: "uninstalled" });
});

test("the end of an earlier grant, and its renewed tokens, leave the one given since as it is", async () => {
  await linkConnection(db.query, aConnection(), now);
  await saveTokens(db.query, old, { ...first, tokens });
  const second = await linkConnection(db.query, aConnection(), after(60));
  const given = { ...tokens, refreshToken: "of the second grant" };
  expect(await saveTokens(db.query, old, { ...second, tokens: given })).toBe(true);
  expect(await pauseConnection(db.query, first, "the refresh token was revoked")).toBe(false);
  expect(await saveTokens(db.query, old, { ...first, tokens })).toBe(false);
  expect(await linked()).toMatchObject({ status: "active", pausedBecause: null });
  expect(await readTokens(db.query, old, id)).toEqual(given);
});

test("what was probed is stored", async () => {
  await linkConnection(db.query, aConnection(), now);
  const capabilities = { uniqueTaskKey: false, readsAvailability: false };
  await setCapabilities(db.query, id, capabilities);
  expect(await linked()).toMatchObject({ capabilities });
});

test("tokens are read back as they were saved, and stand nowhere in the clear", async () => {
  await linkConnection(db.query, aConnection(), now);
  await saveTokens(db.query, old, { ...first, tokens });
  expect(await readTokens(db.query, old, id)).toEqual(tokens);
  const rows = await db.query.selectFrom("connections").selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain("canary");
  expect(rows).toMatchObject([{ tokenKeyId: "k1", tokenExpiresAt: tokens.expiresAt }]);
});

test("tokens of one connection do not open as those of another", async () => {
  await linkConnection(db.query, aConnection(), now);
  await linkConnection(db.query, aConnection({ id: "c2", externalId: "2" }), now);
  await saveTokens(db.query, old, { ...first, tokens });
  const row = await db.query
    .selectFrom("connections")
    .select(["tokens", "tokenKeyId"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  await db.query.updateTable("connections").set(row).where("id", "=", "c2").execute();
  await expect(readTokens(db.query, old, "c2")).rejects.toThrow(TokenRejected);
});

test("after rotation the old key is not needed any more, and nothing is rotated twice", async () => {
  await linkConnection(db.query, aConnection(), now);
  await saveTokens(db.query, old, { ...first, tokens });
  expect(await rotateTokens(db, both)).toBe(1);
  expect(await rotateTokens(db, both)).toBe(0);
  expect(await readTokens(db.query, onlyNew, id)).toEqual(tokens);
  await expect(readTokens(db.query, old, id)).rejects.toThrow(/no key k2/);
});

test("tokens of a paused and of a removed connection are gone", async () => {
  await linkConnection(db.query, aConnection(), now);
  await saveTokens(db.query, old, { ...first, tokens });
  await pauseConnection(db.query, first, "the refresh token was revoked");
  expect(await readTokens(db.query, old, id)).toBeNull();
  await saveTokens(db.query, old, { ...first, tokens });
  await removeConnection(db.query, id, "uninstalled");
  expect(await readTokens(db.query, old, id)).toBeNull();
});
