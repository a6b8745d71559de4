import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { addNote, keyIn, plainText } from "../../src/crm/salesforce/task-text.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// Salesforce refuses a record of which one text is too long.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const key = "taskkeytaskkeytaskkeytaskk";
const tag = `Baton ref: ${key}`;

const aLead = () =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, { LastName: "Berg", Company: "One", Status: "MQL" }),
  );
const rowOf = (object: string, id: string): Row => tableOf(world.org, object).get(id) ?? {};
async function createTask(texts: { subject?: string; body?: string }): Promise<string> {
  const draft = {
    ...{ key, leadId: aLead(), ownerId: world.reps[0], subject: "Call", body: "", priority: "high" as const, ...texts },
    ...{ dueAt: "2026-11-17T14:15:00.000Z", remindAt: null },
  };
  const receipt = (await world.client.createTasks([draft], sync)).get(key);
  return receipt?.kind === "done" ? (receipt.crmId ?? "") : "";
}

test("§4.1 stamps are cut to what their fields take, and the lead gets its owner", async () => {
  const id = aLead();
  const stamp = { reason: "x".repeat(300), tier: "y".repeat(20), policyVersion: "z".repeat(60) };

  const receipts = await world.client.updateLeads([{ key, leadId: id, ownerId: world.reps[1], stamp }], sync);

  expect(receipts.get(key)?.kind).toBe("done");
  expect(rowOf("Lead", id)).toMatchObject({
    ...{ OwnerId: world.reps[1], Baton_Reason__c: "x".repeat(255) },
    ...{ Baton_Tier__c: "y".repeat(10), Baton_Policy_Version__c: "z".repeat(40) },
  });
});

test("§4.5 a long task is cut, and carries its key to the end of its days", async () => {
  const id = await createTask({ subject: `${"s".repeat(254)}😀`, body: "x".repeat(40_000) });
  expect(rowOf("Task", id)).toMatchObject({ Subject: "s".repeat(254) });
  expect(String(rowOf("Task", id).Description)).toMatch(new RegExp(`^x{31961}\\n\\n${tag}$`));

  const receipts = await world.client.updateTasks([{ key: "c", taskId: id, close: { note: "n".repeat(200) } }], sync);

  expect(receipts.get("c")?.kind).toBe("done");
  const description = String(rowOf("Task", id).Description);
  expect(description).toMatch(new RegExp(`^n{200}\\n\\nx+\\n\\n${tag}$`));
  expect(description).toHaveLength(32_000);
});

test("§4.5 a key that somebody wrote into the lead's own texts is not taken for the task's", async () => {
  const id = await createTask({ body: `Company: Baton ref: ${"x".repeat(26)} Ltd` });
  expect(keyIn(String(rowOf("Task", id).Description))).toBe(key);

  await world.client.updateTasks([{ key: "c", taskId: id, close: { note: "n".repeat(31_990) } }], sync);
  expect(keyIn(String(rowOf("Task", id).Description))).toBe(key);
});

test("§4.5 of a text without a key the note stays, and the end is cut", () => {
  expect(addNote("n", "x".repeat(32_000))).toBe(`n\n\n${"x".repeat(31_997)}`);
});

test.each([
  [
    '<p>Why: <a href="https://one.example/d/1?a=1&amp;b=2">this lead</a></p>',
    "Why: this lead (https://one.example/d/1?a=1&b=2)",
  ],
  ['<a class="x" href="https://one.example">https://one.example</a>', "https://one.example"],
  [
    '<a href="https://one.example"><b>A</b></a> and <a href="https://two.example">B</a>',
    "A (https://one.example) and B (https://two.example)",
  ],
])("a link of a task keeps its address: %s", (html, text) => {
  expect(plainText(html)).toBe(text);
});

test("an address of thousands of letters is nobody's, and keeps nobody else from being found", async () => {
  const id = aLead();
  tableOf(world.org, "Lead").put(id, { ...rowOf("Lead", id), Email: "ada@one.example" });

  const found = await world.client.findLeadsByEmail(["ada@one.example", `${"x".repeat(100_000)}@one.example`], sync);

  expect([...found]).toEqual([["ada@one.example", id]]);
});
