import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { endSeenAlerts } from "../../src/pipeline/end-seen-alerts.ts";
import { openAlerts, raiseAlert } from "../../src/store/alerts.ts";
import type { Db } from "../../src/store/db.ts";
import { openTestDatabase } from "../store/database.ts";
import { after, connectionId, now, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

test("what only a person can end is ended when it was seen to; what ends with its cause stays open until then", async () => {
  const alert = { workspaceId, connectionId, message: "m", whatToDo: "w", raisedAt: now };
  for (const kind of ["lead-unowned", "connection-paused", "write-refused", "leads-parked", "task-refused"] as const)
    await raiseAlert(db.query, { ...alert, kind, subjectId: kind });
  expect(await endSeenAlerts(db, after(60))).toBe(2);
  const left = await openAlerts(db.query, workspaceId, 10);
  expect(left.map(({ kind }) => kind).sort()).toEqual(["connection-paused", "leads-parked", "task-refused"]);
});
