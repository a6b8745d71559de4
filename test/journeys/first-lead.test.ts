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

test("the page of a decision names its lead by id, the policy version and who can read the steps, and no fact", async () => {
  const id = journey.qualify({ email: "lee@another-company.example", firstname: "Lee", country: "Germany" });
  await journey.settled();
  const url = journey.property("0-1", id, "baton_trace_url") ?? "";
  const response = await fetch(url);
  const html = await response.text();

  expect(response.status).toBe(200);
  expect(html).toContain(`npm run baton -- explain ${id}`);
  expect(html).toMatch(
    new RegExp(`Lead ${id} was decided at \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC by policy version 1`),
  );
  expect(html).toMatch(/the lead(&#39;|'|&#x27;)s Baton fields tell/);
  expect(html).not.toMatch(/Lee|another-company|Germany/);
});

test.each(["0123456789abcdef01234567", "nonsense"])("a decision %s that there is not has no page", async (unknown) => {
  expect((await fetch(`${journey.app.url}/decisions/${unknown}`)).status).toBe(404);
});
