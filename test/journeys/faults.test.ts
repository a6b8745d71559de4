import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { openAlerts } from "../../src/store/alerts.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const batch = (type: string, verb: string) => `POST /crm/objects/:version/${type}/batch/${verb}`;
const lead = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");

/** Passes time until everything has been written, since retries wait. */
const settle = () => journey.pass(4 * 60_000, 5_000);

test.each([
  ["the answer is lost after the effect", { kind: "drop-after" as const }],
  ["502 comes after the effect", { kind: "status-after" as const, status: 502 }],
  ["502 comes before the effect", { kind: "status-before" as const, status: 502 }],
  ["the answer is cut off", { kind: "truncated" as const }],
])("one task, never two and never none, when %s on the task's creation (I3)", async (_what, fault) => {
  journey.hubspot.faults.add({ route: batch("tasks", "create"), times: 1, ...fault });
  const id = journey.qualify(lead(`task-${fault.kind}`));
  await journey.until("the fault has struck", () =>
    journey.hubspot.requests.list().some((entry) => entry.fault === fault.kind),
  );
  await settle();

  expect(journey.tasksOf(id)).toHaveLength(1);
  expect(ownerOf(id)).not.toBe("");
});

test.each([
  ["the answer is lost after the effect", { kind: "drop-after" as const }],
  ["500 comes before the effect", { kind: "status-before" as const, status: 500 }],
])("one owner and one task when %s on the owner's write (I2)", async (_what, fault) => {
  journey.hubspot.faults.add({ route: batch("contacts", "update"), times: 1, ...fault });
  const id = journey.qualify(lead(`owner-${fault.kind}`));
  await settle();

  const history = journey.portal.records.get("0-1")?.get(id)?.history.get("hubspot_owner_id") ?? [];
  expect(new Set(history.map(({ value }) => value)).size).toBe(1);
  expect(journey.tasksOf(id)).toHaveLength(1);
});

test("an admin's rule on one property does not keep the lead from its rep, and is shown with its name", async () => {
  journey.portal.rules.conditionalRequired.push({
    objectTypeId: "0-1",
    when: { property: "baton_tier", value: "T3" },
    require: ["jobtitle"],
  });
  const id = journey.qualify(lead("refused"));
  await settle();
  journey.portal.rules.conditionalRequired.length = 0;

  expect(ownerOf(id)).not.toBe("");
  expect(journey.tasksOf(id)).toHaveLength(1);
  const connections = await journey.app.deps.db.query.selectFrom("connections").selectAll().execute();
  const alerts = await openAlerts(journey.app.deps.db.query, connections[0]?.workspaceId ?? "", 10);
  expect(alerts.map((alert) => alert.message).join()).toContain("MISSING_CONDITIONAL_REQUIRED_PROPERTY");
});

test("a storm of 429s delays a lead and loses nothing", async () => {
  journey.hubspot.faults.add({ route: "*", kind: "rate-limit", times: 4 });
  const id = journey.qualify(lead("storm"));
  await settle();

  expect(ownerOf(id)).not.toBe("");
  expect(journey.tasksOf(id)).toHaveLength(1);
});

test("a token that expired in mid-flight is renewed once", async () => {
  journey.hubspot.faults.add({ route: batch("contacts", "update"), kind: "token-expired", times: 1 });
  const id = journey.qualify(lead("token"));
  await settle();

  expect(journey.tasksOf(id)).toHaveLength(1);
});
