import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Db } from "../../src/store/db.ts";
import {
  followUpsToRead,
  insertFollowUps,
  type NewFollowUp,
  noteRead,
  noteTasks,
  readFollowUps,
  reopenFollowUp,
  settleFollowUps,
  unclosedFollowUpsOf,
} from "../../src/store/follow-ups.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { after, connectionId, now, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => emptyTables(db));
afterAll(() => db.close());

const aFollowUp = (decisionId: string): NewFollowUp => ({
  decisionId,
  leadId: "101",
  qualifiedAt: now,
  taskKey: `${decisionId}-task`,
  holderId: "rep-a",
  assignedAt: now,
  dueAt: after(900),
});
async function open(...followUps: NewFollowUp[]): Promise<number> {
  const { numAffectedRows } = await insertFollowUps({ workspaceId, connectionId, followUps }).execute(db.query);
  return Number(numAffectedRows);
}
const toRead = async (readBefore: string, limit = 10) => {
  const wanted = { connectionIds: [connectionId], readBefore, besides: [], limit };
  return (await followUpsToRead(db.query, workspaceId, wanted)).map(({ decisionId }) => decisionId);
};

test("a decision has one follow-up", async () => {
  expect(await open(aFollowUp("d1"))).toBe(1);
  expect(await open({ ...aFollowUp("d1"), holderId: "rep-b" })).toBe(0);
  expect(await readFollowUps(db.query, ["d1"])).toMatchObject([{ holderId: "rep-a", state: "open" }]);
});

test("those of a connection that is not worked on leave the room to the others", async () => {
  const elsewhere = { ...aFollowUp("d1"), assignedAt: after(-10) };
  await insertFollowUps({ workspaceId, connectionId: "c2", followUps: [elsewhere] }).execute(db.query);
  await open(aFollowUp("d2"));
  expect(await toRead(after(5), 1)).toEqual(["d2"]);
});

test("open ones are read in turn, the longest ago first, new ones from their assignment on", async () => {
  const fresh = { ...aFollowUp("fresh"), assignedAt: after(25) };
  await open(fresh, ...["d1", "d2", "d3", "ended"].map(aFollowUp));
  await settleFollowUps(db.query, [{ decisionId: "ended", state: "closed", at: now, by: null }]);
  await noteRead(db.query, [
    { decisionId: "d1", at: after(20) },
    { decisionId: "d2", at: after(10) },
  ]);
  expect(await toRead(after(30))).toEqual(["d3", "d2", "d1", "fresh"]);
  expect(await toRead(after(20))).toEqual(["d3", "d2"]);
  expect(await toRead(now)).toEqual([]);
});

test("a read notes who holds the task now and until when, and leaves what it does not tell", async () => {
  await open(aFollowUp("d1"), aFollowUp("d2"));
  await noteRead(db.query, [
    { decisionId: "d1", at: after(20), holderId: "rep-b", dueAt: after(5000) },
    { decisionId: "d2", at: after(20) },
  ]);
  expect(await readFollowUps(db.query, ["d1", "d2"])).toMatchObject([
    { holderId: "rep-b", dueAt: after(5000), readAt: after(20) },
    { holderId: "rep-a", dueAt: after(900), readAt: after(20) },
  ]);
});

test("a follow-up ends once, and the first end counts", async () => {
  await open(aFollowUp("d1"), aFollowUp("d2"));
  const touched = { decisionId: "d1", state: "touched", at: after(60), by: "rep-a" } as const;
  expect(await settleFollowUps(db.query, [touched])).toEqual(["d1"]);
  expect(await settleFollowUps(db.query, [{ ...touched, state: "closed" }])).toEqual([]);
  expect(await readFollowUps(db.query, ["d1"])).toMatchObject([
    { state: "touched", touchedAt: after(60), touchedBy: "rep-a" },
  ]);
});

test("a follow-up whose task may be open still is an open or a touched one", async () => {
  await open(...["open", "touched", "closed"].map(aFollowUp));
  await settleFollowUps(db.query, [
    { decisionId: "touched", state: "touched", at: after(60), by: "rep-a" },
    { decisionId: "closed", state: "closed", at: after(60), by: null },
  ]);
  const unclosed = await unclosedFollowUpsOf(db.query, connectionId, ["101"]);
  expect(unclosed.map(({ decisionId }) => decisionId)).toEqual(["open", "touched"]);
});

test("a closed follow-up opens once more, as if assigned then; one that is open or touched does not", async () => {
  await open(...["closed", "touched", "open"].map(aFollowUp));
  await noteRead(db.query, [{ decisionId: "closed", at: after(20) }]);
  await settleFollowUps(db.query, [
    { decisionId: "closed", state: "closed", at: after(60), by: null },
    { decisionId: "touched", state: "touched", at: after(60), by: "rep-a" },
  ]);
  const again = { taskKey: "another", holderId: "rep-a", assignedAt: after(90), dueAt: after(990) };
  expect(await reopenFollowUp(db.query, { ...again, decisionId: "closed" })).toBe(true);
  expect(await reopenFollowUp(db.query, { ...again, decisionId: "touched" })).toBe(false);
  expect(await reopenFollowUp(db.query, { ...again, decisionId: "open" })).toBe(false);
  expect(await readFollowUps(db.query, ["closed"])).toMatchObject([{ ...again, state: "open", readAt: null }]);
});

test("a created task is noted on the follow-up that it was made for, not on one that has another task by now", async () => {
  await open(aFollowUp("d1"), aFollowUp("d2"));
  await noteTasks(db.query, [
    { decisionId: "d1", taskKey: "d1-task", taskId: "900" },
    { decisionId: "d2", taskKey: "an earlier task", taskId: "901" },
  ]);
  expect(await readFollowUps(db.query, ["d1", "d2"])).toMatchObject([{ taskId: "900" }, { taskId: null }]);
});
