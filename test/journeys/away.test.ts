import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type Journey, startJourney, startOfTime } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
  goAway("101");
  await journey.pass(6 * minuteMs);
}, 60_000);
afterAll(() => journey.stop());

const minuteMs = 60_000;
const admin = { source: { type: "CRM_UI", id: "userId:1" }, version: "v3" } as const;

/** Anna, who owns Borealis, is away for an hour. */
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

test("an account owner who is away keeps the lead; somebody hears of it, and no more when the owner is back", async () => {
  const id = journey.qualify({ email: "kim@borealis.example", country: "Germany", hubspotscore: "90" }, "5001");
  await journey.settled();

  expect(journey.property("0-1", id, "hubspot_owner_id")).toBe("101");
  expect(journey.property("0-1", id, "baton_reason")).toBe("Anna Rep101: owns the account and is away");
  expect(await explainLead(journey.app.deps, id)).toContain(
    "Anna Rep101 is away and keeps the lead all the same; their manager is told of it, or an alert says that there is none.",
  );
  expect(await alerts()).toMatchObject([{ subjectId: "101", whatToDo: expect.stringContaining("name a `manager`") }]);

  await journey.pass(70 * minuteMs);
  expect(await alerts()).toEqual([]);
});
