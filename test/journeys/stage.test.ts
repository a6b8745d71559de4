import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { archiveRecord, restoreRecord } from "../../src/sandbox/hubspot/records.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");
  journey = await startJourney({ policyText: shipped.replace("stage: null", "stage: salesqualifiedlead") });
}, 60_000);
afterAll(() => journey.stop());

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");

test("an assignment that moves the stage on is still watched: the breach goes to the next rep", async () => {
  const id = journey.qualify({ email: "stage@somewhere.example", country: "Germany", hubspotscore: "90" });
  await journey.settled();
  const first = ownerOf(id);
  expect(journey.property("0-1", id, "lifecyclestage")).toBe("salesqualifiedlead");

  await journey.pass(17 * 60_000);

  expect(ownerOf(id)).not.toBe(first);
});

test("a deleted lead comes back in the stage that its assignment moved it on to, and is watched again", async () => {
  const id = journey.qualify({ email: "back@somewhere.example", country: "Germany", hubspotscore: "90" });
  await journey.settled();
  archiveRecord(journey.portal, "0-1", id, person);
  await journey.settled();
  restoreRecord(journey.portal, "0-1", id, person);
  await journey.pass(60_000);

  const armed = journey.app.deps.db.query.selectFrom("timers").select("id").where("leadId", "=", id);
  expect(await armed.where("state", "=", "armed").execute()).toHaveLength(2);
});
