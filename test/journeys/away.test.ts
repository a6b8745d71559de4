import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type Journey, startJourney, startOfTime } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const policyText = shipped.replace("\nreps: {}\n", '\nreps: { "101": { backup: Elif Rep301 } }\n');
  journey = await startJourney({ policyText });
  goAway("101");
  goAway("202");
  await journey.pass(6 * minuteMs);
}, 60_000);
afterAll(() => journey.stop());

const minuteMs = 60_000;
const admin = { source: { type: "CRM_UI", id: "userId:1" }, version: "v3" } as const;

/** Anna owns Borealis and Elif is her backup; Daniel has an open deal with Delphi and no backup. Both are away for an hour. */
function goAway(ownerId: string): void {
  const away = { startTimestamp: startOfTime - 60 * minuteMs, endTimestamp: startOfTime + 60 * minuteMs };
  createRecord(
    journey.portal,
    "0-115",
    {
      hubspot_owner_id: ownerId,
      hs_internal_user_id: String(Number(ownerId) + 9_000),
      hs_standard_time_zone: "Europe/Berlin",
      hs_out_of_office_hours: JSON.stringify([away]),
    },
    { ...admin, trusted: true, associations: [] },
  );
}

const alerts = async () =>
  (await openAlertsOfAll(journey.app.deps.db.query, 10)).filter(({ kind }) => kind === "owner-away");

const tasksFor = (contactId: string, ownerId: string): string[] =>
  journey
    .tasksOf(contactId)
    .filter((id) => journey.property("0-27", id, "hubspot_owner_id") === ownerId)
    .map((id) => journey.property("0-27", id, "hs_task_subject"));

test("the backup of an account owner who is away gets the lead; the account stays, and the owner is told", async () => {
  const id = journey.qualify({ email: "kim@borealis.example", country: "Germany", hubspotscore: "90" }, "5001");
  await journey.settled();

  expect(journey.property("0-1", id, "hubspot_owner_id")).toBe("301");
  expect(journey.property("0-2", "5001", "hubspot_owner_id")).toBe("101");
  expect(journey.property("0-1", id, "baton_reason")).toBe(
    "Elif Rep301: the backup of Anna Rep101, who owns the account and is away",
  );
  expect(await explainLead(journey.app.deps, id)).toEqual(
    expect.arrayContaining(["Anna Rep101 is away.", "Elif Rep301 stands in for Anna Rep101."]),
  );
  expect(tasksFor(id, "301")).toEqual([expect.stringContaining("New lead, T1 (hot)")]);
  expect(tasksFor(id, "101")).toEqual([expect.stringContaining("A lead of yours while you are away")]);
  expect(await alerts()).toEqual([]);
});

test("where nobody stands in, the team of the territory gets it, and an alert says so until the owner is back", async () => {
  const id = journey.qualify({ email: "lou@delphi.example", country: "Austria", hubspotscore: "90" }, "5003");
  await journey.settled();

  expect(["101", "102"]).toContain(journey.property("0-1", id, "hubspot_owner_id"));
  expect(tasksFor(id, "202")).toEqual([expect.stringContaining("A lead of yours while you are away")]);
  expect(await alerts()).toMatchObject([
    {
      subjectId: "202",
      message: expect.stringMatching(/ Rep202 \(rep 202\) go to the territory's team, the first of them /),
      whatToDo: expect.stringContaining("Name a `backup`"),
    },
  ]);

  await journey.pass(70 * minuteMs);
  expect(await alerts()).toEqual([]);
});
