import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Journey, startJourney } from "../journeys/world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

test("teams that the policy names and the CRM does not have are told of, once each", async () => {
  const alerts = await journey.app.deps.db.query.selectFrom("alerts").select(["kind", "message"]).execute();
  const told = alerts.filter(({ kind }) => kind === "policy-names-nobody").map(({ message }) => message);
  expect(told).toContain(
    'Pool north-america of the policy names the team "North America Sales", and no rep in the CRM is in such a team.',
  );
  expect(told.join()).not.toContain("DACH Sales");
});
