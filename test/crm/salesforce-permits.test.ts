import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { CrmClient, Pay } from "../../src/crm/crm.ts";
import { createDayPot } from "../../src/crm/day-pot.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { createRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

// Who calls with a permit at hand gives it back whatever happens, and waits for no second one while he holds it.

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Calls of an org in flight at once. */
const atOnce = 10;
const describeRoute = "GET /services/data/:version/sobjects/:object/describe";

const aLead = () =>
  actIn(world.org, personIn(world.org, world.reps[0]), (writing) =>
    createRecord(writing, tableOf(world.org, "Lead").object, {
      ...{ LastName: "Berg", Company: "One", Status: "MQL", OwnerId: world.queueId },
    }),
  );
const described = () =>
  world.sandbox.requests.list().filter(({ path, status }) => path.endsWith("/Lead/describe") && status === 200).length;
const permits = () => Promise.all(Array.from({ length: atOnce }, () => world.throttle.take("live-read")));
const readAll = async (id: string, crmFields: readonly string[] = []) => {
  const held = await permits();
  return Promise.all(held.map((permit) => world.client.readLeads([id], crmFields, { lane: "live-read", permit })));
};

describe("fields that are looked up", () => {
  test("cost the permit at hand, with all permits taken by others who wait for the same", async () => {
    const id = aLead();
    // A window of which nothing is known grants one call alone.
    await world.client.listStages(sync);

    expect((await readAll(id)).map(([lead]) => lead?.id)).toEqual(Array.from({ length: atOnce }, () => id));
    expect(world.throttle.state().inFlight).toBe(0);
  });

  test("are given when they are a day old, and read anew meanwhile", async () => {
    const id = aLead();
    await world.client.readLeads([id], ["Later__c"], sync);
    const before = described();
    world.org.addFields("Lead", "Later__c string(10)");
    const later = () => world.client.readLeads([id], ["Later__c"], sync);
    world.sandbox.clock.advance(dayMs);
    tableOf(world.org, "Lead").put(id, { ...tableOf(world.org, "Lead").get(id), Later__c: "yes" });

    expect((await readAll(id, ["Later__c"])).map(([lead]) => lead?.fields["crm.Later__c"])).toEqual(
      Array.from({ length: atOnce }, () => null),
    );
    while ((await later())[0]?.fields["crm.Later__c"] !== "yes") await new Promise(setImmediate);
    expect(described()).toBe(before + 1);
  });
});

const decided = { key: "taskkeytaskkeytaskkeytaskk", ownerId: "005000000000001AAA", subject: "Call", body: "" };
const due = { dueAt: "2026-11-17T14:15:00.000Z", remindAt: null, priority: "high" as const };

const calls: Record<string, (client: CrmClient, leadId: string, pay: Pay) => Promise<unknown>> = {
  "tasks are made": (client, leadId, pay) => client.createTasks([{ ...decided, ...due, leadId }], pay),
  "no task is made": (client, _, pay) => client.createTasks([], pay),
  "tasks are found": (client, leadId, pay) => client.findTasks([{ key: "k", leadId }], pay),
  "tasks of what is no lead are found": (client, _, pay) => client.findTasks([{ key: "k", leadId: "none" }], pay),
  "tasks are read": (client, _, pay) => client.readTasks(["00T000000000001AAA"], pay),
  "leads are written": (client, leadId, pay) => client.updateLeads([{ key: "k", leadId, stage: "MQL" }], pay),
  "leads are found by address": (client, _, pay) => client.findLeadsByEmail(["a@one.example"], pay),
  "no lead is looked for": (client, _, pay) => client.findLeadsByEmail([], pay),
  "reps are listed": (client, _, pay) => client.listReps(pay),
  "accounts are listed": (client, _, pay) => client.listAccounts(null, [], pay),
  "qualified leads are found": (client, _, pay) => client.findQualified({ since: new Date(0), after: null }, pay),
  "the schema is looked at": (client, _, pay) => client.ensureSchema(pay),
};

describe.each(Object.entries(calls))("the permit goes back when %s", (_, run) => {
  test.each([true, false])("with Baton's package: %s", async (hasPackage) => {
    await world.stop();
    world = await startSalesforceWorld({ hasPackage });
    const id = aLead();
    for (const isFirst of [true, false]) {
      const permit = await world.throttle.take("task");
      await run(world.client, id, { lane: "task", permit });

      expect([isFirst, world.throttle.state().inFlight]).toEqual([isFirst, 0]);
    }
  });

  test("and the look at the fields fails", async () => {
    const id = aLead();
    world.sandbox.faults.add({ route: describeRoute, kind: "status-before", status: 400, errorCode: "NO" });
    const permit = await world.throttle.take("task");

    await run(world.client, id, { lane: "task", permit }).catch(() => undefined);

    expect(world.throttle.state().inFlight).toBe(0);
  });
});

describe("the org's day", () => {
  test("is known from each answer, whoever used it", async () => {
    world.org.limits.spend(1_000);
    await world.client.listStages(sync);
    const first = world.throttle.state().day;
    world.org.limits.spend(500);
    await world.client.listStages(sync);

    expect(first?.account).toEqual({ used: 1_001, limit: 100_000 });
    expect(first).toMatchObject({ used: 1, limit: 50_000, urgent: 2_500 });
    expect(world.throttle.state().day?.account.used).toBe(1_502);
  });

  test("is left to other apps when Baton has made its share of it, until that comes back", async () => {
    world.org.limits.daily = 20;
    const { clock } = world.sandbox;
    const pot = createDayPot({ now: () => clock.now(), shares: { share: 0.5, urgent: 0.05 } });
    const throttle = world.crm.createThrottle({ monotonic: () => clock.now(), setTimer: () => () => undefined, pot });
    const client = world.connect({ throttle });
    const reads = Array.from({ length: 12 }, () => client.listStages(sync));
    await Promise.all(reads.slice(0, 9));
    expect(throttle.state().waiting.sync).toBe(3);

    clock.advance(dayMs + hourMs / 4);
    throttle.recheck();
    await expect(Promise.all(reads)).resolves.toHaveLength(12);
  });
});
