import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { openAlertsOfAll } from "../../src/store/alerts.ts";
import { type Journey, startJourney } from "./world.ts";

// Owner 401 has left and still owns Ghost GmbH (5004).

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());

const admin = { source: { type: "CRM_UI", id: "userId:1" }, version: "v3" } as const;

const alerts = async () =>
  (await openAlertsOfAll(journey.app.deps.db.query, 100)).filter(({ kind }) => kind === "ghost-owner");

const of = (repId: string): string => {
  const { firstName, lastName } = journey.portal.owners.get(repId) ?? {};
  return `${firstName} ${lastName} (rep ${repId})`;
};

const qualify = (name: string) =>
  journey.qualify({ email: `${name}@ghost.example`, country: "Germany", hubspotscore: "90" }, "5004");

test("an account of a rep who left is told of once, with who got its lead as the proposal, until it has a new owner", async () => {
  const first = qualify("kim");
  await journey.settled();
  qualify("lou");
  await journey.settled();

  const holder = journey.property("0-1", first, "hubspot_owner_id");
  expect(["101", "102"]).toContain(holder);
  expect(await alerts()).toMatchObject([
    {
      message: `Account 5004 belongs to ${of("401")}, who is not active any more; lead ${first} went to ${of(holder)}.`,
      whatToDo: `Give it a new owner in the CRM; ${of(holder)} is proposed.`,
    },
  ]);

  updateRecord(journey.portal, "0-2", "5004", { hubspot_owner_id: holder }, admin);
  await journey.pass(12 * 60_000);
  expect(await alerts()).toEqual([]);
}, 60_000);
