import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({
    prepare: (portal) => {
      portal.settings.taskUniqueProperties = "reject";
    },
  });
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const creation = "POST /crm/objects/:version/tasks/batch/create";

// Here HubSpot takes the same task twice: what keeps it from two is that Baton looks before it sends again.
test.each([
  ["the answer is lost after the effect", { kind: "drop-after" as const }],
  ["502 comes after the effect", { kind: "status-after" as const, status: 502 }],
  ["502 comes before the effect", { kind: "status-before" as const, status: 502 }],
  ["the effect comes a minute after the 504", { kind: "late-effect" as const, status: 504, delayMs: 60_000 }],
])("where task keys are not unique: one task, never two and never none, when %s (I3)", async (_what, fault) => {
  journey.hubspot.faults.add({ route: creation, times: 1, ...fault });
  const id = journey.qualify({ email: `${fault.kind}@somewhere.example`, country: "Germany" });
  await journey.until("the fault has struck", () =>
    journey.hubspot.requests.list().some((entry) => entry.fault === fault.kind),
  );
  await journey.pass(4 * 60_000, 5_000);

  expect(journey.tasksOf(id)).toHaveLength(1);
});
