import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Rep } from "../../src/model/rep.ts";
import { openAlerts, raiseAlert, resolveAlert } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { isStateUsed, useOauthState } from "../../src/store/oauth-states.ts";
import { activePolicy, publishPolicy, readPolicy } from "../../src/store/policies.ts";
import { readReps, upsertReps } from "../../src/store/reps.ts";
import { readCursor, saveCursor } from "../../src/store/sync-cursors.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, connectionId, now, workspaceId, workspaceIds } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const alert = {
  workspaceId,
  connectionId,
  kind: "leads-parked" as const,
  subjectId: "101",
  message: "Lead 101 was decided 6 times in 10 minutes.",
  whatToDo: "Look for a workflow that sets its owner.",
  raisedAt: now,
};

test("an alert that is raised twice is open once, and can be raised again when it was resolved", async () => {
  expect(await raiseAlert(db.query, alert)).toBe(true);
  expect(await raiseAlert(db.query, { ...alert, raisedAt: after(60) })).toBe(false);
  expect(await openAlerts(db.query, workspaceId, 10)).toMatchObject([{ ...alert, resolvedAt: null }]);

  expect(await resolveAlert(db.query, alert, after(90))).toBe(true);
  expect(await resolveAlert(db.query, alert, after(90))).toBe(false);
  expect(await openAlerts(db.query, workspaceId, 10)).toEqual([]);
  expect(await raiseAlert(db.query, { ...alert, raisedAt: after(120) })).toBe(true);
  expect(await openAlerts(db.query, workspaceId, 10)).toMatchObject([{ raisedAt: after(120) }]);
});

test("an installation's state is good once, and forgotten when it is too old to be used", async () => {
  const use = { state: "s1", at: now, expired: after(-600) };
  const uses = await Promise.all([1, 2].map(() => useOauthState(db.query, use)));
  expect(uses.sort()).toEqual([false, true]);
  expect(await isStateUsed(db.query, "s1")).toBe(true);
  await useOauthState(db.query, { state: "s2", at: after(601), expired: after(1) });
  expect(await db.query.selectFrom("oauthStates").select("state").execute()).toEqual([{ state: "s2" }]);
});

test("publishing gives the next version and makes it the active one; earlier ones stay readable", async () => {
  await ensureWorkspace(db.query, { id: workspaceId, name: "One", at: now });
  expect(await activePolicy(db.query, workspaceId)).toBeNull();
  const versions = await Promise.all(
    ["a", "b", "c"].map((text) => db.transaction((tx) => publishPolicy(tx, { workspaceId, text, at: now }))),
  );
  expect([...versions].sort()).toEqual([1, 2, 3]);
  expect(await activePolicy(db.query, workspaceId)).toMatchObject({ version: 3, publishedAt: now });
  expect(await readPolicy(db.query, workspaceId, 1)).toMatchObject({ version: 1 });
  await expect(
    db.transaction((tx) => publishPolicy(tx, { workspaceId: "unknown", text: "", at: now })),
  ).rejects.toThrow(/no workspace unknown/);
});

test("reps come back as they were synced, in the order of their ids in code", async () => {
  const rep = (id: string, active = true): Rep => {
    const shifts = [{ day: "MO", startMinute: 540, endMinute: 1020 } as const];
    return { id, userId: null, name: `Rep ${id}`, active, teams: ["DACH"], timeZone: null, shifts, absences: [] };
  };
  const sync = (reps: { rep: Rep; email: string | null }[], at: string) =>
    upsertReps(db.query, { workspaceId, connectionId, reps, at });
  await sync(
    [
      { rep: rep("b"), email: null },
      { rep: rep("B"), email: "b@x.test" },
      { rep: rep("10"), email: null },
      { rep: rep("9"), email: null },
    ],
    now,
  );
  await sync([{ rep: rep("b", false), email: null }], after(60));

  const stored = await readReps(db.query, connectionId);
  expect(stored.map((row) => row.rep.id)).toEqual(["10", "9", "B", "b"]);
  expect(stored[3]).toEqual({ rep: rep("b", false), email: null, syncedAt: after(60) });
});

test("a sync goes on where it stopped", async () => {
  const cursor = { workspaceId, connectionId, kind: "accounts" };
  expect(await readCursor(db.query, connectionId, "accounts")).toBeNull();
  await saveCursor(db.query, { ...cursor, cursor: { after: "100" }, at: now });
  await saveCursor(db.query, { ...cursor, cursor: { after: "200" }, at: after(1) });
  expect(await readCursor(db.query, connectionId, "accounts")).toEqual({ cursor: { after: "200" }, at: after(1) });
});

test("a workspace is made once", async () => {
  await ensureWorkspace(db.query, { id: "w2", name: "Two", at: now });
  await ensureWorkspace(db.query, { id: "w2", name: "Other", at: now });
  expect(await workspaceIds(db.query)).toEqual(["w2"]);
});
