import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { eventually } from "../../eventually.ts";
import { type Conformance, composite, errorOf, part, sendComposite, startConformance } from "./conformance-world.ts";

let world: Conformance;
let account: string;
let contact: string;
beforeEach(async () => {
  world = await startConformance();
  account = putRow(world.org, "Account", { Name: "Acme", OwnerId: world.userId });
  contact = putRow(world.org, "Contact", { LastName: "Berg", AccountId: account, OwnerId: world.userId });
});
afterEach(() => world.stop());

const rowsOf = (object: string) => [...tableOf(world.org, object).rows()];

/** What became of a call: "" of one that was taken, undefined while it waits. */
function watched(answer: PromiseLike<unknown>): { code?: string; message?: string } {
  const seen: { code?: string; message?: string } = {};
  void errorOf(answer).then((error) => {
    Object.assign(seen, { code: error?.errorCode ?? "", message: error?.message ?? "" });
  });
  return seen;
}

async function settled(seen: { code?: string }): Promise<string> {
  await eventually(() => seen.code !== undefined);
  return seen.code ?? "";
}

const writes: [string, () => PromiseLike<unknown>][] = [
  ["the account itself", () => world.conn.sobject("Account").update({ Id: account, Site: "HQ" })],
  ["the deletion of the account", () => world.conn.sobject("Account").destroy(account)],
  ["a contact of it", () => world.conn.sobject("Contact").update({ Id: contact, Title: "CEO" })],
  [
    "an opportunity of it",
    () =>
      world.conn
        .sobject("Opportunity")
        .create({ Name: "Deal", AccountId: account, StageName: "Prospecting", CloseDate: "2026-12-31" }),
  ],
  ["a task about it", () => world.conn.sobject("Task").create({ Subject: "Call", WhatId: account })],
  ["a task with its contact", () => world.conn.sobject("Task").create({ Subject: "Call", WhoId: contact })],
  [
    "a contact that leaves it",
    () => world.conn.sobject("Contact").update({ Id: contact, AccountId: null, Title: "Free" }),
  ],
];

describe("a locked account", () => {
  test.each(writes)("§8.15 lets %s wait, and go on once it is free", async (_, write) => {
    world.org.locks.hold([account], world.org.clock.now() + 4_000);
    const seen = watched(write());
    await world.arrived(1);
    world.advance(3_999);
    await world.arrived(1);
    expect(seen.code).toBeUndefined();
    world.advance(1);
    expect(await settled(seen)).toBe("");
  });

  test.each(writes)("§8.15 lets %s wait for 10 s at most: UNABLE_TO_LOCK_ROW", async (_, write) => {
    world.org.locks.hold([account], world.org.clock.now() + 60_000);
    const before = JSON.stringify(rowsOf("Contact").concat(rowsOf("Task"), rowsOf("Opportunity"), rowsOf("Account")));
    const seen = watched(write());
    await world.arrived(1);
    world.advance(9_999);
    await world.arrived(1);
    expect(seen.code).toBeUndefined();
    world.advance(1);
    expect(await settled(seen)).toBe("UNABLE_TO_LOCK_ROW");
    expect(seen.message).toContain(`unable to obtain exclusive access to this record or 1 records: ${account}`);
    expect(JSON.stringify(rowsOf("Contact").concat(rowsOf("Task"), rowsOf("Opportunity"), rowsOf("Account")))).toBe(
      before,
    );
  });

  test("§8.15 stops nobody else, and no reader", async () => {
    world.org.locks.hold([account], world.org.clock.now() + 60_000);
    const other = putRow(world.org, "Account", { Name: "Other", OwnerId: world.userId });
    await world.conn.sobject("Account").update({ Id: other, Site: "HQ" });
    await world.conn.sobject("Task").create({ Subject: "Call", WhoId: world.aLead() });
    expect((await world.conn.sobject("Account").retrieve(account)).Name).toBe("Acme");
  });

  test("§8.15 fails of a collection only the row that needs it", async () => {
    world.org.locks.hold([account], world.org.clock.now() + 60_000);
    const lead = world.aLead();
    const sent = world.conn.sobject("Task").create([
      { Subject: "Call", WhoId: lead },
      { Subject: "Call", WhatId: account },
    ]);
    await world.arrived(1);
    world.advance(10_000);
    expect(await sent).toMatchObject([
      { success: true },
      { success: false, errors: [{ statusCode: "UNABLE_TO_LOCK_ROW", fields: [] }] },
    ]);
    expect(rowsOf("Task").map(({ WhoId }) => WhoId)).toEqual([lead]);
  });

  test.each([
    [false, [204, 400]],
    [true, [400, 400]],
  ])("§8.15 fails of a composite (allOrNone: %s) the part that needs it", async (allOrNone, statuses) => {
    world.org.locks.hold([account], world.org.clock.now() + 60_000);
    const lead = world.aLead();
    const sent = sendComposite(
      world.conn,
      composite(
        {
          lead: part("PATCH", `/sobjects/Lead/${lead}`, { Rating: "Hot" }),
          task: part("POST", "/sobjects/Task", { Subject: "Call", WhatId: account }),
        },
        allOrNone,
      ),
    );
    await world.arrived(1);
    world.advance(10_000);
    const answers = await sent;
    expect(answers.map(({ httpStatusCode }) => httpStatusCode)).toEqual(statuses);
    expect(answers[1]?.body).toMatchObject([{ errorCode: "UNABLE_TO_LOCK_ROW" }]);
    expect(world.rowOf("Lead", lead).Rating).toBe(allOrNone ? null : "Hot");
  });

  test("§8.15 by a fault, at once and for one row", async () => {
    world.addFault({ kind: "lock-row", record: account, times: 1 });
    const create = () =>
      world.conn.sobject("Task").create([
        { Subject: "Call", WhatId: account },
        { Subject: "Call", WhoId: world.aLead() },
      ]);
    expect((await create()).map(({ success }) => success)).toEqual([false, true]);
    expect((await create()).map(({ success }) => success)).toEqual([true, true]);
  });
});

describe("other requests under way", () => {
  const update = (Id: string, values: Record<string, unknown>) => world.conn.sobject("Lead").update({ Id, ...values });

  test("§8.15 automation takes its time inside the request, and the next writer of the row waits for it", async () => {
    world.org.rules.automationMs.set("Lead", 3_000);
    const lead = world.aLead();
    const first = watched(update(lead, { Rating: "Hot" }));
    await world.arrived(1);
    const second = watched(update(lead, { Rating: "Cold" }));
    await world.arrived(2);
    world.advance(3_000);
    expect(await settled(first)).toBe("");
    expect([second.code, world.rowOf("Lead", lead).Rating]).toEqual([undefined, "Hot"]);
    world.advance(3_000);
    expect([await settled(second), world.rowOf("Lead", lead).Rating]).toEqual(["", "Cold"]);
  });

  test("§8.15 of several that wait for a row one gets it, and the others wait on", async () => {
    world.org.rules.automationMs.set("Lead", 3_000);
    const lead = world.aLead();
    const calls = ["A", "B", "C"].map((Title, index) => async () => {
      const seen = watched(update(lead, { Title }));
      await world.arrived(index + 1);
      return seen;
    });
    const seen = [];
    for (const call of calls) seen.push(await call());
    for (const [index, each] of seen.entries()) {
      world.advance(3_000);
      expect(await settled(each)).toBe("");
      expect(seen.map(({ code }) => code)).toEqual([0, 1, 2].map((at) => (at <= index ? "" : undefined)));
    }
    expect(world.rowOf("Lead", lead).Title).toBe("C");
  });

  test("§8.15 who has waited 10 s for them is refused", async () => {
    world.org.rules.automationMs.set("Lead", 11_000);
    const lead = world.aLead();
    const first = watched(update(lead, { Rating: "Hot" }));
    await world.arrived(1);
    const second = watched(update(lead, { Rating: "Cold" }));
    await world.arrived(2);
    world.advance(10_000);
    expect(await settled(second)).toBe("UNABLE_TO_LOCK_ROW");
    expect(first.code).toBeUndefined();
    world.advance(1_000);
    expect([await settled(first), world.rowOf("Lead", lead).Rating]).toEqual(["", "Hot"]);
  });

  test("§8.15 two tasks about one account are written one after the other", async () => {
    world.org.rules.automationMs.set("Task", 2_000);
    const create = (Subject: string) => world.conn.sobject("Task").create({ Subject, WhoId: contact });
    const first = watched(create("one"));
    await world.arrived(1);
    const second = watched(create("two"));
    await world.arrived(2);
    world.advance(2_000);
    expect([await settled(first), second.code]).toEqual(["", undefined]);
    world.advance(2_000);
    expect(await settled(second)).toBe("");
  });

  test("§8.15, §8.19 a conditional write that waited is refused when the one before it changed the record", async () => {
    world.org.rules.automationMs.set("Lead", 3_000);
    const lead = world.aLead();
    const first = watched(update(lead, { OwnerId: world.reps[1] }));
    await world.arrived(1);
    const headers = { "If-Unmodified-Since": new Date(world.org.clock.now()).toUTCString() };
    const second = watched(world.conn.sobject("Lead").update({ Id: lead, OwnerId: world.reps[0] }, { headers }));
    await world.arrived(2);
    world.advance(3_000);
    await settled(first);
    world.advance(3_000);
    expect([await settled(second), world.rowOf("Lead", lead).OwnerId]).toEqual(["PRECONDITION_FAILED", world.reps[1]]);
  });

  test("§8.15 a notification within a composite that waits is sent once", async () => {
    const typeId = putRow(world.org, "CustomNotificationType", { DeveloperName: "Lead_Assigned" });
    world.org.locks.hold([account], world.org.clock.now() + 1_000);
    const input = {
      customNotifTypeId: typeId,
      recipientIds: [world.reps[0]],
      title: "New",
      body: "Call",
      targetId: account,
    };
    const sent = sendComposite(
      world.conn,
      composite({
        account: part("PATCH", `/sobjects/Account/${account}`, { Site: "HQ" }),
        bell: part("POST", "/actions/standard/customNotificationAction", { inputs: [input] }),
      }),
    );
    await world.arrived(1);
    world.advance(1_000);
    expect((await sent).map(({ httpStatusCode }) => httpStatusCode)).toEqual([204, 200]);
    expect(world.org.notifications).toHaveLength(1);
  });
});
