import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import { type Journey, startJourney } from "./world.ts";

// A stage that HubSpot would not go back to is cleared first and set by a second request (hubspot.md §4.4).

let journey: Journey;
beforeAll(async () => {
  const shipped = await readFile(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");
  journey = await startJourney({
    policyText: shipped.replace(/^writes: .*$/m, "writes: { stage: lead, status: OPEN, clear_backward_stage: true }"),
  });
}, 60_000);
afterAll(() => journey.stop());
afterEach(() => journey.hubspot.faults.clear());

const updateContacts = "POST /crm/objects/:version/contacts/batch/update";
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const stageOf = (id: string) => journey.property("0-1", id, "lifecyclestage");

test.each([
  ["answered 502 without an effect", { kind: "status-before", status: 502 }],
  ["answered 502 after its effect", { kind: "status-after", status: 502 }],
  ["refused by the rate limit", { kind: "rate-limit" }],
] as const)(
  "a second request that is %s leaves no lead without a stage, and its clock runs",
  async (_what, fault) => {
    const id = journey.qualify({ email: `${fault.kind}@somewhere.example`, country: "Germany", hubspotscore: "90" });
    // From the first request's answer on: the fault strikes the next.
    journey.hubspot.faults.add({ route: updateContacts, kind: "latency", delayMs: 1_000, times: 1 });
    await journey.until("the first request is on its way", () =>
      journey.hubspot.requests
        .list()
        .some(({ path, body }) => path.endsWith("contacts/batch/update") && holds(body, id)),
    );
    journey.hubspot.faults.add({ route: updateContacts, times: 1, ...fault });
    await journey.pass(120_000, 2_000);

    expect(stageOf(id)).toBe("lead");
    const owner = ownerOf(id);
    expect(owner).not.toBe("");
    await journey.pass(17 * 60_000);
    expect(ownerOf(id)).not.toBe(owner);
    expect(stageOf(id)).toBe("lead");
  },
  60_000,
);

test("a lead that a person takes between the two requests is theirs, and has a stage", async () => {
  const id = journey.qualify({ email: "taken@somewhere.example", country: "Germany", hubspotscore: "90" });
  journey.hubspot.faults.add({ route: updateContacts, kind: "latency", delayMs: 1_000, times: 1 });
  await journey.until("the first request is on its way", () =>
    journey.hubspot.requests.list().some(({ path, body }) => path.endsWith("contacts/batch/update") && holds(body, id)),
  );
  journey.hubspot.faults.add({ route: updateContacts, kind: "status-before", status: 502, times: 1 });
  await journey.inTime("its stage is cleared", () => stageOf(id) === "");
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: "301" });
  await journey.pass(120_000, 2_000);

  expect([ownerOf(id), stageOf(id)]).toEqual(["301", "lead"]);
}, 60_000);

const holds = (body: unknown, id: string) => JSON.stringify(body ?? null).includes(`"${id}"`);
