import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Journey, startJourney } from "../journeys/world.ts";

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const policyText = shipped
    .replace("\nreps: {}\n", '\nreps: { "101": { backup: Grace Hopper } }\n')
    .replace(
      "\noverrides: []\n",
      "\noverrides: [{ name: vip, when: { field: lead.score, operator: gte, value: 99 }, to: { rep: Ada Nobody } }]\n",
    );
  journey = await startJourney({ policyText });
}, 60_000);
afterAll(() => journey.stop());

test("teams and backups that the policy names and the CRM does not have are told of, once each", async () => {
  const alerts = await journey.app.deps.db.query.selectFrom("alerts").select(["kind", "message"]).execute();
  const told = alerts.filter(({ kind }) => kind === "policy-names-nobody").map(({ message }) => message);
  expect(told).toContain(
    'Pool north-america of the policy names the team "North America Sales", and no rep in the CRM is in such a team.',
  );
  expect(told).toContain('The backup of 101 of the policy names the rep "Grace Hopper", whom the CRM does not know.');
  expect(told).toContain('The override vip of the policy names the rep "Ada Nobody", whom the CRM does not know.');
  expect(told.join()).not.toContain("DACH Sales");
});
