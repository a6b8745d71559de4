import { expect, test } from "@jest/globals";
import type { CrmClient, Notifier, Pay } from "../../src/crm/crm.ts";
import type { LeadWrite, TaskDraft } from "../../src/model/task.ts";
import type { People } from "../../src/pipeline/people.ts";
import { clientOfPeople } from "../../src/pipeline/people-client.ts";

const pay: Pay = { lane: "owner-write" };
const people = { ownerIn: (_, personId) => `user of ${personId}` } as Partial<People> as People;
const task = { key: "t", ownerId: "ada" } as Partial<TaskDraft> as TaskDraft;

test("a lead and the task that goes with it are written for the same person's user", async () => {
  const written: LeadWrite[] = [];
  const client: Partial<CrmClient> = {
    async updateLeads(writes) {
      written.push(...writes);
      return new Map();
    },
  };

  const ofPeople = clientOfPeople(client as CrmClient, "c1", () => people);
  await ofPeople.updateLeads([{ key: "k", leadId: "1", ownerId: "ada", tasks: [task] }], pay);

  expect(written).toMatchObject([{ ownerId: "user of ada", tasks: [{ ownerId: "user of ada" }] }]);
});

test("a lead is converted in the name of the person's user, and who took it is the person", async () => {
  const asked: string[] = [];
  const client: Partial<CrmClient> = {
    async convertLeads(conversions) {
      asked.push(...conversions.map(({ ownerId }) => ownerId));
      return new Map([["k", { kind: "yielded", toOwnerId: "005" }]]);
    },
  };
  const both = { ...people, personOf: (_: string, ownerId: string) => `person of ${ownerId}` } as People;

  const ofPeople = clientOfPeople(client as CrmClient, "c1", () => both);
  const receipts = await ofPeople.convertLeads?.([{ key: "k", leadId: "1", accountId: "a", ownerId: "ada" }], pay);

  expect(asked).toEqual(["user of ada"]);
  expect(receipts?.get("k")).toEqual({ kind: "yielded", toOwnerId: "person of 005" });
  expect(clientOfPeople({} as CrmClient, "c1", () => both).convertLeads).toBeUndefined();
});

test("who is told of a lead is the person's user", async () => {
  const told: string[] = [];
  const notifier: Notifier = {
    ...{ maxBatch: 1, off: () => null },
    async send(notices) {
      told.push(...notices.map(({ recipientId }) => recipientId));
      return new Map();
    },
  };
  const ofPeople = clientOfPeople({ notifier } as Partial<CrmClient> as CrmClient, "c1", () => people);
  await ofPeople.notifier?.send([{ key: "k", leadId: "1", recipientId: "ada", title: "New lead", body: "Call." }], pay);

  expect(told).toEqual(["user of ada"]);
});

test("what an account allows is asked anew", () => {
  const account = { isUnique: false };
  const client: Partial<CrmClient> = {
    get absenceIsProof() {
      return account.isUnique;
    },
  };
  const ofPeople = clientOfPeople(client as CrmClient, "c1", () => people);
  account.isUnique = true;

  expect(ofPeople.absenceIsProof).toBe(true);
});
