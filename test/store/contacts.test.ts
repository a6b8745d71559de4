import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { readContacts } from "../../src/store/contacts.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { settleFollowUps } from "../../src/store/follow-ups.ts";
import { noteMerged } from "../../src/store/leads.ts";
import type { Lease } from "../../src/store/leases.ts";
import { aMatch } from "../builders.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, aDecision, after, connectionId, now, takeLease } from "./records.ts";

let db: Db;
let lease: Lease;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  lease = await takeLease(db.query);
});
afterAll(() => db.close());

/** Gives a lead of an account to a rep; a touch ends its clock. */
async function give(leadId: string, repId: string, { accountId = "acme", stage = "pick", at = now } = {}) {
  const lead = aDecidedLead(leadId);
  const decided = {
    ...lead,
    facts: { ...lead.facts, match: aMatch({ id: accountId }) },
    decision: aDecision(leadId, { outcome: { kind: "assigned", repId, stage } }),
  };
  const batch = { batchId: `b-${leadId}`, decidedAt: at, picks: [null] };
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [decided], batch)));
  return (by: string, touchedAt: string) =>
    settleFollowUps(db.query, [{ decisionId: lead.decisionId, state: "touched", at: touchedAt, by }]);
}

async function contacts(leadIds: string[], accountIds: string[] = [], since = after(-3600)) {
  const { ofLeads, ofAccounts } = await readContacts(db.query, { connectionId, leadIds, accountIds, since });
  return { ...Object.fromEntries(ofLeads), ...Object.fromEntries(ofAccounts) };
}

test("who touched a lead, and who touched its account or was given a lead of it, the latest first", async () => {
  const touch = await give("1", "rep-a");
  await touch("rep-b", after(60));
  await give("2", "rep-c", { at: after(30) });
  await give("3", "rep-a", { accountId: "other" });

  expect(await contacts(["1", "2", "4"], ["acme", "nobody's"])).toEqual({
    "1": [{ repId: "rep-b", at: after(60), how: "touched-person" }],
    acme: [
      { repId: "rep-b", at: after(60), how: "touched-account" },
      { repId: "rep-c", at: after(30), how: "given-account" },
      { repId: "rep-a", at: now, how: "given-account" },
    ],
  });
});

test("what was before the time asked for does not count, nor another connection's, nor the catch-all person", async () => {
  const touch = await give("1", "rep-a", { stage: "catch-all" });
  await touch("rep-b", after(60));

  expect(await contacts(["1"], ["acme"], after(61))).toEqual({});
  expect(await contacts([], ["acme"])).toEqual({ acme: [{ repId: "rep-b", at: after(60), how: "touched-account" }] });
  const wanted = { connectionId: "another", leadIds: ["1"], accountIds: ["acme"], since: after(-3600) };
  expect((await readContacts(db.query, wanted)).ofLeads.size).toBe(0);
});

test("a touch of a lead that was merged away is one of the survivor", async () => {
  const touch = await give("1", "rep-a");
  await touch("rep-b", after(60));
  await give("2", "rep-c", { accountId: "other" });
  await noteMerged(db.query, connectionId, { from: ["1"], into: "2" });

  expect(await contacts(["2"])).toEqual({ "2": [{ repId: "rep-b", at: after(60), how: "touched-person" }] });
});

test("of each sort the three latest reps, each once", async () => {
  for (const [at, repId] of ["a", "b", "c", "d", "d"].entries())
    await give(`lead-${at}`, `rep-${repId}`, { at: after(at) });

  expect((await contacts([], ["acme"])).acme?.map(({ repId }) => repId)).toEqual(["rep-d", "rep-c", "rep-b"]);
});
