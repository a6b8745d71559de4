import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { IdentityKeys } from "../../src/engine/duplicates/identity.ts";
import type { Db } from "../../src/store/db.ts";
import { type DecidedLead, recordBatch } from "../../src/store/decisions.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { followersInVain, followersOf } from "../../src/store/followers.ts";
import { type Seeker, sharingKeys } from "../../src/store/identities.ts";
import { markGone, noteMerged, readLeads, setLeadState } from "../../src/store/leads.ts";
import { moveOpenWork } from "../../src/store/open-work.ts";
import { renameLead } from "../../src/store/rename-lead.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { emptyTables, openTestDatabase } from "./database.ts";
import { aBatch, aDecidedLead, after, connectionId, now, takeLease, workspaceId } from "./records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await emptyTables(db);
  await ensureWorkspace(db.query, { id: workspaceId, name: "one", at: now });
});
afterAll(() => db.close());

const noKeys: IdentityKeys = { email: null, phone: null, name: null };
const of = { workspaceId, connectionId };
let batches = 0;

type Made = Partial<IdentityKeys> & {
  qualifiedAt?: string;
  outcome?: DecidedLead["decision"]["outcome"];
  isWorkedOn?: boolean;
};

/** Decides a lead, by default given to rep-a who works on it. */
async function decided(
  leadId: string,
  { outcome, qualifiedAt = now, isWorkedOn = true, ...keys }: Made,
): Promise<void> {
  const lead = aDecidedLead(leadId, { qualifiedAt });
  const end = outcome ?? lead.decision.outcome;
  batches += 1;
  const one = { ...lead, keys: { ...noKeys, ...keys }, decision: { ...lead.decision, outcome: end } };
  const lease = await takeLease(db.query);
  await db.transaction(async (tx) => {
    await recordBatch(tx, aBatch(lease, [one], { batchId: `batch-${batches}` }));
    if (end.kind === "assigned" && isWorkedOn) {
      const item = { itemKind: "lead", itemId: leadId, repId: end.repId, points: 1 } as const;
      await moveOpenWork(tx, { workspaceId, add: [item], remove: [] });
    }
  });
}

async function seeker(leadId: string, keys: Partial<IdentityKeys>): Promise<Seeker> {
  const row = (await readLeads(db.query, connectionId, [leadId])).get(leadId);
  return { leadId, keys: { ...noKeys, ...keys }, number: row?.number ?? null };
}

async function found(leadId: string, keys: Partial<IdentityKeys>): Promise<string[]> {
  const sharing = await sharingKeys(db.query, of, [await seeker(leadId, keys)]);
  return sharing.map((one) => `${one.leadId} by ${one.by}: ${one.state} ${one.ownerId}`);
}

describe("earlier leads that share a key", () => {
  test("by any of the three, with where they stand and the name that their facts tell", async () => {
    await decided("101", { email: "ada@acme.com" });
    await decided("102", { phone: "+498912345" });
    await decided("103", { name: "acme al" });
    await decided("104", { email: "bo@acme.com", phone: "+1", name: "acme bo" });

    const keys = { email: "ada@acme.com", phone: "+498912345", name: "acme al" };
    const sharing = await sharingKeys(db.query, of, [await seeker("900", keys)]);
    const given = { seekerId: "900", state: "assigned", ownerId: "rep-a" };
    expect(sharing).toEqual([
      { ...given, by: "email", leadId: "101", hasEmail: true, firstName: null, lastName: null },
      { ...given, by: "phone", leadId: "102", hasEmail: false, firstName: "Ada", lastName: null },
      { ...given, by: "name", leadId: "103", hasEmail: false, firstName: "Ada", lastName: null },
    ]);
  });

  test("a key of one kind is none of another", async () => {
    await decided("101", { email: "123" });
    expect(await found("900", { phone: "123", name: "123" })).toEqual([]);
  });

  test("the later of two finds the earlier, never the other way round", async () => {
    await decided("102", { email: "ada@acme.com" });
    await decided("101", { email: "ada@acme.com" });
    expect(await found("102", { email: "ada@acme.com" })).toEqual([]);
    expect(await found("101", { email: "ada@acme.com" })).toEqual(["102 by email: assigned rep-a"]);
    // Decided anew it stays the earlier one.
    await decided("102", { email: "ada@acme.com", qualifiedAt: after(60) });
    expect(await found("102", { email: "ada@acme.com" })).toEqual([]);
  });

  test("of a flood the earliest few", async () => {
    for (let each = 0; each < 6; each += 1) await decided(`10${each}`, { email: "ada@acme.com" });
    expect(await found("900", { email: "ada@acme.com" })).toHaveLength(3);
  });

  test("stopped and deleted ones are none, and what was erased cannot be found", async () => {
    await decided("101", { email: "ada@acme.com", outcome: { kind: "stopped", because: "competitor" } });
    await decided("102", { email: "bo@acme.com" });
    await decided("103", { email: "cy@acme.com" });
    await db.transaction((tx) => markGone(tx, { ...of, leadId: "102", at: now }));
    await db.transaction((tx) => eraseLead(tx, { ...of, leadId: "103", at: now }));
    expect(await found("900", { email: "ada@acme.com" })).toEqual([]);
    expect(await found("900", { email: "bo@acme.com" })).toEqual([]);
    expect(await found("900", { email: "cy@acme.com" })).toEqual([]);
    const rows = await db.query.selectFrom("leads").select("emailKey").where("leadId", "=", "103").execute();
    expect(rows).toEqual([{ emailKey: null }]);
  });

  test("one that was merged away counts as its survivor, whether that took its row over or had one", async () => {
    await decided("101", { email: "ada@acme.com" });
    await decided("102", { email: "bo@acme.com" });
    await decided("103", { email: "cy@acme.com" });
    await db.transaction(async (tx) => {
      await renameLead(tx, { ...of, from: "101", to: "500" });
      await markGone(tx, { ...of, leadId: "103", at: now });
      await noteMerged(tx, connectionId, { from: ["103"], into: "102" });
    });
    expect(await found("900", { email: "ada@acme.com" })).toEqual(["500 by email: assigned rep-a"]);
    expect(await found("900", { email: "cy@acme.com" })).toEqual(["102 by email: assigned rep-a"]);
    // It has taken over the place in the order, too.
    expect(await found("102", { email: "ada@acme.com" })).toEqual(["500 by email: assigned rep-a"]);
    expect(await found("102", { email: "cy@acme.com" })).toEqual([]);
  });

  test("another workspace hashes otherwise, and nothing readable is stored", async () => {
    await decided("101", { email: "ada@acme.com", phone: "+498912345", name: "acme al" });
    await ensureWorkspace(db.query, { id: "w2", name: "two", at: now });
    const keys = { email: "ada@acme.com", phone: null, name: null };
    const other = await sharingKeys(db.query, { workspaceId: "w2", connectionId }, [
      { leadId: "900", keys, number: null },
    ]);
    expect(other).toEqual([]);
    const row = await db.query.selectFrom("leads").selectAll().executeTakeFirstOrThrow();
    expect([row.emailKey, row.phoneKey, row.nameKey].every((key) => /^[\w+/]{22}$/.test(key ?? ""))).toBe(true);
  });
});

describe("who has the earlier lead", () => {
  const by = { email: "ada@acme.com" };

  test.each([
    ["a rep works on it", {}, "assigned rep-a"],
    ["it is being given to somebody else", { isWorkedOn: false }, "assigned null"],
    ["it waits in a queue", { outcome: { kind: "queued", queueId: "q", because: "nobody" } as const }, "queued null"],
    [
      "it was left with its owner",
      { outcome: { kind: "kept", ownerId: "rep-z", because: "human" } as const },
      "kept rep-z",
    ],
    ["it follows one itself", { outcome: { kind: "followed", leadId: "1" } as const }, "followed null"],
  ])("%s", async (_what, made, answer) => {
    await decided("101", { ...by, ...made });
    expect(await found("900", by)).toEqual([`101 by email: ${answer}`]);
  });

  test("a person gave it to somebody else, or to nobody", async () => {
    await decided("101", by);
    const item = { itemKind: "lead", itemId: "101" } as const;
    await setLeadState(db.query, connectionId, { leadIds: ["101"], state: "kept" });
    await db.transaction((tx) =>
      moveOpenWork(tx, { workspaceId, add: [{ ...item, repId: "rep-b", points: 1 }], remove: [] }),
    );
    expect(await found("900", by)).toEqual(["101 by email: kept rep-b"]);
    await db.transaction((tx) => moveOpenWork(tx, { workspaceId, add: [], remove: [item] }));
    expect(await found("900", by)).toEqual(["101 by email: kept null"]);
  });
});

describe("followers", () => {
  const following = (leadId: string) => ({ outcome: { kind: "followed", leadId } as const });
  const ids = (followers: readonly { leadId: string }[]) => followers.map(({ leadId }) => leadId);
  const queued = { outcome: { kind: "queued", queueId: "q", because: "nobody" } as const };

  test("are known by the lead that they follow, also when that is merged into another", async () => {
    await decided("101", queued);
    await decided("102", following("101"));
    await decided("103", following("999"));
    expect(await followersOf(db.query, connectionId, ["101"])).toEqual([
      { leadId: "102", qualifiedAt: now, round: 0, breachedBy: [] },
    ]);
    await db.transaction((tx) => renameLead(tx, { ...of, from: "101", to: "500" }));
    expect(ids(await followersOf(db.query, connectionId, ["101", "500"]))).toEqual(["102"]);
  });

  test("wait while the lead has no owner, and in vain once it has one, was stopped or is gone", async () => {
    await decided("101", queued);
    await decided("102", following("101"));
    expect(await followersInVain(db.query, connectionId)).toEqual([]);
    await decided("201", {});
    await decided("202", following("201"));
    await decided("301", { outcome: { kind: "stopped", because: "nurture" } });
    await decided("302", following("301"));
    await decided("401", queued);
    await decided("402", following("401"));
    await db.transaction((tx) => markGone(tx, { ...of, leadId: "401", at: now }));
    await decided("502", following("never-seen"));
    expect(ids(await followersInVain(db.query, connectionId))).toEqual(["202", "302", "402", "502"]);
  });

  test("follow no more once they were decided otherwise", async () => {
    await decided("101", queued);
    await decided("102", following("101"));
    await setLeadState(db.query, connectionId, { leadIds: ["102"], state: "kept" });
    expect(await followersOf(db.query, connectionId, ["101"])).toEqual([]);
  });
});
