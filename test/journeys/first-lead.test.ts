import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

test("a contact that turns MQL gets an owner of its territory, a task and the reasons", async () => {
  const id = journey.qualify({
    email: "kim@unknown-company.example",
    firstname: "Kim",
    country: "Germany",
    hubspotscore: "85",
  });
  await journey.settled();

  expect(["101", "102"]).toContain(journey.property("0-1", id, "hubspot_owner_id"));
  expect(journey.property("0-1", id, "baton_tier")).toBe("T1");
  const tasks = journey.tasksOf(id);
  expect(tasks).toHaveLength(1);
  expect(journey.property("0-27", tasks[0] ?? "", "hubspot_owner_id")).toBe(
    journey.property("0-1", id, "hubspot_owner_id"),
  );
});
