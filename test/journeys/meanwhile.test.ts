import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const readCompanies = "POST /crm/objects/:version/companies/batch/read";
const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
const hot = (name: string) => ({ email: `${name}@somewhere.example`, country: "Germany", hubspotscore: "90" });
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const openTasks = (id: string) =>
  journey.tasksOf(id).filter((task) => journey.property("0-27", task, "hs_task_status") === "NOT_STARTED");

const names = (body: unknown, id: string) => JSON.stringify(body).includes(`"${id}"`);

/** A lead whose contact is read already, and whose company is being read: it takes four seconds. */
async function beingDecided(name: string): Promise<string> {
  journey.hubspot.faults.add({ route: readCompanies, kind: "latency", delayMs: 4_000 });
  const source = { source: workflow, version: "2026-09" as const };
  const company = createRecord(journey.portal, "0-2", { name }, source).id;
  const id = journey.qualify(hot(name), company);
  await journey.until("its company is being read", () => {
    const asked = journey.hubspot.requests.list();
    const read = asked.find(({ path, body }) => path.endsWith("contacts/batch/read") && names(body, id));
    return asked.some(
      ({ path, body, at }) =>
        path.endsWith("companies/batch/read") && names(body, company) && at >= (read?.at ?? Number.POSITIVE_INFINITY),
    );
  });
  return id;
}

test("a person who takes the lead between our read and our record keeps it", async () => {
  const id = await beingDecided("taken");
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  await journey.pass(5 * 60_000, 2_000);

  expect(ownerOf(id)).toBe("301");
  expect(openTasks(id)).toHaveLength(0);
}, 60_000);

test("a lead that is merged away between our read and our record leaves one decision in effect", async () => {
  const other = journey.create({ email: "second@somewhere.example" });
  const id = await beingDecided("merged");
  const survivor = mergeContacts(journey.portal, other, id, { type: "CRM_UI", id: "userId:9301", userId: 9301 });
  await journey.pass(5 * 60_000, 2_000);

  expect(ownerOf(survivor)).not.toBe("");
  expect(openTasks(survivor)).toHaveLength(1);
}, 60_000);
