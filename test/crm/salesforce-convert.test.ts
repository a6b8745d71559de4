import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { LeadConversion } from "../../src/model/task.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { convertLead } from "../../src/sandbox/salesforce/convert-lead.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { conversionOf, type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
let accountId: string;
beforeEach(async () => {
  world = await startSalesforceWorld();
  accountId = create("Account", { Name: "One", OwnerId: world.reps[1] });
});
afterEach(() => world.stop());

const asAda = <T>(run: Parameters<typeof actIn<T>>[2]) => actIn(world.org, personIn(world.org, world.reps[0]), run);
const create = (object: string, fields: Row) =>
  asAda((writing) => createRecord(writing, tableOf(world.org, object).object, fields));
const rowOf = (object: string, id: string | null): Row => tableOf(world.org, object).get(id ?? "") ?? {};
const rowsOf = (object: string) => [...tableOf(world.org, object).rows()];
const aLead = (fields: Row = {}) =>
  create("Lead", { ...{ LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.reps[0] }, ...fields });
const aContact = (fields: Row = {}) =>
  create("Contact", {
    ...{ LastName: "Berg", Email: "a@one.example" },
    AccountId: accountId,
    OwnerId: world.reps[0],
    ...fields,
  });

const conversion = (leadId: string, given: Partial<LeadConversion> = {}): LeadConversion => ({
  ...{ key: leadId, leadId, accountId, ownerId: world.reps[0] },
  ...given,
});
async function convert(...conversions: readonly LeadConversion[]) {
  const receipts = (await world.client.convertLeads?.(conversions, sync)) ?? new Map();
  return conversions.map(({ key }) => receipts.get(key));
}

test("§4.9 the lead becomes a contact of its account, in the rep's name, with its task and without a deal", async () => {
  const id = aLead({ Email: "a@one.example" });
  const taskId = create("Task", { Subject: "Call", WhoId: id, OwnerId: world.reps[0] });
  const origins: string[] = [];
  world.org.onCommit.push((changes) => origins.push(...changes.map(({ changeOrigin }) => changeOrigin)));

  const [receipt] = await convert(conversion(id));

  const contactId = String(rowOf("Lead", id).ConvertedContactId);
  expect(receipt).toEqual({ kind: "done", crmId: contactId });
  expect(rowOf("Lead", id)).toMatchObject({
    IsConverted: true,
    Status: "Closed - Converted",
    ConvertedAccountId: accountId,
  });
  expect(rowOf("Contact", contactId)).toMatchObject({ AccountId: accountId, OwnerId: world.reps[0], LastName: "Berg" });
  expect(rowOf("Task", taskId)).toMatchObject({ WhoId: contactId, WhatId: accountId });
  expect([rowsOf("Opportunity"), rowsOf("Account").length]).toEqual([[], 1]);
  expect(new Set(origins)).toEqual(new Set(["com/salesforce/api/soap/66.0;client=Baton"]));
});

test("once more it is true already, whoever did it", async () => {
  const [ours, theirs] = [aLead(), aLead()];
  await convert(conversion(ours));
  const { contactId } = asAda((writing) => convertLead(writing, conversionOf(theirs, { accountId })));

  expect(await convert(conversion(ours), conversion(theirs))).toEqual([
    { kind: "already-true", crmId: rowOf("Lead", ours).ConvertedContactId },
    { kind: "already-true", crmId: contactId },
  ]);
  expect(rowsOf("Contact")).toHaveLength(2);
});

describe("§4.9 somebody of the account who has the lead's e-mail", () => {
  test("becomes the contact, and there is no second one", async () => {
    const contactId = aContact({ Email: "A@One.example" });

    expect(await convert(conversion(aLead({ Email: "a@one.example" })))).toEqual([{ kind: "done", crmId: contactId }]);
    expect(rowsOf("Contact")).toHaveLength(1);
  });

  test.each<[string, () => void]>([
    ["is another owner's", () => aContact({ OwnerId: world.reps[1] })],
    ["is there twice", () => [aContact(), aContact()]],
  ])("and %s keeps the lead a lead: a person decides", async (_, arrange) => {
    arrange();
    const id = aLead({ Email: "a@one.example" });

    expect(await convert(conversion(id))).toMatchObject([{ kind: "refused", rule: "contact-exists" }]);
    expect(rowOf("Lead", id).IsConverted).toBe(false);
  });

  test("of another account is nobody", async () => {
    aContact({ AccountId: create("Account", { Name: "Two" }), OwnerId: world.reps[1] });

    expect(await convert(conversion(aLead({ Email: "a@one.example" })))).toMatchObject([{ kind: "done" }]);
  });
});

test("one that a person took, or that is gone, or refused, keeps no other from it", async () => {
  const [taken, refused, free] = [aLead({ OwnerId: world.reps[1] }), aLead({ LastName: "Bad" }), aLead()];
  world.org.rules.validation.set("Contact", (row) => (row.LastName === "Bad" ? "No such contacts." : null));

  expect(
    await convert(
      ...[conversion(taken), conversion("00Q000000000099EAA"), conversion("no id"), conversion(refused)],
      conversion(free),
    ),
  ).toMatchObject([
    { kind: "yielded", toOwnerId: world.reps[1] },
    { kind: "gone" },
    { kind: "gone" },
    { kind: "refused", because: "No such contacts." },
    { kind: "done" },
  ]);
});

test("§4.9 an org without a status for it converts nothing, and says so", async () => {
  const statuses = tableOf(world.org, "LeadStatus");
  for (const row of [...statuses.rows()]) if (row.IsConverted === true) statuses.put(String(row.Id), undefined);

  expect(await convert(conversion(aLead()))).toMatchObject([{ kind: "refused", rule: "no-converted-status" }]);
});

test("an alert of duplicates lets it pass", async () => {
  aContact({ AccountId: create("Account", { Name: "Two" }) });
  world.org.rules.duplicates = "alert";

  expect(await convert(conversion(aLead({ Email: "a@one.example" })))).toMatchObject([{ kind: "done" }]);
});

const route = "POST /services/Soap/u/:version";

test("§8, 3: a session that is over is renewed, and the call made again", async () => {
  world.sandbox.faults.add({ route, times: 1, kind: "token-expired" });

  expect(await convert(conversion(aLead()))).toMatchObject([{ kind: "done" }]);
  expect(world.refreshes()).toBe(1);
});

test.each([
  [{ kind: "drop-after" }, "unknown"],
  [{ kind: "drop-before" }, "unknown"],
  [{ kind: "unavailable" }, "unknown"],
  [{ kind: "concurrent-limit" }, "done"],
  [{ kind: "request-limit" }, "done"],
  [{ kind: "html" }, "unknown"],
  [{ kind: "truncated" }, "unknown"],
] as const)("a call that failed (%j: %s) is made once more, and done once", async (fault, kind) => {
  const id = aLead();
  world.sandbox.faults.add({ route, times: 1, ...fault });

  expect(await convert(conversion(id))).toMatchObject([{ kind }]);
  const [again] = await convert(conversion(id));
  expect(["done", "already-true"]).toContain(again?.kind);
  expect(rowsOf("Contact")).toHaveLength(1);
});
