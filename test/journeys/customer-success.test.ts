import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { publish } from "../../src/pipeline/publish-policy.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createProperty } from "../../src/sandbox/hubspot/property-definitions.ts";
import { updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { allWorkspaces } from "../../src/store/workspaces.ts";
import { type Journey, startJourney } from "./world.ts";

// A policy starts to name a field of the CRM's companies after all of them have been listed without it.

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({ prepare: nameManager });
}, 60_000);
afterAll(() => journey.stop());

// The portal has no people for some of the pools, which keeps a policy from being published otherwise.
const despite = "a portal of few people";

const admin = { source: { type: "CRM_UI", id: "userId:1" }, version: "v3" } as const;

/** Borealis, which Anna owns, is a customer, and Elif is its customer-success manager. */
function nameManager(portal: Portal): void {
  const type = { type: "string", fieldType: "text", groupName: "companyinformation" };
  createProperty(portal, "0-2", { name: "csm", label: "Customer success", ...type });
  updateRecord(portal, "0-2", "5001", { lifecyclestage: "customer", csm: "301" }, admin);
}

async function publishNaming(field: string): Promise<void> {
  const { db, now } = journey.app.deps;
  const shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  const text = shipped.replace("customer_success: null", `customer_success: ${field}`);
  const [workspace] = await allWorkspaces(db.query);
  if (workspace === undefined) throw new Error("There is no workspace.");
  await publish(db, { workspace, text, at: now().toISOString(), by: "Ada", approvedBy: "Bo", despite });
  await journey.pass(5_000, 1_000);
}

const qualify = (email: string) => journey.qualify({ email, country: "Germany", hubspotscore: "90" }, "5001");
const ownerOf = (id: string) => journey.property("0-1", id, "hubspot_owner_id");
const companyReads = () =>
  journey.hubspot.requests.list().filter(({ path }) => path.endsWith("/companies/batch/read")).length;

test("leads of a customer go to its customer-success manager as soon as the policy names the field", async () => {
  const before = qualify("kim@borealis.example");
  await journey.settled();
  expect(ownerOf(before)).toBe("101");

  await publishNaming("account.crm.csm");
  const reads = companyReads();
  const first = qualify("lou@borealis.example");
  await journey.settled();
  const second = qualify("max@borealis.example");
  await journey.settled();

  expect([ownerOf(first), ownerOf(second)]).toEqual(["301", "301"]);
  expect(journey.property("0-1", first, "baton_reason")).toBe(
    "Elif Rep301: is customer-success manager of the account",
  );
  // The company was read once more for the field, not with each lead.
  expect(companyReads() - reads).toBe(1);
}, 60_000);
