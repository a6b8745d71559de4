import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type OrgJourney, startOrgJourney } from "./org-world.ts";

let world: OrgJourney;
beforeEach(async () => {
  world = await startOrgJourney();
});
afterEach(() => world.stop());

const route = "* /services/data/:version/actions/standard/customNotificationAction";
const isOwned = (id: string) => () => world.lead(id).OwnerId !== world.queueId && world.tasksOf(id).length > 0;
const notified = () => world.org.notifications.map(({ recipientId, targetId }) => ({ recipientId, targetId }));
const minutes = (count: number) => {
  const until = world.now().getTime() + count * 60_000;
  return world.inTime(`${count} minutes are over`, () => world.now().getTime() > until);
};

test("whoever gets a lead is told of it once, whatever becomes of the answer, and it leads them there", async () => {
  const first = world.aLead({ Status: "MQL" });
  await world.inTime("its owner is told", () => notified().length > 0);
  expect(notified()).toEqual([{ recipientId: world.lead(first).OwnerId, targetId: first }]);
  const [{ title, body } = { title: "", body: "" }] = world.org.notifications;
  expect(title).toMatch(/^New lead, .+: Jana Muster, Muster Maschinen GmbH$/);
  expect(body).toMatch(/^Call or write by .+ \(Europe\/Berlin\)\. /);

  world.sandbox.faults.add({ route, kind: "drop-after", times: 1 });
  const second = world.aLead({ LastName: "Berg", Email: "b@other.example", Company: "Other", Status: "MQL" });
  await world.inTime("the owner of the second is told", () => notified().length > 1);
  await minutes(30);

  expect(notified().slice(1)).toEqual([{ recipientId: world.lead(second).OwnerId, targetId: second }]);
});

test("a user who may not notify costs no lead its owner or task, and one alert says what to grant", async () => {
  world.org.permit(world.ownUserId, { sendCustomNotifications: false });
  const id = world.aLead({ Status: "MQL" });
  await world.inTime("it is owned and has its task", isOwned(id));
  await minutes(2);

  const alerts = await openAlertsOfAll(world.app.deps.db.query, 10);
  expect(alerts.map(({ kind, whatToDo }) => [kind, whatToDo])).toContainEqual([
    "feature-off",
    expect.stringContaining("Send Custom Notifications"),
  ]);
  const tries = () =>
    world.sandbox.requests.list().filter(({ path }) => path.endsWith("customNotificationAction")).length;
  const before = tries();
  const other = world.aLead({ LastName: "Berg", Email: "b@other.example", Company: "Other", Status: "MQL" });
  await world.inTime("the other is owned and has its task", isOwned(other));
  await minutes(2);
  expect([before, tries()]).toEqual([1, 1]);
});
