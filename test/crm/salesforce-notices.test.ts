import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Notice } from "../../src/model/task.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { type SalesforceWorld, startSalesforceWorld, sync } from "./salesforce-world.ts";

let world: SalesforceWorld;
beforeEach(async () => {
  world = await startSalesforceWorld();
});
afterEach(() => world.stop());

const action = "/actions/standard/customNotificationAction";
const leadId = "00Q000000000001AAA";

const aNotice = (key: string, notice: Partial<Notice> = {}): Notice => ({
  ...{ key, leadId, recipientId: world.reps[0], title: `New lead ${key}`, body: "Call by 14:15." },
  ...notice,
});
const notifierOf = ({ client }: SalesforceWorld) => {
  if (client.notifier === undefined) throw new Error("There is no notifier.");
  return client.notifier;
};
const send = async (...notices: Notice[]) =>
  Object.fromEntries([...(await notifierOf(world).send(notices, sync))].map(([key, { kind }]) => [key, kind]));
const rung = () => world.org.notifications.map(({ recipientId, title }) => [recipientId, title]);
const calls = () => world.sandbox.requests.list().filter(({ path }) => path.endsWith(action)).length;
const takeType = () => {
  for (const row of [...tableOf(world.org, "CustomNotificationType").rows()])
    tableOf(world.org, "CustomNotificationType").put(String(row.Id), undefined);
};

test("§4.7 many are one call, and each leads to its lead", async () => {
  const { reps } = world;

  expect(await send(aNotice("a"), aNotice("b", { recipientId: reps[1] }))).toEqual({ a: "done", b: "done" });

  expect(rung()).toEqual([
    [reps[0], "New lead a"],
    [reps[1], "New lead b"],
  ]);
  expect(world.org.notifications.map(({ targetId }) => targetId)).toEqual([leadId, leadId]);
  expect(calls()).toBe(1);
});

test("§4.7 one that is refused keeps none of the others", async () => {
  expect(await send(aNotice("a", { title: "" }), aNotice("b"))).toEqual({ a: "refused", b: "done" });
  expect(notifierOf(world).off()).toBe(null);
});

test("§4.7 what is too long is cut", async () => {
  await send(aNotice("a", { title: "x".repeat(300), body: "y".repeat(800) }));

  expect(world.org.notifications.map(({ title, body }) => [title.length, body.length])).toEqual([[250, 750]]);
});

test("§4.7 a user without the permission is told of as one thing that is off, until it is looked at again", async () => {
  world.org.permit(world.ownUserId, { sendCustomNotifications: false });
  expect(notifierOf(world).off()).toBe(null);

  expect(await send(aNotice("a"), aNotice("b"))).toEqual({ a: "refused", b: "refused" });

  expect(notifierOf(world).off()?.whatToDo).toContain("Send Custom Notifications");
  await world.client.ensureSchema(sync);
  expect(notifierOf(world).off()).toBe(null);
});

test("a lead that its rep may not see is no reason to tell nobody any more", async () => {
  const errorCode = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY";
  world.sandbox.faults.add({
    ...{ route: `* /services/data/:version${action}`, kind: "status-before", status: 403, errorCode, times: 1 },
  });

  expect(await send(aNotice("a"))).toEqual({ a: "refused" });

  expect(notifierOf(world).off()).toBe(null);
  expect(await send(aNotice("b"))).toEqual({ b: "done" });
});

test("§4.7 an org without the type of notification is told of, and nothing is sent", async () => {
  takeType();

  expect(await send(aNotice("a"))).toEqual({ a: "refused" });

  expect(notifierOf(world).off()?.message).toContain("Baton_Lead_Assigned");
  expect((await world.client.ensureSchema(sync)).off?.map(({ feature }) => feature)).toEqual(["notifications"]);
  expect(calls()).toBe(0);
});

test("§3.3 of a call that was not answered nobody knows what came of it", async () => {
  world.sandbox.faults.add({ route: `* /services/data/:version${action}`, kind: "drop-after", times: 1 });

  expect(await send(aNotice("a"))).toEqual({ a: "unknown" });
  expect(rung()).toHaveLength(1);
});
