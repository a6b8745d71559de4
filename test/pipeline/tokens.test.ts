import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Crm } from "../../src/crm/crm.ts";
import { CrmError } from "../../src/errors.ts";
import type { Connection, Tokens } from "../../src/model/connection.ts";
import { createTokenSource } from "../../src/pipeline/tokens.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { dropTokens, readTokens, saveTokens } from "../../src/store/tokens.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { openTestDatabase, testServer } from "../store/database.ts";

let db: Db;
const keyring = { currentKeyId: "k", keys: new Map([["k", Buffer.alloc(32, 3)]]) };
const connection: Connection = {
  id: "c1",
  workspaceId: "w1",
  crm: "hubspot",
  externalId: "1",
  status: "active",
  pausedBecause: null,
  timeZone: "UTC",
  uiHost: "app.hubspot.com",
  scopes: [],
  grantNumber: 1,
  mode: "live",
  capabilities: { uniqueTaskKey: true, readsAvailability: true },
};
const start = Date.parse("2026-11-20T10:00:00.000Z");

beforeAll(async () => {
  db = await openTestDatabase();
  const at = new Date(start).toISOString();
  await ensureWorkspace(db.query, { id: "w1", name: "W", at });
  await linkConnection(db.query, connection, at);
});
afterAll(() => db.close());

const tokensUntil = (accessToken: string, ms: number): Tokens => ({
  accessToken,
  refreshToken: "refresh",
  expiresAt: new Date(start + ms).toISOString(),
  lifetimeMs: 1_800_000,
});

/** A CRM that can do nothing but refresh. */
function aCrm(refreshTokens: Crm["refreshTokens"]): Crm {
  return { name: "hubspot", refreshTokens } as Partial<Crm> as Crm;
}

async function aSource(minutesLeft: number, refresh: Crm["refreshTokens"]) {
  await saveTokens(db.query, keyring, { ...connection, tokens: tokensUntil("old", minutesLeft * 60_000) });
  const revoked: string[] = [];
  const source = createTokenSource(
    { db, keyring, now: () => new Date(start) },
    aCrm(refresh),
    connection,
    async (why) => {
      revoked.push(why);
    },
  );
  return { source, revoked };
}

test("a token with time left is used as it is", async () => {
  const { source } = await aSource(20, async () => {
    throw new Error("not needed");
  });
  expect(await source.get()).toEqual({ token: "old", instanceUrl: null });
});

test("five minutes before its end it is renewed, once for all who ask, and stored before it is used", async () => {
  let refreshes = 0;
  const { source } = await aSource(4, async () => {
    refreshes += 1;
    return tokensUntil(`new-${refreshes}`, 1_800_000);
  });
  const given = await Promise.all([source.get(), source.get(), source.renew("old")]);
  expect(given.map(({ token }) => token)).toEqual(["new-1", "new-1", "new-1"]);
  expect((await readTokens(db.query, keyring, "c1"))?.accessToken).toBe("new-1");
});

test("of two processes with one refresh token, one renews and the other takes what it stored", async () => {
  const used: string[] = [];
  const rotate: Crm["refreshTokens"] = async ({ refreshToken }) => {
    used.push(refreshToken);
    return { ...tokensUntil(`after ${refreshToken}`, 1_800_000), refreshToken: `next to ${refreshToken}` };
  };
  const first = await aSource(20, rotate);
  const second = await aSource(20, rotate);
  await Promise.all([first.source.get(), second.source.get()]);

  expect((await first.source.renew("old")).token).toBe("after refresh");
  expect((await second.source.renew("old")).token).toBe("after refresh");
  expect(used).toEqual(["refresh"]);
});

(testServer === undefined ? test.skip : test)("so it is when they come at the same moment", async () => {
  let asked = 0;
  const slow: Crm["refreshTokens"] = async () => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return tokensUntil("renewed once", 1_800_000);
  };
  const sources = [await aSource(20, slow), await aSource(20, slow)];
  await Promise.all(sources.map(({ source }) => source.get()));

  const given = await Promise.all(sources.map(({ source }) => source.renew("old")));
  expect(given.map(({ token }) => token)).toEqual(["renewed once", "renewed once"]);
  expect(asked).toBe(1);
});

test("a rejected token that was renewed meanwhile is not renewed again", async () => {
  let refreshes = 0;
  const { source } = await aSource(20, async () => {
    refreshes += 1;
    return tokensUntil("renewed", 1_800_000);
  });
  await source.renew("old");
  expect((await source.renew("old")).token).toBe("renewed");
  expect(refreshes).toBe(1);
});

test("a grant that is gone is reported, and the error goes on to the caller", async () => {
  const { source, revoked } = await aSource(1, async () => {
    throw new CrmError("unauthorized-final", "The app was uninstalled.");
  });
  await expect(source.get()).rejects.toThrow("uninstalled");
  expect(revoked).toEqual(["The app was uninstalled."]);
});

test("an account whose tokens were dropped is reported like one whose grant is gone", async () => {
  const { source, revoked } = await aSource(20, async () => tokensUntil("new", 1_800_000));
  await dropTokens(db.query, ["c1"]);
  await expect(source.get()).rejects.toThrow("install the app again");
  expect(revoked).toEqual([expect.stringContaining("its tokens were dropped")]);
});
