import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pay } from "../../src/crm/crm.ts";
import type { CrmUnderTest, Start } from "./crm-under-test.ts";

const live: Pay = { lane: "live-read" };
const write: Pay = { lane: "owner-write" };
const sync: Pay = { lane: "sync" };
const look: Pay = { lane: "search" };

export function testReading(name: string, start: Start): void {
  describe(`${name}: reading`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema(sync);
    });
    afterEach(() => crm.stop());

    test("a lead has its owner, account, stage and the time it qualified", async () => {
      const accountId = crm.addAccount({ name: "One", domain: "one.example" });
      const id = crm.addLead({ email: "ada@one.example", ownerId: crm.reps[0], accountId });

      const [lead] = await crm.client.readLeads([id], [], live);

      expect(lead).toMatchObject({ id, ownerId: crm.reps[0], accountId, fields: { email: "ada@one.example" } });
      expect(lead?.qualifiedAt).toBe(crm.now().toISOString());
    });

    test("a lead that is not in the qualifying stage has no time of qualification", async () => {
      const id = crm.addLead({ qualified: false });

      expect((await crm.client.readLeads([id], [], live))[0]?.qualifiedAt).toBeNull();
    });

    test("ids that are not there are left out, and their siblings are not", async () => {
      const [id, gone] = [crm.addLead({}), crm.addLead({})];
      crm.deleteLead(gone);

      expect((await crm.client.readLeads([gone, id, "999999999"], [], live)).map((lead) => lead.id)).toEqual([id]);
    });

    test("as many leads as one read takes are one request", async () => {
      const { maxBatch, maxLeadBatch } = crm.client;
      const ids = Array.from({ length: maxLeadBatch }, () => crm.addLead({}));
      const before = crm.requests();

      expect(maxLeadBatch).toBeGreaterThanOrEqual(maxBatch);
      expect(await crm.client.readLeads(ids, [], live)).toHaveLength(maxLeadBatch);
      expect(crm.requests() - before).toBe(1);
    });

    test("leads are found by their address, whatever its letters, a hundred in one request", async () => {
      const id = crm.addLead({ email: "Ada.Lov@one.example" });
      crm.addLead({ email: "bo@one.example" });
      const others = Array.from({ length: 98 }, (_, at) => `nobody-${at}@one.example`);
      const before = crm.requests();

      const found = await crm.client.findLeadsByEmail(["ada.lov@one.example", "o'h\\@one.example", ...others], live);

      expect([...found]).toEqual([["ada.lov@one.example", id]]);
      expect(crm.requests() - before).toBe(1);
      expect(await crm.client.findLeadsByEmail([], live)).toEqual(new Map());
    });

    test("the owner's history is told newest first, with who set it", async () => {
      const id = crm.addLead({});
      crm.person.setsOwner(id, crm.reps[0]);
      await crm.client.updateLeads([{ key: "k", leadId: id, ownerId: crm.reps[1] }], write);

      const history = (await crm.client.readOwnerHistory([id], live)).get(id) ?? [];

      expect(history.slice(0, 2).map(({ ownerId, by }) => [ownerId, by])).toEqual([
        [crm.reps[1], "baton"],
        [crm.reps[0], "person"],
      ]);
    });

    test("accounts and opportunities are listed, and read by their ids", async () => {
      const accountId = crm.addAccount({ name: "One", domain: "https://www.One.example/", ownerId: crm.reps[0] });
      const open = crm.addOpportunity({ name: "Big", accountId, ownerId: crm.reps[1], isOpen: true });
      const closed = crm.addOpportunity({ name: "Lost", accountId, ownerId: crm.reps[1], isOpen: false });

      const account = { id: accountId, name: "One", domains: ["one.example"], ownerId: crm.reps[0] };
      expect((await crm.client.listAccounts(null, [], sync)).items).toMatchObject([account]);
      expect(await crm.client.readAccounts([accountId, "999999999"], [], sync)).toMatchObject([account]);
      const byId = new Map((await crm.client.readOpportunities([open, closed], sync)).map((one) => [one.id, one]));
      expect(byId.get(open)).toMatchObject({ accountIds: [accountId], ownerId: crm.reps[1], isOpen: true });
      expect(byId.get(closed)).toMatchObject({ isOpen: false });
      expect((await crm.client.listOpportunities(null, sync)).items).toHaveLength(2);
      const found = await crm.client.findOpportunities([accountId], sync);
      expect(new Map(found.map((one) => [one.id, one]))).toEqual(byId);
      expect(await crm.client.findOpportunities(["999999999"], sync)).toEqual([]);
    });

    test("reps who left are listed as inactive", async () => {
      const reps = (await crm.client.listReps(sync)).map(({ rep }) => rep);

      expect(reps.find((rep) => rep.id === crm.reps[0])?.active).toBe(true);
      expect(reps.find((rep) => rep.id === crm.formerRep)?.active).toBe(false);
    });

    test("reps come with the address by which other CRMs know them", async () => {
      const listed = await crm.client.listReps(sync);

      expect(listed.find(({ rep }) => rep.id === crm.reps[0])?.email).toMatch(/^[^@]+@[^@]+$/);
    });

    test("stages are listed first to last", async () => {
      const stages = await crm.client.listStages(sync);
      const stage = crm.stageOf(crm.addLead({}));

      expect(stages.indexOf(crm.laterStage)).toBeGreaterThan(stages.indexOf(stage ?? ""));
    });

    test("a lead that qualified is found once search knows of it, at the time that reading it tells", async () => {
      const since = crm.now();
      const id = crm.addLead({});
      crm.addLead({ qualified: false });
      crm.settle();

      const { items } = await crm.client.findQualified({ since, after: null }, look);

      const [lead] = await crm.client.readLeads([id], [], live);
      expect(items).toEqual([{ id, qualifiedAt: lead?.qualifiedAt, mergedIds: [] }]);
    });

    test("an account that changed is found", async () => {
      const since = crm.now();
      const id = crm.addAccount({ name: "One", domain: "one.example" });
      crm.settle();

      expect((await crm.client.findChangedAccounts({ since, after: null }, look)).items).toEqual([{ id }]);
    });
  });
}

export function testFailingReads(name: string, start: Start): void {
  describe(`${name}: failing reads`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema(sync);
    });
    afterEach(() => crm.stop());

    test.each([
      "answer-lost",
      "not-arrived",
      "limited",
      "overloaded",
      "token-expired",
      "locked",
    ] as const)("a read is tried again (%s)", async (what) => {
      const id = crm.addLead({});
      crm.next("read", what);

      expect(await crm.client.readLeads([id], [], live)).toHaveLength(1);
    });
  });
}

export function testActivity(name: string, start: Start): void {
  describe(`${name}: activity`, () => {
    let crm: CrmUnderTest;
    beforeEach(async () => {
      crm = await start();
      await crm.client.ensureSchema(sync);
    });
    afterEach(() => crm.stop());

    const activityOf = async (leadId: string, since: Date) =>
      (await crm.client.readActivity([{ leadId, since: since.toISOString() }], { lane: "sla" }))[0];

    test("a lead that nobody touched costs one request", async () => {
      const id = crm.addLead({ ownerId: crm.reps[0] });
      const before = crm.requests();

      expect(await activityOf(id, crm.now())).toMatchObject({ leadId: id, ownerId: crm.reps[0], touch: null });
      expect(crm.requests() - before).toBe(1);
    });

    test("a call that a person logged is a touch", async () => {
      const id = crm.addLead({ ownerId: crm.reps[0] });
      const since = crm.now();
      crm.person.logsCall(id);

      expect((await activityOf(id, since))?.touch).toEqual({
        at: crm.now().toISOString(),
        how: "call",
        by: crm.reps[0],
      });
    });

    test("a call of the lead's own, one by software and one from before are none", async () => {
      const id = crm.addLead({ ownerId: crm.reps[0] });
      crm.person.logsCall(id);
      const since = new Date(crm.now().getTime() + 1);
      crm.settle();
      crm.person.getsCalled(id);
      crm.automation.logsCall(id);

      expect((await activityOf(id, since))?.touch).toBeNull();
    });

    test("a lead that is gone is left out", async () => {
      const id = crm.addLead({});
      crm.deleteLead(id);

      expect(await activityOf(id, crm.now())).toBeUndefined();
    });
  });
}
