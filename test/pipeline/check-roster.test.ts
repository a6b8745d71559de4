import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { publish } from "../../src/pipeline/publish-policy.ts";
import { allWorkspaces } from "../../src/store/workspaces.ts";
import { type Journey, startJourney } from "../journeys/world.ts";

let journey: Journey;
let policyText: string;
beforeAll(async () => {
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  policyText = shipped
    .replace("catch_all: { rep: null,", "catch_all: { rep: Cato Nobody,")
    .replace("\nreps: {}\n", '\nreps: { "101": { backup: Grace Hopper } }\n')
    .replace(
      "\noverrides: []\n",
      "\noverrides: [{ name: vip, when: { field: lead.score, operator: gte, value: 99 }, to: { rep: Ada Nobody } }]\n",
    );
  journey = await startJourney({ policyText });
}, 60_000);
afterAll(() => journey.stop());

const openSubjects = async () => {
  const { query } = journey.app.deps.db;
  const open = await query.selectFrom("alerts").select(["kind", "subjectId"]).where("resolvedAt", "is", null).execute();
  return open.filter(({ kind }) => kind === "policy-names-nobody").map(({ subjectId }) => subjectId);
};

test("teams, backups and others that the policy names and the CRM does not have are told of, once each", async () => {
  const alerts = await journey.app.deps.db.query.selectFrom("alerts").select(["kind", "message"]).execute();
  const told = alerts.filter(({ kind }) => kind === "policy-names-nobody").map(({ message }) => message);
  expect(told).toContain(
    'Pool north-america of the policy names the team "North America Sales", and no rep in the CRM is in such a team.',
  );
  expect(told).toContain('The backup of 101 of the policy names the rep "Grace Hopper", whom the CRM does not know.');
  expect(told).toContain('The override vip of the policy names the rep "Ada Nobody", whom the CRM does not know.');
  expect(told).toContain('The catch_all of the policy names the rep "Cato Nobody", whom the CRM does not know.');
  expect(told.join()).not.toContain("DACH Sales");
});

test("a name that is mended in the policy is told of no longer", async () => {
  const { db, now } = journey.app.deps;
  expect(await openSubjects()).toEqual(expect.arrayContaining(["rep Ada Nobody", "rep Grace Hopper"]));
  const [workspace] = await allWorkspaces(db.query);
  if (workspace === undefined) throw new Error("There is no workspace.");
  const text = policyText.replace("rep: Ada Nobody", 'rep: "101"');
  const published = { text, at: now().toISOString(), by: "Ada", approvedBy: "Bo", despite: "a portal of few people" };
  await publish(db, { workspace, ...published });

  await journey.inTime("its alert has ended", async () => !(await openSubjects()).includes("rep Ada Nobody"));
  expect(await openSubjects()).toContain("rep Grace Hopper");
}, 30_000);
